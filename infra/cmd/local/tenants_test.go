package main

import (
	"fmt"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

// An app grants roles per tenant, and its user switches between tenants with the SDK:
// each pair of tokens has the roles in its own tenant, also after a tenant is taken away
// and given back.
func TestR45_TheAdminOfOneTenantIsNoneInAnother(t *testing.T) {
	t.Parallel()
	cloud, j := running(t, local(t))
	walk(t.Context(), t, j, "Ada signs up", "Ada confirms the code from the mail")
	d, sub := directory.New(j.Dynamo, cloud.Table(), cloud.Stack.Pool.ID), j.Subs()["Ada"]
	grant := func(changes ...directory.Change) {
		t.Helper()
		seen, err := d.Authz(t.Context(), sub)
		if err == nil {
			_, err = d.Change(t.Context(), seen, "test", changes...)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	grant(directory.SetRoles("staff"), directory.SetTenants("t1", "t1", "t2"), directory.SetTenantRoles("t1", "admin"))
	refresh := refreshToken(t, j.WebClientID, sub, j.Password, j.Cognito)
	for _, step := range []struct {
		what          string
		changes       []directory.Change
		asked         string
		tenant, roles string
	}{
		{"the default", nil, "", "t1", "[staff admin]"},
		{"the other tenant", nil, "t2", "t2", "[staff]"},
		{"the first again", nil, "t1", "t1", "[staff admin]"},
		{"a tenant of nobody", nil, "t3", "t1", "[staff admin]"},
		{"the first, which is taken away", []directory.Change{directory.SetTenants("t2", "t2")}, "t1", "t2", "[staff]"},
		{"the first, which is given back", []directory.Change{directory.SetTenants("t2", "t2", "t1")}, "t1", "t1", "[staff]"},
	} {
		if step.changes != nil {
			grant(step.changes...)
		}
		in := &idp.GetTokensFromRefreshTokenInput{ClientId: &j.WebClientID, RefreshToken: &refresh}
		if step.asked != "" {
			in.ClientMetadata = map[string]string{"tenant": step.asked}
		}
		out, err := j.Cognito.GetTokensFromRefreshToken(t.Context(), in)
		if err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
		if next := out.AuthenticationResult.RefreshToken; next != nil {
			refresh = *next
		}
		actsFor(t, step.what, out.AuthenticationResult, step.tenant, step.roles)
	}
}

// actsFor expects what both tokens say.
func actsFor(t *testing.T, what string, issued *types.AuthenticationResultType, tenant, roles string) {
	t.Helper()
	for _, token := range []string{*issued.IdToken, *issued.AccessToken} {
		said, err := decode(token)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(said["tenant"]) != tenant || fmt.Sprint(said["roles"]) != roles {
			t.Errorf("%s: the %v token says the tenant %v and the roles %v, want %s and %s", what, said["token_use"], said["tenant"], said["roles"], tenant, roles)
		}
	}
}
