package main

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/migrationtest"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

const events = "../../events"

// waiting returns a store with the people of events/legacy.json.
func waiting(t testing.TB) *migrationtest.Memory {
	t.Helper()
	text, err := os.ReadFile(events + "/legacy.json")
	if err != nil {
		t.Fatal(err)
	}
	var people map[string]struct {
		table.Legacy
		Moved bool
	}
	if err := json.Unmarshal(text, &people); err != nil {
		t.Fatal(err)
	}
	store, before := new(migrationtest.Memory), kerneltest.Clock().Add(-time.Hour)
	for name, person := range people {
		person.LoadedAt = before
		if _, err := store.Load(t.Context(), kerneltest.Pool, name, person.Legacy); err != nil {
			t.Fatal(err)
		}
		if person.Moved {
			if _, err := store.Prove(t.Context(), kerneltest.Pool, name, "", before); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Moved(t.Context(), kerneltest.Pool, name, "", before); err != nil {
				t.Fatal(err)
			}
		}
	}
	return store
}

func chain(t testing.TB, env kernel.Environment, store migration.Store) *kernel.Chain {
	t.Helper()
	m, err := migration.Compile(kerneltest.Policy(t, events).Migration, "table-1A2B3C", store, keys{}.check, nil)
	if err != nil {
		t.Fatal(err)
	}
	return newChain(env, m)
}

func TestR1_EveryEventOfTheSpecification(t *testing.T) {
	kerneltest.Replay(t, events+"/usermigration", cognito.UserMigrationSources(), func(t *testing.T) kerneltest.Invoker {
		env, _ := kerneltest.Environment()
		return chain(t, env, waiting(t))
	})
}
