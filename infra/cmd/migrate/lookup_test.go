package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhatATableLeavesUnprocessedIsAskedForLaterAndLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		err := patiently(t.Context(), func() (bool, error) {
			at = append(at, time.Since(began))
			return len(at) < 4, nil
		})
		if want := [4]time.Duration{0, 50 * time.Millisecond, 150 * time.Millisecond, 350 * time.Millisecond}; err != nil || len(at) != 4 || [4]time.Duration(at) != want {
			t.Errorf("asked at %v, %v", at, err)
		}
		broken := errors.New("broken")
		if err := patiently(t.Context(), func() (bool, error) { return true, broken }); !errors.Is(err, broken) {
			t.Errorf("a failure: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := patiently(ctx, func() (bool, error) { return true, nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("an end: %v", err)
		}
	})
}
