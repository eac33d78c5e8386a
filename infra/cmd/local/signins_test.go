package main

import (
	"context"
	"fmt"
	"testing"
	"unicode"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// barePool is a user pool without functions, whose users choose a name.
func barePool(t *testing.T, cfg userpool.Config, opts userpool.Options) (*userpool.Pool, *idp.Client) {
	t.Helper()
	pool, err := userpool.Start(cfg, nil, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	return pool, idp.NewFromConfig(cast.Config(pool.URL()))
}

// addUser makes a user with a password of its own choice.
func addUser(t interface {
	Helper()
	Context() context.Context
	Fatalf(string, ...any)
}, api *idp.Client, pool, name, password string,
) {
	t.Helper()
	in := &idp.AdminCreateUserInput{UserPoolId: &pool, Username: &name, MessageAction: "SUPPRESS"}
	if _, err := api.AdminCreateUser(t.Context(), in); err != nil {
		t.Fatalf("%q: %v", name, err)
	}
	if _, err := api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{
		UserPoolId: &pool, Username: &name, Password: &password, Permanent: true,
	}); err != nil {
		t.Fatalf("%q: %v", password, err)
	}
}

// Some users sign in with amazon-cognito-identity-js, which knows no client secret, the
// others with pycognito, which has one here.
func TestR52_RandomUsersSignInBySRPWithClientsThatOthersWrote(t *testing.T) {
	t.Parallel()
	const poolID, secret = "eu-central-1_AbCdEf123", "9s7e6c5r4e3t2"
	pool, api := barePool(t, userpool.Config{
		ID: poolID, PasswordPolicy: userpool.PasswordPolicy{MinimumLength: 6},
		Clients: []userpool.Client{{ID: "public"}, {ID: "confidential", Secret: secret}},
	}, userpool.Options{})
	letters := rapid.RuneFrom([]rune("0aÄß\u0301日🐎İ"), unicode.Letter, unicode.Mark, unicode.Number, unicode.Punct, unicode.Symbol)
	for _, c := range []struct {
		program
		client, secret string
		short, ci      int // the first one's arithmetic is slow
	}{
		{node("identity-js.mjs", "amazon-cognito-identity-js"), "public", "", 1, 5},
		{python("srp.py", "pycognito"), "confidential", secret, 3, 15},
	} {
		t.Run(c.client, func(t *testing.T) {
			if why := c.lacks(); why != "" {
				t.Skip(why)
			}
			program, err := c.start(t, nil, map[string]string{"endpoint": pool.URL(), "pool": poolID, "client": c.client, "secret": c.secret})
			if err != nil {
				t.Fatal(err)
			}
			users := 0
			form.Check(t, c.short, c.ci, 250, func(t *rapid.T) {
				name := fmt.Sprint(users, rapid.StringOfN(letters, 0, 40, 100).Draw(t, "name"), c.client)
				password := rapid.StringOfN(letters, 6, 60, 256).Draw(t, "password")
				users++
				addUser(t, api, poolID, name, password)
				told, err := program.do("signIn", map[string]string{"email": name, "password": password})
				if err != nil || claims(told["access"])["username"] == nil {
					t.Fatalf("%v, %v", told, err)
				}
			})
		})
	}
}
