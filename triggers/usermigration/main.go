// Command usermigration is the user migration trigger: it moves a person of the old app to the
// pool when the person signs in for the first time, with the old password, or forgets it.
//
// It fails closed, with a fixed sentence: nothing has happened, and the person may try again.
// The answer of an unknown name would say that a right password is wrong. It is the only
// function that checks the password hashes of other systems, or asks an old app.
package main

import (
	"context"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
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
	// The table's name ends in characters that CloudFormation draws and no user sees, and is the
	// same in all processes: so an unknown name always costs the same.
	key := getenv(kernel.TableVariable)
	moving, err := migration.Compile(document.Migration, key, store, checker{}, nil)
	if err != nil {
		return nil, err
	}
	rehearsed, err := migration.Compile(document.Migration, key, store.Offline(), checker{}, nil)
	if err != nil {
		return nil, err
	}
	newChain(env, rehearsed).Rehearse(ctx)
	return newChain(env, moving), nil
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
