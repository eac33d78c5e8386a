package userstest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Linearizable runs histories of concurrent calls, each about one user. It fails unless
// every row behaves as if its calls had happened one after the other, each at some
// moment between its start and its answer. It judges each row by itself: no call
// promises more, since Erase is three writes and a read of several rows is not a
// snapshot.
func Linearizable(t *testing.T, s Store, histories, operations int) {
	t.Helper()
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			for seed := worker; seed < histories && !t.Failed(); seed += 4 {
				if err := CheckHistory(t.Context(), s, uint64(seed), operations); err != nil {
					t.Errorf("history %d: %v", seed, err)
				}
			}
		})
	}
	workers.Wait()
}

// clientsAtOnce is how many clients call for one user at the same time.
const clientsAtOnce = 5

// CheckHistory runs one history. The seed decides the calls but not how they overlap.
// The error names the row that no order explains.
func CheckHistory(ctx context.Context, s Store, seed uint64, operations int) error {
	h := &linear{store: s, key: newKey(), began: time.Now()}
	var clients sync.WaitGroup
	for client := range clientsAtOnce {
		clients.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(client)))
			for range operations / clientsAtOnce {
				h.call(ctx, client, random)
			}
		})
	}
	clients.Wait()
	if h.err != nil {
		return h.err
	}
	for row, calls := range map[string][]porcupine.Operation{table.ProfileRow: h.profile, table.SignInRow: h.signIn, table.AuthzRow: h.authz} {
		if got := porcupine.CheckOperationsTimeout(oneByOne, calls, time.Minute); got != porcupine.Ok {
			return fmt.Errorf("no order of the %d calls explains what was said of %s (%s)", len(calls), row, got)
		}
	}
	return nil
}

// step is a call on one row with its answer: whether the row can have given that
// answer, and the row after it.
type step func(users.Rows) (bool, users.Rows)

// oneByOne is the definition, made of the merges of package users.
var oneByOne = porcupine.Model{
	Init:  func() any { return users.Rows{} },
	Step:  func(rows, call, _ any) (bool, any) { return call.(step)(rows.(users.Rows)) },
	Equal: same,
}

// linear is a history in progress.
type linear struct {
	store Store
	key   users.Key
	began time.Time

	mu                     sync.Mutex
	profile, signIn, authz []porcupine.Operation
	err                    error
}

// call makes one call and records its answer for each row.
func (h *linear) call(ctx context.Context, client int, random *rand.Rand) {
	at := start.Add(time.Duration(random.IntN(60_000)) * time.Millisecond)
	begin := time.Since(h.began)
	profile, signIn, authz, err := h.draw(ctx, at, random)
	end := time.Since(h.began)
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.err = err
	}
	keep := func(calls *[]porcupine.Operation, s step) {
		if s != nil {
			*calls = append(*calls, porcupine.Operation{ClientId: client, Input: s, Call: int64(begin), Return: int64(end)})
		}
	}
	keep(&h.profile, profile)
	keep(&h.signIn, signIn)
	keep(&h.authz, authz)
}

// draw makes one of the calls; nil means that it does not touch the row. Deletions are
// rare, since afterwards nothing changes any more.
func (h *linear) draw(ctx context.Context, at time.Time, random *rand.Rand) (profile, signIn, authz step, err error) {
	switch kind := random.IntN(100); {
	case kind < 30:
		profile, err = h.upsert(ctx, users.Snapshot{
			Key: h.key, At: at, Source: fmt.Sprint("source ", kind), RefreshOnly: kind < 5,
			Profile: []users.Profile{ada, ada2, bare}[random.IntN(3)],
		})
	case kind < 55:
		signIn, err = h.count(ctx, users.SignIn{Key: h.key, At: at, ClientID: fmt.Sprint("client ", kind)})
	case kind < 68:
		authz, err = h.grant(ctx, table.Authz{Roles: []string{"editor"}, Rev: random.Int64()})
	case kind < 74:
		profile, err = h.compare(ctx, []users.Profile{ada, ada2, bare}[random.IntN(3)])
	case kind < 83:
		profile, authz, err = h.access(ctx)
	case kind < 98:
		profile, signIn, authz, err = h.rows(ctx)
	default:
		profile, signIn, authz, err = h.erase(ctx, at)
	}
	return profile, signIn, authz, err
}

func (h *linear) upsert(ctx context.Context, seen users.Snapshot) (step, error) {
	told, err := h.store.Upsert(ctx, seen)
	return func(rows users.Rows) (bool, users.Rows) {
		row, fate := users.MergeProfile(rows.Profile, seen)
		rows.Profile = row
		return fate == told, rows
	}, err
}

func (h *linear) compare(ctx context.Context, p users.Profile) (step, error) {
	toldThere, toldSame, err := h.store.Compare(ctx, users.Snapshot{Key: h.key, Profile: p})
	return func(rows users.Rows) (bool, users.Rows) {
		there, same := rows.Profile.Compare(p)
		return there == toldThere && same == toldSame, rows
	}, err
}

func (h *linear) count(ctx context.Context, seen users.SignIn) (step, error) {
	told, err := h.store.SignIn(ctx, seen)
	return func(rows users.Rows) (bool, users.Rows) {
		row, fate := users.MergeSignIn(rows.SignIn, seen)
		rows.SignIn = row
		return fate == told, rows
	}, err
}

func (h *linear) grant(ctx context.Context, granted table.Authz) (step, error) {
	err := h.store.Grant(ctx, h.key, granted)
	return func(rows users.Rows) (bool, users.Rows) {
		if rows.Authz.Status != table.Deleted {
			rows.Authz = granted
		}
		return true, rows
	}, err
}

func (h *linear) access(ctx context.Context) (profile, authz step, err error) {
	told, err := h.store.Access(ctx, h.key, "")
	profile = func(rows users.Rows) (bool, users.Rows) {
		buried := !rows.Profile.DeletedAt.IsZero()
		return told.Known == (buried || !rows.Profile.AttrsAt.IsZero()) && (told.Deleted || !buried), rows
	}
	authz = func(rows users.Rows) (bool, users.Rows) {
		return same(told.Authz, table.Only(rows.Authz, table.Token)) && (told.Deleted || rows.Authz.Status != table.Deleted), rows
	}
	return profile, authz, err
}

func (h *linear) rows(ctx context.Context) (profile, signIn, authz step, err error) {
	told, err := h.store.Rows(ctx, h.key)
	profile = func(rows users.Rows) (bool, users.Rows) { return same(told.Profile, rows.Profile), rows }
	signIn = func(rows users.Rows) (bool, users.Rows) { return same(told.SignIn, rows.SignIn), rows }
	authz = func(rows users.Rows) (bool, users.Rows) { return same(told.Authz, rows.Authz), rows }
	return profile, signIn, authz, err
}

func (h *linear) erase(ctx context.Context, at time.Time) (profile, signIn, authz step, err error) {
	err = h.store.Erase(ctx, h.key, at)
	buried := func(rows users.Rows) (bool, users.Rows) {
		bury(&rows, at, allRows)
		return true, rows
	}
	return buried, buried, buried, err
}
