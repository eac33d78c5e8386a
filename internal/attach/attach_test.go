package attach_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

func TestR83_AttachAndUndoChangeTheHooksAlone(t *testing.T) {
	w := newWorld()
	done, err := w.attach(t, wanted())
	if err != nil || len(done.Plan.Changes) != 2 || w.Record.State != attach.Verified || w.Record.By != "test" {
		t.Fatalf("%v, %+v, %+v", err, done, w.Record)
	}
	w.holds(t, "attached", attached(wanted()))
	if want := []string{"load", "describe", "mfa", "save", "describe", "mfa", "update", "describe", "mfa", "save"}; !slices.Equal(w.Calls, want) {
		t.Errorf("called %v", w.Calls)
	}
	w.Calls = nil
	if again, err := w.attach(t, wanted()); err != nil || len(again.Plan.Changes) != 0 || !slices.Equal(w.Calls, []string{"load", "describe", "mfa"}) {
		t.Errorf("again: %v, %+v, %v", err, again, w.Calls)
	}
	undone, err := w.Attacher("test").Undo(t.Context())
	if err != nil || len(undone.Plan.Changes) != 2 || undone.Left != nil || w.Record.State != attach.Undone || w.Record.Attached() {
		t.Errorf("%v, %+v, %+v", err, undone, w.Record)
	}
	w.holds(t, "undone", plain())
	if _, err := w.Attacher("test").Undo(t.Context()); err != nil {
		t.Error(err)
	}
	w.holds(t, "undone again", plain())
}

// kill makes the nth call end its process, before or after it is done.
func (w *world) kill(n int, late bool) (struck *bool) {
	struck = new(bool)
	count := 0
	strike := func(string) error {
		if *struck {
			return nil
		}
		if count++; count == n {
			*struck = true
			panic(errKilled)
		}
		return nil
	}
	w.Before, w.After = nil, nil
	if late {
		w.After = strike
	} else {
		w.Before = strike
	}
	return struck
}

// dying runs f until it ends or its process is killed.
func dying(f func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			if cause != error(errKilled) {
				panic(cause)
			}
			err = errKilled
		}
	}()
	return f()
}

// Whatever call a process dies at, in apply or in undo, apply and undo end as if it had not.
func TestR83_AProcessThatDiesAtAnyCallIsContinuedOrUndone(t *testing.T) {
	for _, start := range []string{"fresh", "attached"} {
		for _, first := range []string{"attach", "undo", "change"} {
			for _, then := range []string{"attach", "undo"} {
				for n := 1; ; n++ {
					struck := false
					for _, late := range []bool{false, true} {
						w := newWorld()
						if start == "attached" {
							_, _ = w.attach(t, wanted())
						}
						hit := w.kill(n, late)
						_ = dying(func() error { return w.run(t, first) })
						struck = struck || *hit
						w.Before, w.After = nil, nil
						name := fmt.Sprintf("%s, %s killed at call %d, then %s", start, first, n, then)
						if err := w.run(t, then); err != nil {
							t.Fatalf("%s: %v", name, err)
						}
						if then == "attach" {
							w.holds(t, name, attached(wanted()))
							if err := w.run(t, "undo"); err != nil {
								t.Fatalf("%s: %v", name, err)
							}
						}
						w.holds(t, name, plain())
					}
					if !struck {
						break
					}
				}
			}
		}
	}
}

// run attaches, undoes, or attaches other hooks.
func (w *world) run(t testing.TB, what string) error {
	switch what {
	case "undo":
		_, err := w.Attacher("test").Undo(t.Context())
		return err
	case "change":
		_, err := w.attach(t, pooledit.Want{Hooks: map[string]string{"PreSignUp": arn + "b:live", "PostConfirmation": arn + "p:live"}})
		return err
	}
	_, err := w.attach(t, wanted())
	return err
}

// A call that is throttled, or whose reply is lost, is made again from the beginning.
func TestR83_WhatPassesIsWaitedFor(t *testing.T) {
	for _, failure := range []error{coded("ConcurrentModificationException"), coded("TooManyRequestsException"), errors.New("EOF")} {
		for _, lost := range []bool{false, true} {
			for _, call := range []string{"describe", "mfa", "update"} {
				w := newWorld()
				left := 2
				fail := func(called string) error {
					if called == call && left > 0 {
						left--
						return failure
					}
					return nil
				}
				w.Before = fail
				if lost {
					w.Before, w.After = nil, fail
				}
				done, err := w.attach(t, wanted())
				if err != nil || len(done.Plan.Changes) != 2 {
					t.Fatalf("%s, %v, lost %t: %v, %+v", call, failure, lost, err, done)
				}
				w.holds(t, call, attached(wanted()))
			}
		}
	}
}

func TestR83_WhatLastsEnds(t *testing.T) {
	for failure, calls := range map[error]int{coded("TooManyRequestsException"): 9, coded("InvalidParameterException"): 1, coded("UserImportInProgressException"): 1} {
		w := newWorld()
		w.Before = func(call string) error {
			if call == "update" {
				return failure
			}
			return nil
		}
		_, err := w.attach(t, wanted())
		if n := strings.Count(strings.Join(w.Calls, " "), "update"); !errors.Is(err, failure) || n != calls {
			t.Errorf("%v after %d updates", err, n)
		}
		w.holds(t, "refused", plain())
		w.Before = nil
		if _, err := w.Attacher("test").Undo(t.Context()); err != nil {
			t.Error(err)
		}
		w.holds(t, "undone", plain())
	}
}

// Somebody edits the pool between two calls. Before Describe B the edit is kept; who edits
// in the one round trip after it loses it, since AWS has no If-Match. After the update, the
// pool is not as the request says, and the work fails.
func TestR83_AnEditInBetweenIsKeptOrSaid(t *testing.T) {
	for n := 1; n <= 8; n++ {
		w := newWorld()
		count, updated := 0, false
		w.Before = func(call string) error {
			if count++; count == n {
				w.Pool["EmailVerificationMessage"] = "edited {####}"
				updated = slices.Contains(w.Calls[:len(w.Calls)-1], "update")
			}
			return nil
		}
		_, err := w.attach(t, wanted())
		lost := n == 7 // describe B is the 5th call, its MFA the 6th
		if n == 6 {
			lost = true
		}
		var wrong attach.Unverified
		if edited := w.Pool["EmailVerificationMessage"] == "edited {####}"; edited == lost || errors.As(err, &wrong) != updated {
			t.Errorf("before call %d: kept %t, %v", n, edited, err)
		}
		if updated && !slices.Equal(wrong.Members, []string{"EmailVerificationMessage"}) {
			t.Errorf("before call %d: %v", n, err)
		}
	}
}

func TestR83_APoolThatIsEditedAllTheTimeIsLeftAlone(t *testing.T) {
	w := newWorld()
	w.Before = func(call string) error {
		if call == "describe" {
			w.Pool["EmailVerificationMessage"] = fmt.Sprint(len(w.Calls))
		}
		return nil
	}
	if _, err := w.attach(t, wanted()); err == nil || slices.Contains(w.Calls, "update") || !strings.Contains(err.Error(), "somebody else changed the pool meanwhile: EmailVerificationMessage") {
		t.Errorf("%v, %v", err, w.Calls)
	}
	w = newWorld()
	w.Before = func(call string) error {
		if call == "mfa" {
			w.Second = fmt.Sprint(len(w.Calls))
		}
		return nil
	}
	if _, err := w.attach(t, wanted()); err == nil || slices.Contains(w.Calls, "update") {
		t.Errorf("%v, %v", err, w.Calls)
	}
}

// An estimate of users is no change.
func TestR83_UsersWhoComeMeanwhileDoNotMatter(t *testing.T) {
	w := newWorld()
	w.Before = func(string) error {
		w.Pool["EstimatedNumberOfUsers"] = w.Pool["EstimatedNumberOfUsers"].(float64) + 1
		return nil
	}
	if _, err := w.attach(t, wanted()); err != nil {
		t.Error(err)
	}
}

// What was there first comes back, however often the suite changes its hooks; places that it
// no longer wants at once.
func TestR83_TheFirstBeforeStays(t *testing.T) {
	w := newWorld()
	w.Hooks()["PreSignUp"] = arn + "theirs:1"
	begin := func() object { h := plain(); h["PreSignUp"] = arn + "theirs:1"; return h }
	if _, err := w.attach(t, wanted()); !errors.As(err, &attach.Refused{}) || slices.Contains(w.Calls, "save") {
		t.Fatalf("%v, %v", err, w.Calls)
	}
	if _, err := w.Attacher("test").Attach(t.Context(), wanted(), pooledit.Options{Replace: []string{"PreSignUp"}}); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "attached", attached(wanted()))
	for _, step := range []struct {
		want  map[string]string
		hooks func(object)
	}{
		{map[string]string{"PreSignUp": arn + "b:live"}, func(h object) { h["PreSignUp"] = arn + "b:live" }},
		{map[string]string{"PostConfirmation": arn + "p:live"}, func(h object) { h["PostConfirmation"] = arn + "p:live" }},
		{map[string]string{}, func(object) {}},
	} {
		if _, err := w.Attacher("test").Attach(t.Context(), pooledit.Want{Hooks: step.want}, pooledit.Options{Replace: []string{"PreSignUp"}}); err != nil {
			t.Fatal(err)
		}
		hooks := begin()
		step.hooks(hooks)
		w.holds(t, fmt.Sprint(step.want), hooks)
	}
	// A rollback to a release that did not have to say so.
	if _, err := w.attach(t, wanted()); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "attached again", attached(wanted()))
	if _, err := w.Attacher("test").Undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "undone", begin())
}

// A place that somebody else has taken since, or emptied, is left, and said.
func TestR83_AnUndoLeavesWhatIsNotOurs(t *testing.T) {
	w := newWorld()
	_, _ = w.attach(t, wanted())
	w.Hooks()["PreSignUp"] = arn + "theirs:2"
	w.Hooks()["PostConfirmation"] = arn + "theirs:3"
	done, err := w.Attacher("test").Undo(t.Context())
	if err != nil || !slices.Equal(done.Left, []string{"PreSignUp"}) {
		t.Errorf("%v, %+v", err, done)
	}
	hooks := plain()
	hooks["PreSignUp"], hooks["PostConfirmation"] = arn+"theirs:2", arn+"theirs:3"
	w.holds(t, "undone", hooks)
	w = newWorld()
	w.Hooks()["PreSignUp"] = arn + "theirs:1"
	_, _ = w.Attacher("test").Attach(t.Context(), wanted(), pooledit.Options{Replace: []string{"PreSignUp"}})
	delete(w.Hooks(), "PreSignUp")
	if done, err := w.Attacher("test").Undo(t.Context()); err != nil || !slices.Equal(done.Left, []string{"PreSignUp"}) {
		t.Errorf("%v, %+v", err, done)
	}
	w.holds(t, "undone", plain())
}

// A hook that vanished while the suite was attached is set again, and what was there first
// comes back all the same. One that vanished before the update was sent does not.
func TestR83_AHealedPlaceKeepsItsFirstBefore(t *testing.T) {
	for _, killed := range []bool{false, true} {
		w := newWorld()
		w.Hooks()["PreSignUp"] = arn + "theirs:1"
		if killed {
			w.Before = func(call string) error {
				if call == "update" {
					panic(errKilled)
				}
				return nil
			}
		}
		replace := pooledit.Options{Replace: []string{"PreSignUp"}}
		_ = dying(func() error { _, err := w.Attacher("test").Attach(t.Context(), wanted(), replace); return err })
		w.Before = nil
		delete(w.Hooks(), "PreSignUp")
		if _, err := w.attach(t, wanted()); err != nil {
			t.Fatal(err)
		}
		w.holds(t, "healed", attached(wanted()))
		_, _ = w.Attacher("test").Undo(t.Context())
		hooks := plain()
		if !killed {
			hooks["PreSignUp"] = arn + "theirs:1"
		}
		w.holds(t, "undone", hooks)
	}
}

// Hooks of the suite that no record knows were set by hand, or the record is lost: an undo
// takes them out, since their functions go.
func TestR83_OwnHooksWithoutARecordAreTakenOver(t *testing.T) {
	w := newWorld()
	_, _ = w.attach(t, wanted())
	w.Record = attach.Record{}
	if _, err := w.attach(t, wanted()); err != nil || !w.Record.Attached() {
		t.Fatalf("%v, %+v", err, w.Record)
	}
	_, _ = w.Attacher("test").Undo(t.Context())
	w.holds(t, "undone", plain())
}

func TestR83_APoolThatIsGoneHasNothingToUndo(t *testing.T) {
	w := newWorld()
	_, _ = w.attach(t, wanted())
	w.Gone = true
	for range 2 {
		done, err := w.Attacher("test").Undo(t.Context())
		if err != nil || !done.Gone || w.Record.Attached() {
			t.Errorf("%v, %+v, %+v", err, done, w.Record)
		}
	}
	if _, err := w.attach(t, wanted()); doctor.Code(err) != "ResourceNotFoundException" {
		t.Error(err)
	}
	w = newWorld() // the table is gone, the pool is there
	_, _ = w.attach(t, wanted())
	w.Before = func(call string) error {
		if call == "load" {
			return coded("ResourceNotFoundException")
		}
		return nil
	}
	if done, err := w.Attacher("test").Undo(t.Context()); err == nil || done.Gone {
		t.Errorf("%v, %+v", err, done)
	}
}

// The pool may take a while to show an update, and has ten seconds for it.
func TestR83_AnUpdateThatIsNotSeenFailsLoudly(t *testing.T) {
	for seconds, want := range map[int]bool{5: true, 60: false} {
		w := newWorld()
		old, from := w.Pool, w.Time
		updated := false
		w.After = func(call string) error { updated = updated || call == "update"; return nil }
		stale := attach.Attacher{Pool: staleFor{w, &old, func() bool { return updated && w.Time.Sub(from).Seconds() < float64(seconds) }}, Records: w, Clock: w}
		_, err := stale.Attach(t.Context(), wanted(), pooledit.Options{})
		var wrong attach.Unverified
		if (err == nil) != want || !want && (!errors.As(err, &wrong) || !slices.Equal(wrong.Members, []string{"LambdaConfig"}) || w.Time.Sub(from).Seconds() > 12) {
			t.Errorf("%d s: %v after %v", seconds, err, w.Time.Sub(from))
		}
	}
}

// All that speaks against a pool is said together, and nothing is written.
func TestR83_WhatSpeaksAgainstAPoolIsReportedTogether(t *testing.T) {
	w := newWorld()
	w.Hooks()["PreSignUp"] = arn + "theirs:1"
	a := w.Attacher("test")
	a.Check = func(ctx, raw) ([]string, error) { return nil, errors.New("no permission") }
	_, err := a.Attach(t.Context(), wanted(), pooledit.Options{})
	if !errors.As(err, &attach.Refused{}) || !strings.Contains(err.Error(), "no permission") || !strings.Contains(err.Error(), "theirs:1") {
		t.Error(err)
	}
	if !reflect.DeepEqual(w.Record, attach.Record{}) || slices.Contains(w.Calls, "update") {
		t.Errorf("%v, %+v", w.Calls, w.Record)
	}
}
