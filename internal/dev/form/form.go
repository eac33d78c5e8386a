// Package form says how often a test does what it repeats. Each test has up to
// three forms:
//
//	go test -short ./...                 short: before a commit, within a minute
//	go test ./...                        CI: what decides whether a change may land
//	go test ./internal/history -full     long: the numbers that the requirements name
//
// The flag -full exists in the tests of the packages that use this one; make
// test-full finds them. It is for tests.
package form

import (
	"flag"
	"strconv"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

var full = flag.Bool("full", false, "the long form of every test that has one")

// Often returns the number of the form that runs. A test that does nothing in
// this form, because the number is 0, is skipped.
func Often(t testing.TB, short, ci, long int) int {
	t.Helper()
	switch often := choose(testing.Short(), *full, short, ci, long); {
	case often > 0:
		return often
	case ci > 0:
		t.Skip("not in the short form: run it without -short")
	default:
		t.Skip("only in the long form: run it with -full")
	}
	return 0
}

// choose returns the number of a form; who says -full wants the long one.
func choose(isShort, isFull bool, short, ci, long int) int {
	switch {
	case isFull:
		return long
	case isShort:
		return short
	}
	return ci
}

// checking is held from the choice of a number of checks until rapid has read it.
var checking sync.Mutex

// Check runs a property on as many drawn cases as the form says, and returns how
// many; a number given by -rapid.checks or RAPID_CHECKS comes before it. Tests that
// call it may run in parallel.
func Check(t *testing.T, short, ci, long int, property func(*rapid.T)) int {
	t.Helper()
	often := Often(t, short, ci, long)
	checking.Lock()
	checks := flag.Lookup("rapid.checks").Value
	before := checks.String()
	if given, err := strconv.Atoi(before); err == nil && given != usual {
		often = given
	} else if err := checks.Set(strconv.Itoa(often * shortened())); err != nil {
		t.Fatal(err)
	}
	release := sync.OnceFunc(func() {
		_ = checks.Set(before)
		checking.Unlock()
	})
	defer release()
	rapid.Check(t, func(rt *rapid.T) {
		release()
		property(rt)
	})
	return often
}

// usual is rapid's own number of checks, when nobody gives another.
const usual = 100

// shortened is by how much rapid divides its number of checks in this form.
func shortened() int {
	if testing.Short() {
		return 5
	}
	return 1
}
