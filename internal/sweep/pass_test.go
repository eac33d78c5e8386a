package sweep_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// TestADryRunWritesNothingAndAsksForNobody, and counts the questions beforehand.
func TestADryRunWritesNothingAndAsksForNobody(t *testing.T) {
	w := drifted(t, 20)
	recent := user("recent", "sub-recent")
	recent.ModifiedAt = noon.Add(-time.Minute)
	w.pool.put(recent)
	w.o.DryRun = true
	report := w.sweep()
	w.kinds(report, map[sweep.Kind]int{sweep.Missing: 21, sweep.Stale: 20, sweep.Disabled: 20, sweep.Unlisted: 40})
	if w.table.writes != 0 || len(w.pool.gets) != 0 || report.Asked != 0 || report.Written != 0 || report.WouldAsk != 41 {
		t.Errorf("%d writes, %d questions, report %s", w.table.writes, len(w.pool.gets), text(report))
	}
	w.o.DryRun = false
	if after := w.sweep(); after.Asked != 1+2*40 {
		t.Errorf("then asked %d times", after.Asked)
	}
	w.converged()
}

// TestGoneIsSaidTwiceAMinuteApart, or the row stays.
func TestGoneIsSaidTwiceAMinuteApart(t *testing.T) {
	w := newWorld(t)
	gone, back := user("gone", "sub-gone"), user("back", "sub-back")
	w.mirrored(gone)
	w.mirrored(back)
	// The table is scanned in the order of the subs: back, gone.
	w.pool.failGet = func(call int) error {
		if call == 3 {
			back.Attributes["name"] = "changed"
			w.pool.put(back)
		}
		return nil
	}
	report := w.sweep()
	w.kinds(report, map[sweep.Kind]int{sweep.Deleted: 1, sweep.Stale: 1})
	if len(w.pool.gets) != 4 || w.pool.gets[2].Sub(w.pool.gets[0]) < sweep.Patience || w.pool.gets[3].Sub(w.pool.gets[1]) < sweep.Patience {
		t.Errorf("asked at %v", w.pool.gets)
	}
	if row := w.row("sub-gone"); !row.DeletedAt.Equal(w.pool.gets[3].Truncate(time.Second)) || row.Username != "" {
		t.Errorf("the tombstone is %s", text(row))
	}
	w.converged()
}

// TestTheTimeOfARowIsTheServices: the operator's clock is a year ahead.
func TestTheTimeOfARowIsTheServices(t *testing.T) {
	w := drifted(t, 5)
	service := w.clock
	w.o.Clock = ahead{service}
	w.sweep()
	for _, u := range w.pool.users {
		if row := w.row(u.Sub); row.AttrsAt.After(service.Now()) || row.DeletedAt.After(service.Now()) {
			t.Errorf("the row is %s", text(row))
		}
	}
	w.converged()
}

type ahead struct{ *clock }

func (a ahead) Now() time.Time { return a.clock.Now().AddDate(1, 0, 0) }

// TestAnEventInTheSameSecondDoesNotEscape: Dates have whole seconds, and what a
// trigger saw in that second is newer than the Date.
func TestAnEventInTheSameSecondDoesNotEscape(t *testing.T) {
	w := newWorld(t)
	u := user("ada", "sub-a")
	w.seen(u, noon.Add(200*time.Millisecond)) // the clock is at .3
	u.Attributes = map[string]string{"sub": "sub-a", "email": "new@example.com"}
	u.ModifiedAt = noon.Add(250 * time.Millisecond)
	w.pool.put(u)
	w.kinds(w.sweep(), map[sweep.Kind]int{sweep.Stale: 1})
	w.converged()
}

// TestARowFromTheFutureIsLeftAndSaid: nothing that is true now is newer.
func TestARowFromTheFutureIsLeftAndSaid(t *testing.T) {
	w := newWorld(t)
	u := user("ada", "sub-a")
	w.seen(u, noon.AddDate(0, 0, 1))
	u.Disabled = true
	w.pool.put(u)
	if report := w.sweep(); report.Overtaken != 1 || report.Written != 0 || w.found[0].Write != users.Unchanged {
		t.Errorf("report %s, drift %v", text(report), w.found)
	}
}

// TestATriggerThatSawMoreWins writes between the list and the row's update.
func TestATriggerThatSawMoreWins(t *testing.T) {
	w := newWorld(t)
	u := user("ada", "sub-a")
	w.mirrored(u)
	old := user("ada", "sub-a")
	old.Attributes["name"] = "as the list says"
	w.pool.put(old)
	w.table.fail = func() error {
		u.Attributes["name"] = "as the event says"
		w.seen(u, w.clock.Now().Add(2*time.Second))
		return nil
	}
	if report := w.sweep(); report.Overtaken != 1 || w.row("sub-a").Attributes["name"] != "as the event says" {
		t.Errorf("report %s, row %s", text(report), text(w.row("sub-a")))
	}
}

func TestTooManyWhoAreNotListedStopThePassBeforeItBuriesAny(t *testing.T) {
	w := newWorld(t)
	for i := range 1200 {
		w.mirrored(user(fmt.Sprintf("u%04d", i), fmt.Sprintf("sub-%04d", i)))
	}
	var at sweep.Checkpoint
	w.o.Save = func(c sweep.Checkpoint) error { at = c; return nil }
	report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at)
	many := sweep.TooMany{}
	if !errors.As(err, &many) || many.Limit != 1000 || report.Complete || w.table.writes != 0 || len(w.pool.gets) != 0 {
		t.Fatalf("%v, %d writes, report %s", err, w.table.writes, text(report))
	}
	w.o.Limit = 1200
	if report, err = sweep.Run(t.Context(), w.pool, w.table, w.o, at); err != nil || report.Drift[sweep.Deleted] != 1200 || report.Rows != 1200 {
		t.Fatalf("%v, report %s", err, text(report))
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

func TestAnOldTokenListsFromTheBeginning(t *testing.T) {
	w := drifted(t, 20)
	w.pool.page = 10
	var at sweep.Checkpoint
	saved := 0
	w.o.Save = func(c sweep.Checkpoint) error {
		if saved++; saved == 5 {
			at = copied(t, c)
		}
		return nil
	}
	w.sweep()
	w = drifted(t, 20)
	w.pool.failList = func(call int) error {
		if call == 1 {
			return fmt.Errorf("%w: expired", sweep.ErrToken)
		}
		return nil
	}
	report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at)
	if err != nil || report.Listed != 120 {
		t.Fatalf("%v, report %s", err, text(report))
	}
	w.converged()
	w.pool.failList = func(int) error { return sweep.ErrToken }
	if _, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at); !errors.Is(err, sweep.ErrToken) {
		t.Errorf("a pool that takes no token at all: %v", err)
	}
}

func copied(t *testing.T, c sweep.Checkpoint) (out sweep.Checkpoint) {
	t.Helper()
	var written bytes.Buffer
	if err := c.Encode(&written); err != nil {
		t.Fatal(err)
	}
	out, err := sweep.DecodeCheckpoint(&written)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestACancelledPassLeavesItsCheckpoint(t *testing.T) {
	w := drifted(t, 20)
	w.pool.page = 10
	ctx, cancel := context.WithCancel(t.Context())
	w.pool.afterList = func(call int) {
		if call == 5 {
			cancel()
		}
	}
	var at sweep.Checkpoint
	w.o.SaveEvery = time.Hour // so that only the end saves
	w.o.Save = func(c sweep.Checkpoint) error { at = copied(t, c); return nil }
	if _, err := sweep.Run(ctx, w.pool, w.table, w.o, at); !errors.Is(err, context.Canceled) || at.Phase != sweep.Listing || at.Report.Listed == 0 {
		t.Fatalf("%v, checkpoint %s", err, text(at))
	}
	report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at)
	if err != nil || !report.Complete || report.Listed != 120 {
		t.Fatalf("%v, report %s", err, text(report))
	}
	w.converged()
}

func TestEveryErrorOfAPortEndsThePassWithACheckpoint(t *testing.T) {
	down := errors.New("down")
	for name, breaks := range map[string]func(*world){
		"list":  func(w *world) { w.pool.failList = fails(2, down) },
		"get":   func(w *world) { w.pool.failGet = fails(7, down) },
		"write": func(w *world) { n := 0; w.table.fail = func() error { n++; return fails(9, down)(n) } },
		"erase": func(w *world) { n := 0; w.table.fail = func() error { n++; return fails(65, down)(n) } },
		"read": func(w *world) {
			w.pool.afterList = func(call int) {
				if call > 1 {
					w.table.Down(down)
				}
			}
		},
		"scan": func(w *world) {
			w.pool.failList = nil
			w.o.Advanced = func(p sweep.Progress) { w.table.Down(during(p, sweep.Scanning, down)) }
		},
	} {
		for _, workers := range []int{1, 16} {
			w := drifted(t, 20)
			w.pool.page, w.o.Workers = 30, workers
			breaks(w)
			var at sweep.Checkpoint
			w.o.Save = func(c sweep.Checkpoint) error { at = copied(t, c); return nil }
			if report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at); !errors.Is(err, down) || report.Complete {
				t.Fatalf("%s: %v", name, err)
			}
			w.pool.failList, w.pool.failGet, w.table.fail, w.pool.afterList, w.o.Advanced = nil, nil, nil, nil, nil
			w.table.Down(nil)
			if _, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at); err != nil {
				t.Fatalf("%s, and then: %v", name, err)
			}
			w.converged()
		}
	}
}

func fails(call int, err error) func(int) error {
	return func(n int) error {
		if n == call {
			return err
		}
		return nil
	}
}

func during(p sweep.Progress, phase sweep.Phase, err error) error {
	if p.Phase == phase {
		return err
	}
	return nil
}

func TestRepliesWithoutADateEndThePass(t *testing.T) {
	w := drifted(t, 1)
	w.clock.now = time.Time{}
	if _, err := sweep.Run(t.Context(), w.pool, w.table, w.o, sweep.Checkpoint{}); err == nil || !strings.Contains(err.Error(), "no Date") {
		t.Errorf("error %v", err)
	}
}

func TestACheckpointOfSomethingElseIsRefused(t *testing.T) {
	w := newWorld(t)
	var at sweep.Checkpoint
	w.o.Save = func(c sweep.Checkpoint) error { at = copied(t, c); return nil }
	w.sweep()
	for name, spoil := range map[string]func(*sweep.Checkpoint){
		"version 2":         func(c *sweep.Checkpoint) { c.Version = 2 },
		"of the pool other": func(c *sweep.Checkpoint) { c.Pool = "other" },
		"dry run true":      func(c *sweep.Checkpoint) { c.DryRun = true },
		`unknown phase "x"`: func(c *sweep.Checkpoint) { c.Phase = "x" },
		"":                  func(*sweep.Checkpoint) {}, // finished: nothing to do
	} {
		c := at
		spoil(&c)
		report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, c)
		if (err == nil) != (name == "") || err != nil && !strings.Contains(err.Error(), name) || err == nil && !report.Complete {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestARowWithoutAUserNameCannotBeAskedForAndStays.
func TestARowWithoutAUserNameCannotBeAskedForAndStays(t *testing.T) {
	w := newWorld(t)
	u := user("", "sub-a")
	w.mirrored(u)
	if report := w.sweep(); report.Unaskable != 1 || w.table.writes != 0 || len(w.pool.gets) != 0 {
		t.Errorf("report %s", text(report))
	}
}

func TestCompareNamesWhatDiffersAndNoValue(t *testing.T) {
	w := newWorld(t)
	u := user("ada", "sub-a")
	w.mirrored(u)
	row := w.row("sub-a")
	for want, change := range map[string]func(*sweep.User){
		" []":                    func(*sweep.User) {},
		"disabled [disabled]":    func(u *sweep.User) { u.Disabled = true },
		"stale [username]":       func(u *sweep.User) { u.Username = "bob" },
		"stale [emailVerified]":  func(u *sweep.User) { u.Attributes["email_verified"] = "false" },
		"stale [disabled name]":  func(u *sweep.User) { u.Disabled = true; u.Attributes["name"] = "Bob" },
		"stale [custom:team]":    func(u *sweep.User) { u.Attributes["custom:team"] = "red" },
		"stale [name]":           func(u *sweep.User) { delete(u.Attributes, "name") },
		"stale [truncated name]": func(u *sweep.User) { u.Attributes["name"] = strings.Repeat("x", users.MaxValue+1) },
		"stale [email emailCollision emailVerified]": func(u *sweep.User) { delete(u.Attributes, "email") },
	} {
		u := user("ada", "sub-a")
		change(&u)
		if kind, fields := sweep.Compare(w.o.Mirror, u, row); fmt.Sprint(string(kind), " ", fields) != want {
			t.Errorf("%s %v, want %s", kind, fields, want)
		}
	}
}

func TestNobodyShownIsReadAsNobody(t *testing.T) {
	var c sweep.Checkpoint
	if again := copied(t, c); !reflect.DeepEqual(again.Shown.Len(), 0) {
		t.Errorf("an empty set is read as %v", again.Shown)
	}
}

// TestBothFormsOfACheckpointAreReadAsTheyWereWritten, and what is cut off is not.
func TestBothFormsOfACheckpointAreReadAsTheyWereWritten(t *testing.T) {
	w := drifted(t, 20)
	w.pool.page = 30
	var all []sweep.Checkpoint
	w.o.Save = func(c sweep.Checkpoint) error { all = append(all, copied(t, c)); return nil }
	w.sweep()
	for _, c := range all {
		var encoded bytes.Buffer
		if err := c.Encode(&encoded); err != nil {
			t.Fatal(err)
		}
		written, err := json.Marshal(c)
		var again sweep.Checkpoint
		if err != nil || json.Unmarshal(written, &again) != nil || text(again) != text(c) || text(copied(t, c)) != text(c) {
			t.Fatalf("error %v, read %s, written %s", err, text(again), text(c))
		}
		for _, size := range []int{0, 10, encoded.Len() - 1} {
			if _, err := sweep.DecodeCheckpoint(bytes.NewReader(encoded.Bytes()[:size])); err == nil {
				t.Errorf("the first %d of %d bytes are read", size, encoded.Len())
			}
		}
	}
	for _, broken := range []string{"{}\n", "[]\n", `{"marks":-1}` + "\n", `{"marks":1e9}` + "\n"} {
		if c, err := sweep.DecodeCheckpoint(strings.NewReader(broken)); (err == nil) != (broken == "{}\n") {
			t.Errorf("%q is read as %s, error %v", broken, text(c), err)
		}
	}
}

func TestKindsAreThoseOfTheReport(t *testing.T) {
	if kinds := sweep.Kinds(); slices.Contains(kinds, sweep.None) || len(kinds) != 7 {
		t.Errorf("%v", kinds)
	}
}
