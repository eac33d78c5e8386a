package sweeptest

import (
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// Run checks an empty book, promise by promise.
func Run(t *testing.T, book sweep.Book) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	until := noon.Add(time.Minute)
	lease, pass, err := book.Take(t.Context(), "one", noon, until)
	if err != nil || pass.Version != 0 || lease.Fence == 0 {
		t.Fatalf("of an empty book: %+v, %+v, %v", lease, pass, err)
	}
	held, is := errors.AsType[sweep.Held](second(book.Take(t.Context(), "two", until.Add(-time.Millisecond), until)))
	if !is || held.Holder != "one" || !held.Since.Equal(noon) || !held.Until.Equal(until) {
		t.Fatalf("a lease that is held: %+v", held)
	}
	want := sweep.Pass{Version: sweep.PassVersion, Number: 7, Phase: sweep.Listing, Tree: "(+1-)", WholeAt: noon}
	must(t, book.Keep(t.Context(), lease, until.Add(time.Hour), &want))
	must(t, book.Keep(t.Context(), lease, until, nil)) // which keeps the pass
	must(t, book.PutSuspects(t.Context(), lease, "a\x00", []string{"x", "y"}))

	next, pass, err := book.Take(t.Context(), "two", until, until.Add(time.Minute))
	if err != nil || next.Fence <= lease.Fence || !reflect.DeepEqual(pass, want) {
		t.Fatalf("after the lease: %+v, %+v, %v", next, pass, err)
	}
	other := want
	other.Number++
	must(t, book.PutSuspects(t.Context(), next, "b", []string{"z"}))
	for _, err := range []error{
		book.Keep(t.Context(), lease, until.Add(time.Hour), &other), book.Keep(t.Context(), lease, time.Time{}, nil),
		book.PutSuspects(t.Context(), lease, "b", []string{"old"}),
	} {
		if !errors.Is(err, sweep.ErrLost) {
			t.Errorf("who lost the lease may write: %v", err)
		}
	}
	for leaf, want := range map[string][]string{"a\x00": {"x", "y"}, "b": {"z"}, "c": nil} {
		if got, err := book.Suspects(t.Context(), leaf); err != nil || !slices.Equal(got, want) {
			t.Errorf("the suspects of %q are %v, want %v, error %v", leaf, got, want, err)
		}
	}
	must(t, book.Keep(t.Context(), next, time.Time{}, nil))
	last, pass, err := book.Take(t.Context(), "three", noon, until) // given back, so free at once
	if err != nil || last.Fence <= next.Fence || !reflect.DeepEqual(pass, want) {
		t.Fatalf("after it was given back: %+v, %+v, %v", last, pass, err)
	}
	must(t, book.Keep(t.Context(), last, time.Time{}, nil))
	race(t, book, noon)
}

// race lets many take the lease at once: one gets it.
func race(t *testing.T, book sweep.Book, now time.Time) {
	t.Helper()
	var wait sync.WaitGroup
	taken := make(chan sweep.Lease, 20)
	for range cap(taken) {
		wait.Go(func() {
			lease, _, err := book.Take(t.Context(), "racer", now, now.Add(time.Minute))
			if _, held := errors.AsType[sweep.Held](err); err != nil && !held {
				t.Error(err)
			} else if err == nil {
				taken <- lease
			}
		})
	}
	wait.Wait()
	if len(taken) != 1 {
		t.Errorf("%d took the lease at once", len(taken))
	}
}

func second(_ sweep.Lease, _ sweep.Pass, err error) error { return err }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
