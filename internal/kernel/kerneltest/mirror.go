package kerneltest

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// Recording is a function that writes the mirror and returns the event as it came:
// post confirmation and post authentication.
type Recording struct {
	// Events is the folder events, Name the function's folder in it.
	Events, Name string
	Sources      []cognito.Source
	NewChain     func(kernel.Environment, users.Mirrored, *users.Mirror) *kernel.Chain
}

func (r Recording) folder() string { return r.Events + "/" + r.Name }

func (r Recording) chain(t testing.TB, store users.Mirrored) *kernel.Chain {
	t.Helper()
	env, _ := Environment()
	return r.NewChain(env, store, r.mirror(t))
}

func (r Recording) mirror(t testing.TB) *users.Mirror {
	t.Helper()
	mirror, err := users.CompileMirror(Policy(t, r.Events).Mirror)
	if err != nil {
		t.Fatal(err)
	}
	return mirror
}

func (r Recording) made() *rapid.Generator[[]byte] {
	return Events(Made{
		Sources: r.Sources, Versions: []string{"1"},
		Response: rapid.SampledFrom([]any{map[string]any{}, nil, []any{}}),
	})
}

// Run proves what such a function promises, each promise as a subtest.
func (r Recording) Run(t *testing.T) {
	t.Run("R1_EveryEventOfTheSpecification", func(t *testing.T) {
		Replay(t, r.folder(), r.Sources, func(t *testing.T) Invoker { return r.chain(t, new(userstest.Memory)) })
	})
	t.Run("R1_TheRowsOfTheSpecification", func(t *testing.T) {
		ReplayRows(t, r.folder(), func(t *testing.T, store *userstest.Memory) Invoker { return r.chain(t, store) })
	})
	t.Run("R22_ASilentStoreDelaysNoAnswer", func(t *testing.T) {
		AnswersInTime(t, r.folder(), func(env kernel.Environment) *kernel.Chain { return r.NewChain(env, SilentStore{}, r.mirror(t)) })
	})
	t.Run("R30_ThreeDeliveriesAreOne", r.threeDeliveriesAreOne)
	t.Run("R2_TheReplyIsTheEvent", r.theReplyIsTheEvent)
	t.Run("R9_CallersDataIsNotStored", r.callersDataIsNotStored)
}

// threeDeliveriesAreOne shows that an event delivered three times leaves the rows of
// one delivery.
func (r Recording) threeDeliveriesAreOne(t *testing.T) {
	for _, c := range Cases(t, r.folder()) {
		var once, thrice userstest.Memory
		for range 3 {
			Answer(t, r.chain(t, &thrice), c.Event)
		}
		Answer(t, r.chain(t, &once), c.Event)
		if a, b := Rows(t, &once, c.Event), Rows(t, &thrice, c.Event); !bytes.Equal(a, b) {
			t.Errorf("%s: once\n%s\nthrice\n%s", c.Name, a, b)
		}
	}
}

// theReplyIsTheEvent shows that the reply is the event, whether the store is up or
// down.
func (r Recording) theReplyIsTheEvent(t *testing.T) {
	t.Parallel()
	up, down := r.chain(t, new(userstest.Memory)), r.chain(t, DeadStore())
	form.Check(t, 500, 2_000, 100_000, func(t *rapid.T) {
		event := r.made().Draw(t, "event")
		for _, chain := range []*kernel.Chain{up, down} {
			if reply, err := chain.Invoke(t.Context(), event); err != nil || !bytes.Equal(reply, event) {
				t.Fatalf("the store is down: %v: got %s, %v", chain == down, reply, err)
			}
		}
	})
}

// callersDataIsNotStored shows that the rows do not depend on clientMetadata.
func (r Recording) callersDataIsNotStored(t *testing.T) {
	t.Parallel()
	mirror := r.mirror(t)
	form.Check(t, 500, 2_000, 100_000, func(rt *rapid.T) {
		event := r.made().Draw(rt, "event")
		other := WithCallersData(rt, event)
		var without, with userstest.Memory
		for store, doc := range map[*userstest.Memory][]byte{&without: event, &with: other} {
			env, _ := Environment()
			if _, err := r.NewChain(env, store, mirror).Invoke(rt.Context(), doc); err != nil {
				rt.Fatal(err)
			}
		}
		if a, b := Rows(rt, &without, event), Rows(rt, &with, event); !bytes.Equal(a, b) {
			rt.Fatalf("%s\nbecame\n%s", a, b)
		}
	})
}
