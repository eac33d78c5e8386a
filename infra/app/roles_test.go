package main

import (
	"slices"
	"strings"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// confirmed lets somebody sign up and be confirmed.
func (v visitor) confirmed(client string) {
	v.t.Helper()
	const grace = "grace@example.com"
	if _, err := v.pool.SignUp(v.t.Context(), &idp.SignUpInput{ClientId: &client, Username: new(grace), Password: new(password)}); err != nil {
		v.t.Fatal(err)
	}
	if _, err := v.pool.AdminConfirmSignUp(v.t.Context(), &idp.AdminConfirmSignUpInput{UserPoolId: &v.cloud.Stack.Pool.ID, Username: new(grace)}); err != nil {
		v.t.Fatal(err)
	}
}

// heals lets a token bring back the user's row.
func (v visitor) heals(client, sub string) {
	v.t.Helper()
	tokens := v.tokens(client)
	if _, err := v.table.DeleteItem(v.t.Context(), &dynamodb.DeleteItemInput{
		TableName: new(v.cloud.Table()), Key: map[string]types.AttributeValue{"pk": word("USER#" + v.cloud.Stack.Pool.ID + "#" + sub), "sk": word("PROFILE")},
	}); err != nil {
		v.t.Fatal(err)
	}
	if _, err := v.pool.GetTokensFromRefreshToken(v.t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: &client, RefreshToken: tokens.RefreshToken}); err != nil {
		v.t.Fatal(err)
	}
}

// sweeps lets the schedule run once, beside a user whose row is missing.
func (v visitor) sweeps() {
	v.t.Helper()
	if _, err := v.pool.AdminCreateUser(v.t.Context(), &idp.AdminCreateUserInput{UserPoolId: &v.cloud.Stack.Pool.ID, Username: new("lost@example.com")}); err != nil {
		v.t.Fatal(err)
	}
	for _, f := range v.cloud.Stack.Functions {
		if strings.Contains(f.LogicalID, "Reconcile") {
			if answer, err := v.cloud.Functions.Invoke(v.t.Context(), f.Name, []byte("{}")); err != nil {
				v.t.Fatalf("%s %v", answer, err)
			}
		}
	}
}

// needsEveryStatement removes each statement about the table from each role in turn: something
// that the role's function has asked for is then refused (R95). So no role may do more than it
// needs, and nothing that was refused went unseen.
func (v visitor) needsEveryStatement() {
	v.t.Helper()
	stack := v.cloud.Stack
	var tables []iam.Table
	for _, t := range stack.Tables {
		tables = append(tables, iam.Table{Name: t.Name, ARN: t.ARN, Key: t.Key.Hash.Name})
	}
	guard, tried := iam.NewGuard(iam.NewKeys(), tables, stack.Region, nil), 0
	if err := v.cloud.Settle(v.t.Context()); err != nil {
		v.t.Fatal(err)
	}
	for _, f := range stack.Functions {
		role, _ := stack.Role(f.RoleARN)
		var asked []timeline.TableCall
		for _, in := range v.cloud.Timeline().Since(f.Name, time.Time{}) {
			asked = append(asked, in.Table...)
		}
		for i, policy := range role.Policies {
			for name, rest := range policy.Without() {
				who := iam.Principal{Policies: slices.Clone(role.Policies)}
				who.Policies[i], tried = rest, tried+1
				if !slices.ContainsFunc(asked, func(c timeline.TableCall) bool { return !guard.Allows(who, c.Operation, c.Request) }) {
					v.t.Errorf("%s needs no statement %s: it asked %d times", f.LogicalID, name, len(asked))
				}
			}
		}
		if refused := slices.IndexFunc(asked, func(c timeline.TableCall) bool {
			return !guard.Allows(iam.Principal{Policies: role.Policies}, c.Operation, c.Request) || c.Error == "AccessDeniedException"
		}); refused >= 0 {
			v.t.Errorf("%s was refused: %+v", f.LogicalID, asked[refused])
		}
	}
	if tried == 0 {
		v.t.Error("no role has a statement")
	}
}
