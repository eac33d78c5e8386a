package main

import (
	"context"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// The schedule calls every five minutes and a pass needs several runs: it comes to its end once,
// an idle run asks the pool for nothing, and a day later the next one begins.
func TestR87_TheScheduleBringsAPassToItsEnd(t *testing.T) { synctest.Test(t, chained) }

func chained(t *testing.T) {
	table, book, pool := &userstest.Memory{}, &memory{}, &numbered{users: 6000, estimate: 40_000, slow: 8 * time.Second}
	f, lines := scheduled(pool, table, book)
	f.every, f.options.AcceptEstimate, f.options.Workers = 24*time.Hour, true, 1
	began, whole, idle := time.Now(), []time.Duration{}, 0
	for time.Since(began) < 25*time.Hour {
		before, at := pool.lists, time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
		err := f.run(ctx)
		cancel()
		l := logged(t, lines)
		switch {
		case err != nil:
			t.Fatal(err)
		case l.Complete == 1:
			whole = append(whole, time.Since(began))
		case strings.HasPrefix(l.Outcome, "idle"):
			if idle++; pool.lists != before || time.Since(at) > 0 || l.PassAgeHours == 0 || math.Abs(l.PassAgeHours-(time.Since(began)-whole[len(whole)-1]).Hours()) > 0.02 {
				t.Fatalf("an idle run listed %d pages and says %+v", pool.lists-before, l)
			}
		}
		time.Sleep(5*time.Minute - time.Since(at)%(5*time.Minute))
	}
	if len(whole) == 0 || whole[0] < 20*time.Minute || idle < 200 || table.Len() != 6000 || book.Book.Pass().Number != 2 {
		t.Errorf("passes ended after %v, %d runs were idle, %d rows, the pass is %+v", whole, idle, table.Len(), book.Book.Pass().Number)
	}
}

// Another holder of the lease is left alone, and a run that died is continued when its lease
// has ended.
func TestR87_ARunBesideAnotherEndsQuietly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book, pool := &memory{}, &numbered{users: 150}
		f, lines := scheduled(pool, &userstest.Memory{}, book)
		f.every = 24 * time.Hour
		if _, _, err := book.Take(t.Context(), "an operator", time.Now(), time.Now().Add(sweep.LeaseLife)); err != nil { // and dies
			t.Fatal(err)
		}
		for _, want := range []string{"idle: another sweep of the pool is at work", "complete"} {
			if err := f.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if l := logged(t, lines); l.Outcome != want || l.Failed != 0 || l.Level != "INFO" || (want == "complete") != (pool.lists > 0) {
				t.Errorf("the line says %+v after %d pages", l, pool.lists)
			}
			time.Sleep(5 * time.Minute)
		}
	})
}

// A list that was too short is not made again and again, but at the next pass's time.
func TestR87_AnIncompleteListWaitsForTheNextPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := &numbered{users: 60, estimate: 5000}
		f, lines := scheduled(pool, &userstest.Memory{}, &memory{})
		f.every = 24 * time.Hour
		began := time.Now()
		for time.Since(began) < 24*time.Hour+time.Minute {
			before := pool.lists
			if err := f.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			due := time.Since(began) < time.Minute || time.Since(began) >= 24*time.Hour
			if l := logged(t, lines); due != (pool.lists > before) || due != strings.HasPrefix(l.Outcome, "incomplete") {
				t.Fatalf("after %v: %+v", time.Since(began), l)
			}
			time.Sleep(5 * time.Minute)
		}
	})
}
