package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/mutate/schemata"
)

// fate is what became of a mutant.
type fate int

const (
	notMade   fate = iota // left out by -only
	killed                // a test failed
	timedOut              // a run did not end: noticed too
	alive                 // every test that reaches it passed
	uncovered             // no test reaches it
)

// judge makes every mutant of a package, runs it and compares the living with the allow
// file.
func judge(ctx context.Context, t target, o options) (verdict, error) {
	began := time.Now()
	allowed, err := readAllowed(o, t)
	if err != nil {
		return verdict{}, err
	}
	dir, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return verdict{}, err
	}
	defer os.RemoveAll(dir)
	b, mutants, err := build(ctx, t, o, dir)
	if err != nil {
		return verdict{}, err
	}
	tests, err := rehearse(ctx, b, o, dir)
	if err != nil {
		return verdict{}, err
	}
	v := verdict{path: t.path, mutants: mutants, fates: make([]fate, len(mutants))}
	usable := make([]test, 0, len(tests))
	for _, test := range tests {
		if test.failure == "" {
			usable = append(usable, test)
		} else {
			v.failing = append(v.failing, test)
		}
	}
	err = each(ctx, o.parallel, len(mutants), func(i int) (err error) {
		if o.only == nil || o.only.MatchString(mutants[i].Key()) {
			v.fates[i], err = fateOf(ctx, b, mutants[i], usable, o)
		}
		return err
	})
	v.took = time.Since(began)
	v.compare(allowed, o.partial())
	return v, err
}

// fateOf runs the tests that reach a mutant: first those that are cheap together, then
// the rest.
func fateOf(ctx context.Context, b binary, m schemata.Mutant, tests []test, o options) (fate, error) {
	batches := batch(m.ID, tests)
	for _, batch := range batches {
		bound := limits{cpu: 5*batch.cpu + time.Second, wall: o.timeout}
		out, err := b.run(ctx, batch.tests, bound, schemata.Variable+"="+strconv.Itoa(m.ID))
		switch {
		case err != nil:
			return notMade, fmt.Errorf("running %s: %w", m.Key(), err)
		case out.timedOut:
			return timedOut, nil
		case !out.passed:
			return killed, nil
		}
	}
	if len(batches) == 0 {
		return uncovered, nil
	}
	return alive, nil
}

// some are tests that run in one process.
type some struct {
	tests []string
	cpu   time.Duration
}

// batch splits the tests that reach a mutant, cheap ones first, into at most two batches.
func batch(id int, tests []test) []some {
	const cheap = 200 * time.Millisecond
	var batches []some
	for _, test := range tests {
		if !test.reaches[id] {
			continue
		}
		last := len(batches) - 1
		if last < 0 || last == 0 && batches[0].cpu+test.cpu > cheap {
			batches = append(batches, some{})
			last++
		}
		batches[last].tests = append(batches[last].tests, test.name)
		batches[last].cpu += test.cpu
	}
	return batches
}

// each calls f for 0 to n-1, parallel at a time, until one fails; it returns the first
// error.
func each(ctx context.Context, parallel, n int, f func(int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan int)
	var workers sync.WaitGroup
	for range max(1, parallel) {
		workers.Go(func() {
			for i := range work {
				if ctx.Err() != nil {
					continue
				}
				if err := f(i); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	workers.Wait()
	return context.Cause(ctx)
}
