package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// row is a reply with a row that our stores never write.
func row(attributes string) faults.Fault {
	return func(w http.ResponseWriter, r *http.Request, store http.Handler) {
		body, _ := io.ReadAll(r.Body)
		_, after, _ := strings.Cut(string(body), `{"RequestItems":{"`)
		table, _, _ := strings.Cut(after, `"`)
		faults.Answer(200, `{"Responses":{"`+table+`":[{"sk":{"S":"PROFILE"}},{"sk":{"S":"AUTHZ"},`+attributes+`}]}}`)(w, r, store)
	}
}

// badStores are a dead store, a slow one, and some with wrong answers.
var badStores = map[string]faults.Fault{
	"resets every connection": faults.Reset,
	"never answers":           faults.Blackhole,
	"trickles":                faults.Trickle,
	"throttles":               faults.Refuse(400, "ThrottlingException"),
	"fails":                   faults.Refuse(500, "InternalServerError"),
	"has no table":            faults.Refuse(400, "ResourceNotFoundException"),
	"answers HTML":            faults.Answer(200, "<html>it works"),
	"answers a list":          faults.Answer(200, "[]"),
	"answers in part":         faults.Answer(200, `{"Responses":{},"UnprocessedKeys":{"t":{"Keys":[{"pk":{"S":"x"},"sk":{"S":"AUTHZ"}}]}}}`),
	"roles as a text":         row(`"authzRoles":{"S":"admin"}`),
	"roles as numbers":        row(`"authzRoles":{"L":[{"S":"admin"},{"N":"1"}]}`),
	"tenants as a map":        row(`"authzRoles":{"SS":["admin"]},"authzTenants":{"M":{}}`),
	"binary claims":           row(`"authzRoles":{"SS":["admin"]},"authzExtra":{"M":{"x":{"B":"AAAA"}}}`),
}

// Whatever the store does, tokens are issued before the pool stops waiting, without claims that
// only the store could have granted, and with the groups unchanged.
func TestR24_AStoreThatIsDeadSlowOrTalksNonsenseStopsNoToken(t *testing.T) {
	t.Parallel()
	opts := local(t)
	var mu sync.Mutex
	var last lambdahost.Invocation
	opts.OnInvocation = func(i lambdahost.Invocation) {
		mu.Lock()
		defer mu.Unlock()
		last = i
	}
	cloud, j := running(t, opts)
	walk(t.Context(), t, j, "Ada signs up", "Ada confirms the code from the mail", "an administrator puts Ada into a group",
		"the team's server grants Ada a role in two tenants", "Ada signs in")
	token := refreshToken(t, j.WebClientID, j.AdaEmail, j.Password, j.Cognito)
	for name, fault := range badStores {
		t.Run(name, func(t *testing.T) {
			cloud.Fault(faults.Always(fault))
			defer cloud.Fault(nil)
			out, err := j.Cognito.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: &j.WebClientID, RefreshToken: &token})
			if err != nil {
				t.Fatalf("no tokens: %v", err)
			}
			token = *out.AuthenticationResult.RefreshToken
			if err := cloud.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if lines := strings.Join(last.LogLines, ""); !strings.Contains(lines, `"outcome":"degraded"`) {
				t.Errorf("the log says %s", lines)
			}
			bare(t, *out.AuthenticationResult.IdToken)
			bare(t, *out.AuthenticationResult.AccessToken)
		})
	}
	// But a status that cannot be read may say suspended.
	cloud.Fault(faults.Always(row(`"authzRoles":{"SS":["admin"]},"authzStatus":{"S":"SUSPENDED"}`)))
	_, err := j.Cognito.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: &j.WebClientID, RefreshToken: &token})
	if err == nil || !strings.Contains(err.Error(), "This account is disabled") {
		t.Errorf("a status that cannot be read returns %v", err)
	}
	cloud.Fault(nil)
	if _, err := byTitle(j)["Ada's app refreshes the tokens"].Run(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// bare expects a token with the groups and without a claim of the row.
func bare(t *testing.T, token string) {
	t.Helper()
	claims, err := decode(token)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"roles", "tenant", "tenants", "plan", "authz_version", "claims_truncated"} {
		if claims[name] != nil {
			t.Errorf("the token says %s %v", name, claims[name])
		}
	}
	if fmt.Sprint(claims["cognito:groups"]) != "[members]" {
		t.Errorf("the token says the groups %v", claims["cognito:groups"])
	}
}

// refreshToken signs in again, for a session of its own.
func refreshToken(t *testing.T, client, user, password string, api *idp.Client) string {
	t.Helper()
	out, err := api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &client,
		AuthParameters: map[string]string{"USERNAME": user, "PASSWORD": password},
	})
	if err != nil {
		t.Fatal(err)
	}
	return *out.AuthenticationResult.RefreshToken
}
