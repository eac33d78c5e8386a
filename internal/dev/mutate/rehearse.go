package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/mutate/schemata"
)

// test is a top-level test (or fuzz target, or example) of the package.
type test struct {
	name    string
	cpu     time.Duration
	reaches map[int]bool // the mutants that it reaches
	failure string       // its output without a mutant; "" if it passes
}

// rehearse runs every test alone, without a mutant, and returns them, cheap ones first. A
// test that fails here can notice nothing.
func rehearse(ctx context.Context, b binary, o options, dir string) ([]test, error) {
	if !b.hasTests() {
		return nil, nil
	}
	list, err := b.start(ctx, limits{wall: time.Minute}, nil, "-test.list", ".")
	if err != nil {
		return nil, err
	}
	if !list.passed {
		return nil, fmt.Errorf("listing the tests: %s", list.output)
	}
	var tests []test
	for name := range strings.Lines(list.output) {
		name = strings.TrimSpace(name)
		if isTest(name) && o.uses(name) {
			tests = append(tests, test{name: name})
		}
	}
	err = each(ctx, o.parallel, len(tests), func(i int) (err error) {
		tests[i], err = rehearseOne(ctx, b, tests[i].name, filepath.Join(dir, fmt.Sprint("trace", i)))
		return err
	})
	slices.SortFunc(tests, func(a, b test) int { return cmp.Compare(a.cpu, b.cpu) })
	return tests, err
}

// uses reports whether the flags select a test.
func (o options) uses(name string) bool {
	return (o.tests == nil || o.tests.MatchString(name)) && (o.skip == nil || !o.skip.MatchString(name))
}

func isTest(name string) bool {
	return strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz") || strings.HasPrefix(name, "Example")
}

// rehearseOne repeats a failing test once: it may measure time, and other work may have
// had the processor.
func rehearseOne(ctx context.Context, b binary, name, trace string) (test, error) {
	var out outcome
	for tries := 0; tries < 2 && !out.passed; tries++ {
		var err error
		out, err = b.run(ctx, []string{name}, limits{wall: 5 * time.Minute}, schemata.TraceVariable+"="+trace)
		if err != nil {
			return test{}, err
		}
	}
	t := test{name: name, cpu: out.cpu}
	if !out.passed {
		t.failure = out.output
		return t, nil
	}
	var err error
	t.reaches, err = readTrace(trace)
	return t, err
}

func readTrace(name string) (map[int]bool, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading which mutants a test reaches: %w", err)
	}
	defer file.Close()
	reached := make(map[int]bool)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		id, err := strconv.Atoi(lines.Text())
		if err != nil {
			return nil, fmt.Errorf("reading which mutants a test reaches: %w", err)
		}
		reached[id] = true
	}
	return reached, lines.Err()
}
