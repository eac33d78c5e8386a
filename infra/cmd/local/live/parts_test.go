package live

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Half a file, and a fault that is gone at the next read, do not count.
func TestR63_ATextCountsWhenItStays(t *testing.T) {
	t.Parallel()
	var s settling
	text := func(text string) seen { return seen{text: text} }
	for i, step := range []struct {
		found seen
		reads int
	}{
		{text("one"), 1},
		{text("one"), 2}, // settled below
		{text("one"), 0},
		{text("on"), 1},
		{text("two"), 1},
		{seen{err: "gone"}, 1},
		{seen{err: "gone"}, 2},
		{text("one"), 0}, // as it was
		{text("two"), 1},
		{text("two"), 2},
		{text("two"), 3},
	} {
		if got := s.see(step.found); got != step.reads {
			t.Errorf("read %d: %d reads in a row, want %d", i, got, step.reads)
		}
		if i == 1 {
			s.done()
		}
	}
}

func TestR63_FoldersOfAKilledProcessAreRemovedAndOthersStay(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dead := filepath.Join(parent, folderPrefix+"1")
	if err := os.MkdirAll(filepath.Join(dead, "function-1"), 0o755); err != nil {
		t.Fatal(err)
	}
	alive, lock, err := ownFolder(parent)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Errorf("the folder of a killed process: %v", err)
	}
	target := t.TempDir()
	if err := os.Symlink(target, filepath.Join(parent, folderPrefix+"2")); err != nil {
		t.Fatal(err)
	}
	other, second, err := ownFolder(parent)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{alive, other, target} {
		if _, err := os.Stat(folder); err != nil {
			t.Error(err)
		}
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	sweep(parent)
	if _, err := os.Stat(alive); !os.IsNotExist(err) {
		t.Errorf("the folder of a process that has ended: %v", err)
	}
	_ = second.Close()
	if _, _, err := ownFolder(filepath.Join(parent, "nowhere")); err == nil {
		t.Error("made a folder in one that is not there")
	}
}

// module writes a module with two programs, a and b, and returns its folder and what writes
// a file of it.
func module(t *testing.T) (string, func(name, text string)) {
	t.Helper()
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/m\n\ngo 1.26\n")
	write("go.sum", "")
	write("a/main.go", "package main\n\nimport _ \"example.com/m/both\"\n\nfunc main() {}\n")
	write("b/main.go", "package main\n\nimport (\n\t_ \"example.com/m/both\"\n\t_ \"example.com/m/own\"\n)\n\nfunc main() {}\n")
	write("both/both.go", "package both\n")
	write("own/own.go", "package own\n\nimport _ \"embed\"\n\n//go:embed data/list.txt\nvar list string\n")
	write("own/data/list.txt", "x\n")
	return folder, write
}

// What is written again and says the same is no change; a test is none.
func TestR63_OnlyWhatTheCodeSaysCounts(t *testing.T) {
	t.Parallel()
	folder, write := module(t)
	a, b := "example.com/m/a", "example.com/m/b"
	s, err := listed(folder, []string{a, b})
	if err != nil {
		t.Fatal(err)
	}
	before, _ := s.read(nil)
	for _, c := range []struct {
		name, text string
		programs   []string // those that are to be built; none if nothing has changed
	}{
		{"both/both.go", "package both\n", nil},
		{"both/both_test.go", "package both\n", nil},
		{"both/notes.txt", "x", nil},
		{"both/both.go", "package both // anew\n", []string{a, b}},
		{"both/more.go", "package both\n", []string{a, b}},
		{"own/own.go", "package own\n", []string{b}},
		{"own/data/list.txt", "y\n", []string{b}},
		{"go.mod", "module example.com/m\n\ngo 1.26.0\n", []string{a, b}},
	} {
		write(c.name, c.text)
		now, _ := s.read(before)
		changed := differing(before, now)
		if want := filepath.Join(folder, c.name); len(changed) != min(1, len(c.programs)) || changed != nil && changed[0] != want {
			t.Errorf("%s: changed are %v", c.name, changed)
		}
		for _, file := range changed {
			if got := slices.Sorted(slices.Values(s.of(file))); !slices.Equal(got, c.programs) {
				t.Errorf("%s: built from it are %v, want %v", c.name, got, c.programs)
			}
		}
		before = now
	}
	if err := os.Remove(filepath.Join(folder, "both", "more.go")); err != nil {
		t.Fatal(err)
	}
	now, written := s.read(before)
	if got := differing(before, now); !written || len(got) != 1 {
		t.Errorf("a file that is gone: %v, %v", got, written)
	}
	write("own/own.go", "package own\n\nimport _ \"example.com/m/nowhere\"\n")
	if _, err := listed(folder, []string{a, b}); err == nil {
		t.Error("listed what does not build")
	}
}

func TestR63_WhatABuildSaysIsToldWithItsLinesAndNotWithoutEnd(t *testing.T) {
	t.Parallel()
	failed := errors.New("exit status 2")
	for said, want := range map[string][]string{
		"# m/a\na/b.go:3:1: undefined: x\nmake: *** [Makefile:9: build] Error 1\n": {"a/b.go:3:1: undefined: x"},
		"make: Node is missing\n": {"make: Node is missing"},
		"":                        {"make build: exit status 2"},
	} {
		if got := told(said, failed); !slices.Equal(got, want) {
			t.Errorf("%q: told %q", said, got)
		}
	}
	if got := told(strings.Repeat("a/b.go:3:1: x\n", 100), failed); len(got) != mostFaults+1 || got[mostFaults] != "and 80 more" {
		t.Errorf("told %q", got)
	}
}

// An app's own function is left alone, also where it is a Go program.
func TestR63_AProgramOfAnotherModuleIsNotTheSuites(t *testing.T) {
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	stack := &template.Stack{}
	for name, program := range map[string]string{"Own": own, "Foreign": foreign} {
		dir := t.TempDir()
		if err := os.Symlink(program, filepath.Join(dir, bootstrapFile)); err != nil {
			t.Fatal(err)
		}
		stack.Functions = append(stack.Functions, template.Function{Function: lambdahost.Function{Name: name, Dir: dir}})
	}
	found, err := functionsOf(t.Context(), &localcloud.Cloud{Stack: stack}, t.TempDir())
	if err != nil || len(found.all) != 1 || found.all[0].name != "Own" {
		t.Errorf("%d functions, %v", len(found.all), err)
	}
}

// presignup does not start without the names that wait, whatever of it was edited.
func TestR63_TheNamesThatWaitComeAlong(t *testing.T) {
	before := t.TempDir()
	for name, text := range map[string]string{bootstrapFile: "program", waiting.FileName: "names"} {
		if err := os.WriteFile(filepath.Join(before, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	f := &functions{folder: t.TempDir()}
	fn := &function{room: "presignup", dir: before}
	for _, program := range []string{"", filepath.Join(before, bootstrapFile)} {
		folder, err := f.fill(&change{function: fn, program: program, section: []byte("{}")})
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{bootstrapFile: "program", waiting.FileName: "names", policy.FileName: "{}"} {
			if text, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(text) != want {
				t.Errorf("%s is %q, %v", name, text, err)
			}
		}
	}
	if err := os.Remove(filepath.Join(before, waiting.FileName)); err != nil {
		t.Fatal(err)
	}
	if folder, err := f.fill(&change{function: fn, section: []byte("{}")}); err != nil {
		t.Errorf("without names: %s, %v", folder, err)
	}
}
