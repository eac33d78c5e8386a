package migration_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/migrationtest"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// life is a user pool with both functions, over a store that drops calls, loses replies and
// repeats what it was sent.
type life struct {
	t     *rapid.T
	rows  *migrationtest.Memory
	users *userstest.Memory
	check checker
	at    time.Time

	loaded    map[string]table.Legacy
	inPool    map[string]string // the sub of the user, by name
	signedIn  map[string]bool   // the first sign-in was recorded
	asked     map[string]bool   // a right password or a reset was sent for the name
	looked    map[string][]time.Time
	disturbed bool
}

var errLost = errors.New("lost")

// disturb makes a call, or not, or twice, and may lose its reply.
func disturb[T any](l *life, call func() (T, error)) (T, error) {
	var none T
	if !l.disturbed {
		return call()
	}
	switch rapid.SampledFrom([]string{"well", "well", "well", "well", "dropped", "lost", "twice"}).Draw(l.t, "wire") {
	case "dropped":
		return none, errLost
	case "lost":
		_, _ = call()
		return none, errLost
	case "twice": // the first reply was lost, and the SDK sends the call again
		_, _ = call()
	}
	return call()
}

func (l *life) Reserve(ctx context.Context, pool, name string, at time.Time, most int, window time.Duration) (bool, error) {
	return disturb(l, func() (bool, error) { return l.rows.Reserve(ctx, pool, name, at, most, window) })
}

func (l *life) Waiting(ctx context.Context, pool, name string) (table.Legacy, error) {
	return disturb(l, func() (table.Legacy, error) { return l.rows.Waiting(ctx, pool, name) })
}

func (l *life) Prove(ctx context.Context, pool, name, hash string, at time.Time) (bool, error) {
	return disturb(l, func() (bool, error) { return l.rows.Prove(ctx, pool, name, hash, at) })
}

func (l *life) Moved(ctx context.Context, pool, name, username string, at time.Time) (users.Write, error) {
	return disturb(l, func() (users.Write, error) { return l.rows.Moved(ctx, pool, name, username, at) })
}

func (l *life) SignIn(ctx context.Context, in users.SignIn) (users.Write, error) {
	return disturb(l, func() (users.Write, error) { return l.users.SignIn(ctx, in) })
}

func (l *life) SignInAgain(ctx context.Context, in users.SignIn) (users.Write, error) {
	return disturb(l, func() (users.Write, error) { return l.users.SignInAgain(ctx, in) })
}

func (l *life) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	return disturb(l, func() (users.Write, error) { return l.users.Upsert(ctx, seen) })
}

// Compare implements users.Mirrored.
func (l *life) Compare(ctx context.Context, seen users.Snapshot) (there, same bool, err error) {
	return l.users.Compare(ctx, seen)
}

// enter is a sign-in, right or wrong, or a forgotten password, of a name.
func (l *life) enter(name, how string) {
	sub, known := l.inPool[name]
	if !known {
		if !l.migrate(name, how) {
			return
		}
		sub = l.inPool[name]
	}
	if how == "right" || known && how == "forgot" { // the pool has the password, or a new one
		l.record(name, sub)
	}
}

// migrate is the user migration trigger, delivered once or more, and Cognito with its answers.
func (l *life) migrate(name, how string) bool {
	m := mustCompile(l.t, l, l.check.check)
	var made bool
	for range rapid.IntRange(1, 2).Draw(l.t, "deliveries") {
		moved := false
		if row, _ := l.rows.Waiting(l.t.Context(), pool, name); !row.MovedAt.IsZero() {
			moved = true
		}
		var verdict migration.Verdict
		var err error
		if how == "forgot" {
			verdict, err = m.Forgot(l.t.Context(), pool, name, l.at)
		} else {
			verdict, err = m.SignIn(l.t.Context(), pool, name, cognito.NewPassword(how), l.at)
		}
		for range l.check.take() {
			l.looked[name] = append(l.looked[name], l.at)
		}
		_, exists := l.loaded[name]
		switch answered := verdict.Response != nil; {
		case answered && err != nil:
			l.t.Fatalf("an answer and an error: %+v, %v", verdict, err)
		case answered && (!exists || how == "wrong"):
			l.t.Fatalf("%s of %s is answered: %+v", how, name, verdict)
		case answered && moved:
			l.t.Fatalf("%s moves a second time", name)
		case answered:
			if row, _ := l.rows.Waiting(l.t.Context(), pool, name); row.ProvedAt.IsZero() {
				l.t.Fatalf("%s is answered without a proof", name)
			}
			l.asked[name] = true
			// The reply is lost, or Cognito does not make the user.
			made = made || !l.disturbed || rapid.Bool().Draw(l.t, "made")
		}
	}
	if made {
		l.inPool[name] = fmt.Sprintf("%08d-0000-4000-8000-000000000000", len(l.inPool))
	}
	return made
}

// record is the post authentication trigger, killed or whole.
func (l *life) record(name, sub string) {
	seen := users.Sighting{Key: users.Key{PoolID: pool, Sub: sub}, At: l.at, Username: sub, Attributes: map[string]string{"email": name}}
	mirror, err := users.CompileMirror(policy.Mirror{})
	if err != nil {
		l.t.Fatal(err)
	}
	if _, err := users.SignedIn(l.t.Context(), users.Moving(l, seen), mirror, seen); err == nil {
		l.signedIn[name] = true
	}
}

func (l *life) load(name string) {
	row := l.loaded[name]
	row.LoadedAt = l.at
	if _, err := l.rows.Load(l.t.Context(), pool, name, row); err != nil {
		l.t.Fatal(err)
	}
}

// holds is what is true after each step.
func (l *life) holds() {
	for name := range l.loaded {
		row, _ := l.rows.Waiting(l.t.Context(), pool, name)
		_, inPool := l.inPool[name]
		switch {
		case !row.MovedAt.IsZero() && !inPool:
			l.t.Fatalf("%s has no user, and can never move: %+v", name, row)
		case !row.MovedAt.IsZero() && (row.Hash != "" || row.Username != "" || row.Attributes != nil):
			l.t.Fatalf("%s has moved, and the row has %+v", name, row)
		case row.MovedAt.IsZero() && row.Hash == "":
			l.t.Fatalf("%s waits without a hash: %+v", name, row)
		case l.signedIn[name] && row.MovedAt.IsZero():
			l.t.Fatalf("%s has signed in, and waits: %+v", name, row)
		case !row.MovedAt.IsZero() && !l.asked[name]:
			l.t.Fatalf("%s has moved without a proof", name)
		}
	}
	for name, times := range l.looked {
		for i := migration.Most; i < len(times); i++ {
			// A window begins with its first try, so two of them may touch.
			if i >= 2*migration.Most && times[i].Sub(times[i-2*migration.Most]) < migration.Window {
				l.t.Fatalf("%s: %d hashes within a window", name, 2*migration.Most+1)
			}
		}
	}
}

// Whatever is dropped, lost, repeated and killed: no answer without a proof, no second move, the
// row stays until the first sign-in is recorded and is gone then. When the disturbance ends,
// everybody moves.
func TestR103_EachPersonMovesOnceWhateverHappens(t *testing.T) {
	t.Parallel()
	form.Check(t, 200, 2_000, 100_000, func(rt *rapid.T) {
		names := []string{"ada@example.com", "bob@example.com", "cyd@example.com"}
		l := &life{
			t: rt, rows: new(migrationtest.Memory), users: new(userstest.Memory), at: noon, disturbed: true,
			loaded: map[string]table.Legacy{}, inPool: map[string]string{}, signedIn: map[string]bool{}, asked: map[string]bool{}, looked: map[string][]time.Time{},
		}
		for _, name := range names {
			l.loaded[name] = table.Legacy{Hash: stored("right"), Attributes: map[string]string{"email": name, "email_verified": "true"}}
			l.load(name)
		}
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			l.at = l.at.Add(time.Duration(rapid.IntRange(0, 400_000).Draw(rt, "later")) * time.Millisecond)
			name := rapid.SampledFrom(append(names, "eve@example.com")).Draw(rt, "name")
			switch how := rapid.SampledFrom([]string{"right", "right", "wrong", "forgot", "load"}).Draw(rt, "step"); how {
			case "load":
				if l.loaded[name].Hash != "" {
					l.load(name)
				}
			default:
				l.enter(name, how)
			}
			l.holds()
		}
		l.disturbed = false
		for _, name := range names {
			l.at = l.at.Add(migration.Window)
			l.enter(name, "right")
			if l.holds(); !l.signedIn[name] {
				rt.Fatalf("%s never moves", name)
			}
		}
		if left := l.rows.Left(); len(left) > 0 {
			rt.Fatalf("something is left: %s", strings.Join(left, " "))
		}
	})
}
