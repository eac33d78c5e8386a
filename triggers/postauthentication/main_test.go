package main

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/trigger"
	"github.com/cognito-triggers/cognito-triggers/internal/trigger/triggertest"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

const events = "../../events"

func chain(t testing.TB, store users.Recorder) *trigger.Chain {
	t.Helper()
	mirror, err := users.CompileMirror(triggertest.Policy(t, events).Mirror)
	if err != nil {
		t.Fatal(err)
	}
	env, _ := triggertest.Environment()
	return newChain(env, store, mirror)
}

func TestR1_EveryEventOfTheSpecification(t *testing.T) {
	triggertest.Replay(t, events+"/postauthentication", 12, func(t *testing.T) triggertest.Invoker {
		return chain(t, new(userstest.Memory))
	})
}

func TestR1_TheRowsOfTheSpecification(t *testing.T) {
	triggertest.ReplayRows(t, events+"/postauthentication", func(t *testing.T, store *userstest.Memory) triggertest.Invoker {
		return chain(t, store)
	})
}

// Every event delivered three times leaves the rows of one delivery.
func TestR30_ThreeDeliveriesAreOne(t *testing.T) {
	for _, c := range triggertest.Cases(t, events+"/postauthentication", 12) {
		var once, thrice userstest.Memory
		for range 3 {
			triggertest.Answer(t, chain(t, &thrice), c.Event)
		}
		triggertest.Answer(t, chain(t, &once), c.Event)
		if a, b := triggertest.Rows(t, &once, c.Event), triggertest.Rows(t, &thrice, c.Event); !bytes.Equal(a, b) {
			t.Errorf("%s: once\n%s\nthrice\n%s", c.Name, a, b)
		}
	}
}

func TestR2_TheReplyIsTheEvent(t *testing.T) {
	up, down := chain(t, new(userstest.Memory)), chain(t, triggertest.DeadStore())
	triggertest.Check(t, 10_000, func(t *rapid.T) {
		event := triggertest.Events(triggertest.Made{
			Sources: cognito.PostAuthenticationSources(), Versions: []string{"1"},
			Response: rapid.SampledFrom([]any{map[string]any{}, nil, []any{}}),
		}).Draw(t, "event")
		for name, chain := range map[string]*trigger.Chain{"up": up, "down": down} {
			if reply, err := chain.Invoke(t.Context(), event); err != nil || !bytes.Equal(reply, event) {
				t.Fatalf("the store is %s: got %s, %v", name, reply, err)
			}
		}
	})
}

// Whatever a caller puts into clientMetadata, the rows are the same.
func TestR9_CallersDataIsNotStored(t *testing.T) {
	triggertest.Check(t, 10_000, func(t *rapid.T) {
		var with, without userstest.Memory
		event := triggertest.Events(triggertest.Made{
			Sources: cognito.PostAuthenticationSources(), Versions: []string{"1"},
			Response: rapid.Just[any](map[string]any{}),
		}).Draw(t, "event")
		other := triggertest.WithCallersData(t, event)
		invoke(t, &without, event)
		invoke(t, &with, other)
		if a, b := triggertest.Rows(t, &without, event), triggertest.Rows(t, &with, event); !bytes.Equal(a, b) {
			t.Fatalf("%s\nbecame\n%s", a, b)
		}
	})
}

func invoke(t *rapid.T, store users.Recorder, event []byte) {
	env, _ := triggertest.Environment()
	if _, err := newChain(env, store, nil).Invoke(t.Context(), event); err != nil {
		t.Fatal(err)
	}
}
