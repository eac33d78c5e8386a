package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// On the machine's clock, exactly sixteen rows are written in parallel.
func TestTheDefaultsAreThose(t *testing.T) { synctest.Test(t, defaults) }

func defaults(t *testing.T) {
	w := newWorld(t)
	for i := range 100 {
		w.pool.put(user(fmt.Sprintf("u%03d", i), fmt.Sprintf("sub-%03d", i)))
	}
	var mu sync.Mutex
	at, most := 0, 0
	together := make(chan struct{})
	h := hooked{table: w.table, upsert: func(ctx context.Context) error {
		mu.Lock()
		at++
		if most = max(most, at); at == 16 {
			select {
			case <-together:
			default:
				close(together)
			}
		}
		mu.Unlock()
		defer func() { mu.Lock(); at--; mu.Unlock() }()
		select {
		case <-together:
			time.Sleep(time.Millisecond)
			return nil
		case <-time.After(10 * time.Second):
			return errors.New("sixteen never came together")
		}
	}}
	thrice := 0
	w.pool.failList = func(int) error {
		if thrice++; thrice == 1 {
			return sweep.ErrThrottled
		}
		return nil
	}
	began := time.Now()
	report, err := sweep.Run(t.Context(), w.pool, h, w.book, sweep.Options{Pool: poolID})
	if err != nil || most != 16 || report.Written != 100 || report.Throttled != 1 || time.Now().Equal(began) {
		t.Errorf("%v, %d at the same time, from %v to %v, %s", err, most, began, time.Now(), text(report))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	w.pool.failList = func(int) error { return sweep.ErrThrottled }
	if _, err := sweep.Run(ctx, w.pool, w.table, w.book, sweep.Options{Pool: poolID}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

func TestTheLimitGrowsWithThePool(t *testing.T) {
	w := newWorld(t)
	for i := range 110_000 {
		u := sweep.User{Sub: fmt.Sprint("s", i), Username: fmt.Sprint("n", i), Status: "UNCONFIRMED"}
		w.pool.put(u)
	}
	w.pool.page, w.o = 60_000, w.o.WithLeaf(200_000)
	for i := range 1101 {
		w.mirrored(user(fmt.Sprintf("gone%04d", i), fmt.Sprintf("gone%04d", i)))
	}
	_, err := sweep.Run(t.Context(), w.pool, w.table, w.book, w.o)
	if many := (sweep.TooMany{}); !errors.As(err, &many) || many != (sweep.TooMany{Found: 1101, Limit: 1100}) || !strings.Contains(err.Error(), "at least 1101 rows") {
		t.Fatalf("error %v", err)
	}
	w.o.Limit = 1101
	if err := w.table.Memory.Erase(t.Context(), w.key("gone0000"), noon); err != nil {
		t.Fatal(err)
	}
	if report, err := sweep.Run(t.Context(), w.pool, w.table, w.book, w.o); err != nil || report.Drift[sweep.Deleted] != 1100 {
		t.Errorf("%v, %s", err, text(report))
	}
	w.mirrored(user("one", "one"))
	w.mirrored(user("two", "two"))
	w.o.Limit = 1
	if _, err := sweep.Run(t.Context(), w.pool, w.table, w.book, w.o); !errors.As(err, new(sweep.TooMany)) {
		t.Errorf("error %v", err)
	}
}

func TestWithoutARateNothingWaits(t *testing.T) {
	w := newWorld(t)
	w.pool.page, w.o.ListRate = 1, sweep.Unlimited
	for i := range 50 {
		w.pool.put(user(fmt.Sprintf("u%03d", i), fmt.Sprintf("sub-%03d", i)))
	}
	begun := w.clock.Now()
	if w.sweep(); !w.clock.Now().Equal(begun) {
		t.Errorf("%v were waited", w.clock.Now().Sub(begun))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sweep.Run(ctx, w.pool, w.table, w.book, w.o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// Half of each pause is fixed and half is random.
func TestPausesGrowToHalfAMinute(t *testing.T) {
	w := newWorld(t)
	w.o.ListRate = sweep.Unlimited
	last := 0
	w.pool.failList = func(call int) error {
		if call < 300 {
			return sweep.ErrThrottled
		}
		return nil
	}
	w.sweep()
	pause := time.Second
	for i := 1; i < len(w.pool.lists); i++ {
		if waited := w.pool.lists[i].Sub(w.pool.lists[i-1]); waited < pause/2 || waited >= pause {
			t.Errorf("pause %d took %v, want %v to %v", i, waited, pause/2, pause)
		} else if waited > pause-pause/6 {
			last++ // of six parts; by chance, one in three
		}
		pause = min(2*pause, 30*time.Second)
	}
	if len(w.pool.lists) != 300 || last == 0 {
		t.Errorf("%d calls, %d pauses were nearly as long as they may be", len(w.pool.lists), last)
	}
}

func TestAThrottledPassWaitsAndGoesOn(t *testing.T) {
	w := drifted(t, 10)
	slower := fmt.Errorf("so says the service: %w", sweep.ErrThrottled)
	everyThird := func(call int) error {
		if call%3 != 0 {
			return slower
		}
		return nil
	}
	calls := 0
	w.pool.failList, w.pool.failGet = everyThird, everyThird
	w.table.fail = func() error { calls++; return everyThird(calls) }
	begun := w.clock.Now()
	report := w.sweep()
	w.kinds(report, map[sweep.Kind]int{sweep.Missing: 10, sweep.Stale: 10, sweep.Disabled: 10, sweep.Deleted: 10, sweep.Recreated: 10})
	w.converged()
	if report.Throttled < 100 || w.clock.Now().Sub(begun) < 100*time.Second/2 {
		t.Errorf("%d times throttled, %v waited", report.Throttled, w.clock.Now().Sub(begun))
	}
}
