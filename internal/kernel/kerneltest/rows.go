package kerneltest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// ReplayRows runs every event of a folder against an empty store and compares the
// rows that it leaves with <case>.rows.json.
func ReplayRows(t *testing.T, folder string, newChain func(*testing.T, *userstest.Memory) Invoker) {
	for _, c := range Cases(t, folder) {
		t.Run(c.Name, func(t *testing.T) {
			store := new(userstest.Memory)
			Answer(t, newChain(t, store), c.Event)
			c.Golden(t, "rows", Rows(t, store, c.Event))
		})
	}
}

// Rows returns the store's rows of the event's user as indented JSON, null for an
// event without a user.
func Rows(t fatal, store *userstest.Memory, doc []byte) []byte {
	var rows any
	if event, err := cognito.Parse(doc); err == nil {
		if view, err := event.TokenGeneration(); err == nil && view.Attributes["sub"] != "" {
			held, err := store.Rows(context.Background(), users.Key{PoolID: event.UserPoolID, Sub: view.Attributes["sub"]})
			if err != nil {
				t.Fatal(err)
			}
			rows = held
		}
	}
	var plain any
	decode(t, encode(t, rows), &plain)
	text, err := json.MarshalIndent(withoutAbsent(plain), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// withoutAbsent removes members with the zero value.
func withoutAbsent(value any) any {
	object, ok := value.(map[string]any)
	if !ok {
		return value
	}
	for name, member := range object {
		switch kept := withoutAbsent(member); kept {
		case nil, "", 0.0, false, "0001-01-01T00:00:00Z":
			delete(object, name)
		default:
			object[name] = kept
		}
	}
	if len(object) == 0 {
		return nil
	}
	return object
}

// DeadStore answers every call with an error.
func DeadStore() *userstest.Memory {
	store := new(userstest.Memory)
	store.Down(errors.New("the store is down"))
	return store
}
