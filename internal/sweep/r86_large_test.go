package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// team is the list of copied attributes of a crowd.
var team = func() *users.Mirror {
	mirror, err := users.CompileMirror(policy.Mirror{Attributes: []string{"name"}})
	if err != nil {
		panic(err)
	}
	return mirror
}()

const (
	mostHeld = 64 << 20 // bytes that a worker may hold
	calls    = 1.015    // of one for each page
)

// Both forms of subs, at a third of AWS's quota and at all of it, as the scheduled function
// does it: 14 of every 15 minutes. The first pass does not know the tree, the second does.
func TestR86_APoolOfFortyMillionIsSweptInLittleMemory(t *testing.T) {
	size := form.Often(t, 33_000, 33_000, 40_000_000)
	for _, each := range []struct {
		masked bool
		rate   float64
		passes int
	}{{false, 10, 2}, {false, 30, 1}, {true, 10, 1}, {true, 30, 2}} {
		t.Run(fmt.Sprintf("masked=%v,rate=%v", each.masked, each.rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { swept(t, sweeptest.NewCrowd(team, size, each.masked), each.rate, each.passes) })
		})
	}
}

func swept(t *testing.T, c *sweeptest.Crowd, rate float64, passes int) {
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	c.ListTakes, c.GetTakes, c.ShardTakes, c.WriteTakes = 200*time.Millisecond, 50*time.Millisecond, 10*time.Millisecond, 5*time.Millisecond
	total, book := c.Total(), &sweeptest.Book{}
	pages := float64(total) / 60
	for pass := range passes {
		h := &held{}
		o := sweep.Options{Pool: poolID, Mirror: team, ListRate: rate, Limit: 10_000, SaveEvery: 2 * time.Second, Advanced: h.look}
		want := c.Drifted()
		if pass > 0 {
			want = map[sweep.Kind]int{}
		}
		began, before, report, runs := time.Now(), c.Lists(), sweep.Report{}, 0
		for ; !report.Complete; runs++ {
			at := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 14*time.Minute)
			var err error
			report, err = sweep.Run(ctx, c, c, book, o)
			cancel()
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			if !report.Complete {
				time.Sleep(time.Until(at.Add(15 * time.Minute)))
			}
		}
		lists := c.Lists() - before
		t.Logf("pass %d of %d users, %d runs: %d ListUsers, %.2f %% above a call for each page, %d leaves; took %v, computed %v; at most %d MB held",
			pass+1, total, runs, lists, 100*(float64(lists)/pages-1), report.Leaves, time.Since(began).Round(time.Minute),
			time.Duration(pages/rate*float64(time.Second)).Round(time.Minute), h.most>>20)
		if report.Listed != total || float64(lists) > calls*pages+2000 || h.most > mostHeld {
			t.Errorf("%d listed, %d calls for %.0f pages, %d bytes held", report.Listed, lists, math.Ceil(pages), h.most)
		}
		if !maps.Equal(report.Drift, want) || report.Written != report.Total() {
			t.Errorf("drift %v of %v, %d written", report.Drift, want, report.Written)
		}
	}
}

// held looks at what the process holds of the machine.
type held struct {
	pages int
	most  uint64
}

func (h *held) look(sweep.Progress) {
	if h.pages++; h.pages%50 > 0 {
		return
	}
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	h.most = max(h.most, samples[0].Value.Uint64()-samples[1].Value.Uint64())
}
