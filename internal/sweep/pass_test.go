package sweep_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// The dry run counts the calls that it leaves out.
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
	w.o.DryRun, w.book = false, &sweeptest.Book{}
	if after := w.sweep(); after.Asked != 1+2*40 {
		t.Errorf("then asked %d times", after.Asked)
	}
	w.converged()
}

// Without the second answer the row stays.
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

// The operator's clock is a year ahead.
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

// Dates have whole seconds, so what a trigger saw in that second is newer than the
// Date.
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

// No present fact is newer.
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

// The trigger writes between the list and the row's update.
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
	report, err := w.run()
	many := sweep.TooMany{}
	if !errors.As(err, &many) || many.Limit != 1000 || report.Complete || w.table.writes != 0 || len(w.pool.gets) != 0 {
		t.Fatalf("%v, %d writes, report %s", err, w.table.writes, text(report))
	}
	w.o.Limit = 1200
	if report, err = w.run(); err != nil || report.Drift[sweep.Deleted] != 1200 || report.Rows != 1200 {
		t.Fatalf("%v, report %s", err, text(report))
	}
}

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

func TestKindsAreThoseOfTheReport(t *testing.T) {
	text, err := os.ReadFile("compare.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, declared := range regexp.MustCompile(`(?m)^\t\w+ +Kind = "(.+)"`).FindAllSubmatch(text, -1) {
		if !slices.Contains(sweep.Kinds(), sweep.Kind(declared[1])) {
			t.Errorf("no report tells of the kind %s", declared[1])
		}
	}
	if slices.Contains(sweep.Kinds(), sweep.None) {
		t.Error("a report tells of what is no drift")
	}
}
