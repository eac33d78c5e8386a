// Package form says how often a test repeats what it does. Each test has up to three
// forms:
//
//	go test -short ./...                 short: before a commit, within a minute
//	go test ./...                        CI: decides whether a change may land
//	go test ./internal/history -full     long: the numbers that the requirements name
//
// Importing the package adds the flag -full to a package's tests; make test-full finds
// those packages. Only tests import it.
package form

import (
	"flag"
	"strconv"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

var full = flag.Bool("full", false, "the long form of every test that has one")

// Often returns the number for the form that runs. It skips the test if that number
// is 0.
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

// choose returns the number for a form; -full wins over -short.
func choose(isShort, isFull bool, short, ci, long int) int {
	switch {
	case isFull:
		return long
	case isShort:
		return short
	}
	return ci
}

// checking is locked from setting the number of checks until rapid has read it.
var checking sync.Mutex

// Check runs a property on as many drawn cases as the form says and returns their
// number. -rapid.checks or RAPID_CHECKS overrides it. Tests that call Check may run
// in parallel.
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

// usual is rapid's default number of checks.
const usual = 100

// shortened returns the divisor of rapid's number of checks in this form.
func shortened() int {
	if testing.Short() {
		return 5
	}
	return 1
}
