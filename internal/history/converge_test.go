package history

import (
	"context"
	"reflect"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// live runs a history and returns what went wrong first, "" for nothing.
func live(s story, f faults, telling bool) (broken string, w *world) {
	w = newWorld(f, telling)
	if w.skew = s.skew; w.skew != 0 {
		w.tell("the functions' clocks are ahead by %v", w.skew)
	}
	for _, step := range s.steps {
		w.take(step)
		if len(w.broken) > 0 {
			return w.broken[0], w
		}
	}
	w.drain()
	w.advance(s.quiet)
	w.tell("nothing more happens; %v", &s.last)
	w.settle(s)
	if len(w.broken) > 0 {
		return w.broken[0], w
	}
	return "", w
}

// settle sweeps a quiet pool, after which the table equals the pool; a second sweep
// writes nothing. Asking for a user costs money (AdminGetUser makes the user an active
// one of the month): if nothing is recent, the sweep asks twice for each user who is
// gone, and for no other.
func (w *world) settle(s story) {
	gone := 0
	for _, q := range w.pool.users {
		rows, _ := w.ledger.Rows(context.Background(), key(q.sub))
		if !q.alive() && rows.Profile.Status == table.Active {
			gone++
		}
	}
	report := w.sweep(&s.last)
	w.converged()
	if s.quiet > sweep.Lag && len(s.last.ends) == 0 && report.Asked != 2*gone {
		w.violated("the sweep asked for %d users, and %d were gone", report.Asked, gone)
	}
	w.ledger.writes = 0
	report = w.sweep(&plan{page: 7})
	if w.ledger.writes != 0 || report.Written != 0 || report.Total() != 0 {
		w.violated("the second sweep wrote %d times and found %v", w.ledger.writes, report.Drift)
	}
}

// converged compares the table with the pool after a sweep of a quiet pool. A sweep finds
// users by their PROFILE: AUTHZ or SIGNIN may be left of a user who came and went without
// one.
func (w *world) converged() {
	for _, q := range w.pool.users {
		rows, _ := w.ledger.Rows(context.Background(), key(q.sub))
		switch now := q.now(); {
		case q.erased && rows.Profile.Status == table.Deleted:
		case q.alive() && now.status == unconfirmed:
			if !reflect.DeepEqual(rows.Profile, users.ProfileRow{}) {
				w.violated("after the sweep %s has confirmed nothing and has the row %s", q.sub, words(rows.Profile))
			}
		case q.alive():
			want := w.mirror.Profile(now.username, now.attributes)
			want.Disabled = now.disabled
			if rows.Profile.Status != table.Active || !reflect.DeepEqual(rows.Profile.Profile, want) {
				w.violated("after the sweep %s has the row %s, and is %s", q.sub, words(rows.Profile), words(want))
			}
		case rows.Profile.DeletedAt.IsZero() && !reflect.DeepEqual(rows.Profile, users.ProfileRow{}):
			w.violated("after the sweep %s is gone and has the row %s", q.sub, words(rows.Profile))
		case !rows.Profile.DeletedAt.IsZero() && (rows.SignIn.DeletedAt.IsZero() || rows.Authz.Status != table.Deleted):
			w.violated("after the sweep %s is gone and has the rows %s", q.sub, words(rows))
		}
	}
}
