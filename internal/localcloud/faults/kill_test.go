package faults_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// deaths counts the killed processes: all, and those after whose death a row was there
// that they had written.
type deaths struct{ all, after, events atomic.Int64 }

// The test kills the real processes with SIGKILL at a random instant of an event and
// delivers the event again, as Cognito or the user does: 500 times in the long form.
func TestR26_AProcessKilledAtAnyInstantLeavesRowsThatARetryMakesWhole(t *testing.T) {
	t.Parallel()
	url := directorytest.Start(t, infra)
	if err := directorytest.Store(t, url).Assign(t.Context(), web, "app"); err != nil {
		t.Fatal(err)
	}
	table, died, want := row{directorytest.Client(url)}, &deaths{}, int64(form.Often(t, 15, 60, 500))
	var workers sync.WaitGroup
	for range 3 {
		workers.Go(func() {
			s := newSuite(t, url, settings{})
			for died.all.Load() < want && !t.Failed() {
				life{s, table, died, newSub(), map[string]time.Duration{}}.live(t)
			}
		})
	}
	workers.Wait()
	t.Logf("%d processes killed during %d events, %d of them after a row was written", died.all.Load(), died.events.Load(), died.after.Load())
	if died.after.Load() == 0 {
		t.Error("no process died after its write: the instants are not random enough")
	}
}

// life is one user's sign-up, sign-in and token.
type life struct {
	*suite
	table row
	died  *deaths
	sub   string
	// usual is how long an undisturbed event takes.
	usual map[string]time.Duration
}

func (l life) live(t *testing.T) {
	t.Helper()
	began := time.Now()
	l.table.grant(t, l.sub)
	for _, function := range slices.DeleteFunc(triggers.Rooms(), func(room string) bool { return !usesTable(room) }) {
		reply := l.until(t, function)
		if granted := bytes.Contains(reply, []byte(`"roles":["editor"]`)); granted != (function == "pretokengeneration") {
			t.Errorf("%s answered %s", function, reply)
		}
	}
	rows := l.table.read(t, l.sub)
	if err := whole(rows, began); err != nil {
		t.Errorf("%v: %+v", err, rows)
	}
}

// until delivers an event and kills the process that works on it, until it is answered.
// No row may go back meanwhile.
func (l life) until(t *testing.T, function string) []byte {
	t.Helper()
	before := l.table.read(t, l.sub)
	for range 20 {
		l.died.events.Add(1)
		reply, err := l.disturbed(t, function)
		after := l.table.read(t, l.sub)
		if problem := wentBack(before, after); problem != nil {
			t.Errorf("%s: %v:\n%+v\n%+v", function, problem, before, after)
		}
		fail, failed := errors.AsType[*lambdahost.FunctionError](err)
		switch {
		case err == nil:
			return reply
		case !failed || fail.Type != "Runtime.ExitError":
			t.Fatalf("%s: %v", function, err)
		}
		l.died.all.Add(1)
		if !reflect.DeepEqual(before, after) {
			l.died.after.Add(1)
		}
		before = after
	}
	t.Fatalf("%s was killed 20 times in a row", function)
	return nil
}

// disturbed delivers the event and kills the process at a random instant, perhaps before
// the event begins or after it ends.
func (l life) disturbed(t *testing.T, function string) ([]byte, error) {
	span := 30 * time.Millisecond
	if usual := l.usual[function]; usual > 0 {
		span = usual * 5 / 4
	}
	wait, done := time.Duration(rand.Int64N(int64(span))), make(chan struct{})
	var killer sync.WaitGroup
	defer killer.Wait()
	defer close(done)
	killer.Go(func() {
		select {
		case <-time.After(wait):
			for _, env := range l.host.Environments(function) {
				_ = env.Kill()
			}
		case <-done:
		}
	})
	began := time.Now()
	reply, err := l.host.Invoke(t.Context(), function, event(function, l.sub))
	if err == nil {
		l.usual[function] = time.Since(began)
	}
	return reply, err
}

// wentBack returns an error if something changed that must never change.
func wentBack(before, after users.Rows) error {
	b, a := before.Profile, after.Profile
	switch {
	case b.Rev > 0 && (!a.CreatedAt.Equal(b.CreatedAt) || a.CreatedBy != b.CreatedBy):
		return errors.New("the row was created a second time")
	case a.Rev < b.Rev || a.AttrsAt.Before(b.AttrsAt):
		return errors.New("PROFILE went back")
	case after.SignIn.Last.Before(before.SignIn.Last) || after.SignIn.Count < before.SignIn.Count:
		return errors.New("SIGNIN went back")
	case !reflect.DeepEqual(after.Authz, before.Authz):
		return errors.New("a trigger changed AUTHZ")
	}
	return nil
}

// whole compares the rows with what happened: one confirmation and one sign-in, however
// often each was delivered.
func whole(rows users.Rows, began time.Time) error {
	p, s, early := rows.Profile, rows.SignIn, began.Add(-time.Second)
	switch {
	case p.Email != "ada@example.com" || !p.EmailVerified || p.Attributes["name"] != "Ada Lovelace" || p.Status != table.Active || p.Truncated:
		return errors.New("PROFILE is not the user's")
	case p.CreatedBy != "PostConfirmation_ConfirmSignUp" || p.CreatedAt.Before(early) || p.CreatedAt.After(p.AttrsAt) || p.AttrsAt.After(time.Now()):
		return errors.New("PROFILE's times are wrong")
	case s.Count != 1 || !s.Mark.Equal(s.First) || s.LastClient != web:
		return fmt.Errorf("one sign-in was counted as %d", s.Count)
	case s.First.Before(p.CreatedAt) || s.Last.Before(s.First) || s.Last.After(time.Now()):
		return errors.New("SIGNIN's times are wrong")
	case !reflect.DeepEqual(rows.Authz, table.Authz{Roles: []string{"editor"}, Status: table.Active, Rev: 1}):
		return errors.New("AUTHZ is not what was granted")
	case !p.DeletedAt.IsZero() || !s.DeletedAt.IsZero():
		return errors.New("a tombstone is there")
	}
	return nil
}
