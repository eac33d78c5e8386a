// Command usermigration is the user migration trigger: it moves a person of the old app to the
// pool when the person signs in for the first time, with the old password, or forgets it.
//
// It fails closed, with a fixed sentence: nothing has happened, and the person may try again.
// The answer of an unknown name would say that a right password is wrong. It is the only
// function that checks the password hashes of other systems, or asks an old app.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/check"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/webhook"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/secret"
)

func main() { kernel.Start(setup) }

func setup(ctx context.Context, getenv func(string) string) (*kernel.Chain, error) {
	store, err := dynamo.Open(getenv)
	if err != nil {
		return nil, err
	}
	defer store.Warm(ctx, 1)() // while the policy is compiled; its requests come one after another
	document, env, err := kernel.Configure(getenv, "usermigration")
	if err != nil {
		return nil, err
	}
	keys, err := keysOf(ctx, document.Migration, getenv)
	if err != nil {
		return nil, err
	}
	old, err := oldApp(ctx, document.Migration, getenv)
	if err != nil {
		return nil, err
	}
	chain := func(store migration.Store, check migration.Check, old migration.OldApp) (*kernel.Chain, error) {
		// The table's name ends in characters that CloudFormation draws and no user sees, and all
		// processes have it: so an unknown name always costs the same.
		m, err := migration.Compile(document.Migration, getenv(kernel.TableVariable), store, check, old)
		return newChain(env, m), err
	}
	rehearsed, err := chain(store.Offline(), nobody{}.check, nobody{})
	if err != nil {
		return nil, err
	}
	rehearsed.Rehearse(ctx)
	return chain(store, keys.check, old)
}

// nobody knows no password, at once: a hash would cost the init phase what it costs an event.
type nobody struct{}

func (nobody) check(hash.Hash, string) (bool, error) { return false, nil }

// SignIn finds nobody.
func (nobody) SignIn(context.Context, string, string) (migration.Person, bool, error) {
	return migration.Person{}, false, nil
}

// Forgot finds nobody.
func (nobody) Forgot(context.Context, string) (migration.Person, bool, error) {
	return migration.Person{}, false, nil
}

// keys are the secrets of the old app's hashes.
type keys check.Keys

func (k keys) check(h hash.Hash, password string) (bool, error) {
	return check.Password(h, password, check.Keys(k))
}

func keysOf(ctx context.Context, section policy.Migration, getenv func(string) string) (keys, error) {
	pepper, err := secret.Fetch(ctx, getenv, secret.Pepper)
	if err != nil {
		return keys{}, err
	}
	text, err := secret.Fetch(ctx, getenv, secret.FirebaseSigner)
	if err != nil {
		return keys{}, err
	}
	signer, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return keys{}, errors.New("the secret of the Firebase project is not base64: store base64_signer_key as Firebase shows it")
	}
	if ways := check.Peppers(); section.Peppered != "" && !slices.Contains(ways, section.Peppered) {
		return keys{}, fmt.Errorf("migration.peppered is %q: use one of %s", section.Peppered, strings.Join(ways, ", "))
	}
	return keys{Pepper: pepper, Peppered: section.Peppered, FirebaseSigner: signer}, nil
}

// oldApp returns the old app that a section names; nil for none.
func oldApp(ctx context.Context, section policy.Migration, getenv func(string) string) (migration.OldApp, error) {
	if section.OldApp == "" {
		return nil, nil
	}
	signs, err := secret.Fetch(ctx, getenv, secret.OldApp) // two with a blank between them, while they are rotated
	if err != nil {
		return nil, err
	}
	return webhook.New(section.OldApp, strings.Fields(signs))
}

func newChain(env kernel.Environment, m *migration.Migration) *kernel.Chain {
	return kernel.Handle(kernel.Function[cognito.UserMigration]{
		Name:        "usermigration",
		Sources:     cognito.UserMigrationSources(),
		Versions:    []string{"1"},
		OnFailure:   kernel.Closed,
		Unavailable: deny.SignInUnavailable,
		View:        (*cognito.Event).UserMigration,
		Decide: func(ctx context.Context, e cognito.UserMigration, at time.Time) (kernel.Decision, error) {
			verdict, err := decide(ctx, m, e, at)
			return kernel.Decision{
				Response: verdict.Response, Outcome: verdict.Outcome, Degraded: verdict.Trouble != nil, Cause: verdict.Trouble,
			}, err
		},
	}, env)
}

func decide(ctx context.Context, m *migration.Migration, e cognito.UserMigration, at time.Time) (migration.Verdict, error) {
	if e.Source == cognito.MigrateForgotPassword {
		return m.Forgot(ctx, e.UserPoolID, e.UserName, at)
	}
	return m.SignIn(ctx, e.UserPoolID, e.UserName, e.Password, at)
}
