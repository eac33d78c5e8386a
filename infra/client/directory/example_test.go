package directory_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

// An application makes one directory and keeps it. Table and pool are the stack's
// outputs TableName and UserPoolId.
func ExampleNew() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	d := directory.New(dynamodb.NewFromConfig(cfg), "the-table", "eu-west-1_AbCdEf123")
	_ = d // keep it: it is safe for concurrent use
}

// Upgrade adds a role to a customer, whoever else changes the same row.
func ExampleDirectory_Change() {
	upgrade := func(ctx context.Context, d *directory.Directory, sub string) error {
		for {
			granted, err := d.Authz(ctx, sub)
			if err != nil {
				return err
			}
			_, err = d.Change(ctx, granted, "billing",
				directory.SetRoles(append(granted.Roles, "premium")...),
				directory.SetClaim("plan", "gold"))
			if errors.Is(err, directory.ErrConflict) {
				continue // read again, decide again
			}
			return err
		}
	}
	_ = upgrade
}

// The first argument is the tenant of the user's tokens, and is in the list too. There is
// no table here, so the change fails, but not for what it would write.
func ExampleSetTenants() {
	d := directory.New(dynamodb.New(dynamodb.Options{}), "the-table", "eu-west-1_AbCdEf123")
	for _, change := range []directory.Change{directory.SetTenants("acme", "acme"), directory.SetTenants("acme")} {
		_, err := d.Change(context.Background(), directory.Authz{Sub: "8d1c"}, "billing", change)
		fmt.Println(errors.Is(err, directory.ErrInvalid))
	}
	// Output:
	// false
	// true
}

// A role in one tenant is only in tokens for it. The tenant is one of the user's, here of
// the new ones.
func ExampleSetTenantRoles() {
	promote := func(ctx context.Context, d *directory.Directory, sub string) error {
		granted, err := d.Authz(ctx, sub)
		if err != nil {
			return err
		}
		_, err = d.Change(ctx, granted, "billing",
			directory.SetTenants("acme", "acme", "globex"),
			directory.SetTenantRoles("acme", "owner"),
			directory.SetTenantRoles("globex", "viewer"),
			directory.SetRoles("staff")) // in every tenant
		return err
	}
	_ = promote
}

// With a client of the pool, Cognito itself refuses a suspended user, also while the table
// is down. Whatever fails, the same call again completes it.
func ExampleDirectory_Suspend() {
	suspend := func(ctx context.Context, cfg aws.Config, sub string) error {
		d := directory.New(dynamodb.NewFromConfig(cfg), "the-table", "eu-west-1_AbCdEf123",
			directory.WithPool(cognitoidentityprovider.NewFromConfig(cfg)))
		done, err := d.Suspend(ctx, sub, "abuse desk")
		if done.Table == directory.Remains {
			return err // nothing was done
		}
		if err != nil {
			log.Printf("suspended in the table; in Cognito: user %s, sessions %s", done.User, done.Sessions)
		}
		return err
	}
	_ = suspend
}

// What a change would write is checked before it is written; the error has all that is
// wrong.
func ExampleErrInvalid() {
	d := directory.New(dynamodb.New(dynamodb.Options{}), "the-table", "eu-west-1_AbCdEf123")
	_, err := d.Change(context.Background(), directory.Authz{Sub: "8d1c"}, "grace",
		directory.SetTenants("acme", "globex"),
		directory.SetClaim("cognito:groups", "admins"))
	fmt.Println(errors.Is(err, directory.ErrInvalid))
	fmt.Println(err)
	// Output:
	// true
	// changing AUTHZ: AUTHZ cannot be changed like this: the default tenant "acme" is none of the tenants: list it too; the claim "cognito:groups": the name belongs to Cognito or to the suite, and no row sets it
}
