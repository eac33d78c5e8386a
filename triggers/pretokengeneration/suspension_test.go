package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// suspect is an event with what decides about a suspension.
type suspect struct {
	source          cognito.Source
	version, client string
	sub             string // "" for none
}

func (s suspect) event(t *testing.T) []byte {
	t.Helper()
	attributes := map[string]string{}
	if s.sub != "" {
		attributes["sub"] = s.sub
	}
	event, err := json.Marshal(map[string]any{
		"version": s.version, "triggerSource": s.source, "userPoolId": kerneltest.Pool, "callerContext": map[string]string{"clientId": s.client},
		"request": map[string]any{"userAttributes": attributes}, "response": map[string]any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// invoked returns the reply, the error and the log line.
func (s suspect) invoked(t *testing.T, i issuer) (reply []byte, line map[string]any, refusal error) {
	t.Helper()
	env, out := kerneltest.Environment()
	reply, refusal = newChain(env, i).Invoke(t.Context(), s.event(t))
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	return reply, line, refusal
}

// answering returns an issuer whose table has one answer to each read, and the table's
// requests.
func answering(t *testing.T, rows ...string) (issuer, func() []string) {
	t.Helper()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("X-Amz-Target"))
		_, _ = io.WriteString(w, `{"Responses":{"mirror":[`+strings.Join(rows, ",")+`]}}`)
	}))
	t.Cleanup(server.Close)
	env := map[string]string{
		"TABLE_NAME": "mirror", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_DYNAMODB": server.URL, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
	}
	store, err := dynamo.Open(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	return issuerBy(t, events, store), func() []string { return slices.Compact(asked) }
}

// One such row is enough for the alarm Lasting, and the line names the attribute.
func TestR44_AStatusThatCannotBeReadRefusesAndTheLineNamesIt(t *testing.T) {
	for _, status := range []string{`{"S":"SUSPENDED"}`, `{"BOOL":true}`, `{"SS":["suspended"]}`, `{"N":"0"}`} {
		for _, others := range []string{``, `,"authzRoles":{"S":"admin"},"authzExtra":{"N":"1"}`} {
			i, _ := answering(t, `{"sk":{"S":"AUTHZ"},"authzStatus":`+status+others+`}`, `{"sk":{"S":"PROFILE"}}`)
			for _, source := range append(cognito.TokenGenerationSources(), "TokenGeneration_Passkey") {
				_, line, refusal := suspect{source, "2", webApp["clientId"], "f3d4-odd"}.invoked(t, i)
				if source == cognito.TokenClientCredentials {
					continue
				}
				if refusal != error(deny.AccountDisabled) || line["cause"] != "decoding authzStatus: unreadable" || line["lasting"] != 1.0 || line["refused"] != 1.0 || line["level"] != "WARN" {
					t.Errorf("%s%s, %s: %v, %v", status, others, source, refusal, line)
				}
			}
		}
	}
}

func TestR44_AnotherColumnThatCannotBeReadGrantsLessAndIsNamed(t *testing.T) {
	i, _ := answering(t, `{"sk":{"S":"AUTHZ"},"authzStatus":{"S":"active"},"authzRoles":{"S":"admin"}}`, `{"sk":{"S":"PROFILE"}}`)
	reply, line, refusal := suspect{cognito.TokenAuthentication, "2", webApp["clientId"], "f3d4-odd"}.invoked(t, i)
	if refusal != nil || bytes.Contains(reply, []byte("admin")) || line["outcome"] != "degraded" || line["cause"] != "decoding authzRoles: unreadable" || line["lasting"] != 1.0 {
		t.Errorf("%s, %v, %v", reply, refusal, line)
	}
}

// A new way to a token is no way around a suspension. Nothing is written for it, although
// the user has no PROFILE.
func TestR44_AnUnknownSourceOrVersionStillAsksAuthz(t *testing.T) {
	for name, c := range map[string]struct {
		source  cognito.Source
		version string
	}{"source": {"TokenGeneration_Passkey", "2"}, "version": {cognito.TokenRefresh, "4"}, "both": {"TokenGeneration_Passkey", "4"}} {
		for status, refused := range map[string]bool{"suspended": true, "deleted": true, "active": false} {
			i, asked := answering(t, `{"sk":{"S":"AUTHZ"},"authzStatus":{"S":"`+status+`"},"authzRoles":{"SS":["admin"]}}`)
			s := suspect{c.source, c.version, webApp["clientId"], "f3d4-new"}
			reply, line, refusal := s.invoked(t, i)
			switch {
			case refused && (refusal != error(deny.AccountDisabled) || line["outcome"] != "refused"):
				t.Errorf("%s, %s: %v, %v", name, status, refusal, line)
			case !refused && (refusal != nil || !bytes.Equal(reply, s.event(t)) || line["outcome"] != "unknown"):
				t.Errorf("%s, %s: %s, %v, %v", name, status, reply, refusal, line)
			}
			if got := asked(); !slices.Equal(got, []string{"DynamoDB_20120810.BatchGetItem"}) {
				t.Errorf("%s, %s: the table was asked %v", name, status, got)
			}
		}
	}
}

// It may be a machine's.
func TestR44_AnUnknownSourceWithoutASubIsNotAskedFor(t *testing.T) {
	i, asked := answering(t, `{"sk":{"S":"AUTHZ"},"authzStatus":{"S":"suspended"}}`)
	for _, sub := range []string{"", strings.Repeat("s", users.MaxKey+1)} {
		s := suspect{"TokenGeneration_Robot", "2", "robot", sub}
		reply, line, refusal := s.invoked(t, withRefusing(t, i))
		if refusal != nil || !bytes.Equal(reply, s.event(t)) || line["outcome"] != "unknown" || len(asked()) > 0 {
			t.Errorf("%.5q: %s, %v, %v, asked %v", sub, reply, refusal, line, asked())
		}
	}
}

// These clients have profiles that differ in whenStoreIsDown; one has none.
const (
	lessClient, strictClient, machineClient, newClient = "less", "strict", "machine", "new"
)

// withRefusing returns the issuer with a profile that says whenStoreIsDown: refuse.
func withRefusing(t *testing.T, i issuer) issuer {
	t.Helper()
	var err error
	i.tokens, err = claims.Compile(policy.Tokens{Profiles: map[string]policy.Profile{
		lessClient: {WhenStoreIsDown: policy.GrantLess}, strictClient: {WhenStoreIsDown: policy.NoToken}, machineClient: {Machine: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// failing is a store that fails its reads once it is down.
type failing struct {
	*userstest.Memory
	down error
}

func (f *failing) Access(ctx context.Context, key users.Key, client string) (table.Access, error) {
	if f.down != nil && (key.Valid() || client != "") {
		return table.Access{}, f.down
	}
	return f.Memory.Access(ctx, key, client)
}

func TestR44_AProfileSaysWhatAUserGetsWhileTheStoreIsDown(t *testing.T) {
	const sub = "f3d4-someone"
	for name, c := range map[string]struct {
		client     string
		source     cognito.Source
		sub        string
		remembered bool // the client's profile was read while the store was up
		up         bool
		refused    bool
	}{
		"grantLess":                      {lessClient, cognito.TokenAuthentication, sub, true, false, false},
		"refuse":                         {strictClient, cognito.TokenAuthentication, sub, true, false, true},
		"refuse, refresh":                {strictClient, cognito.TokenRefresh, sub, true, false, true},
		"refuse, the store is up":        {strictClient, cognito.TokenAuthentication, sub, true, true, false},
		"refuse, no sub":                 {strictClient, cognito.TokenAuthentication, "", true, false, true},
		"refuse, no sub, store up":       {strictClient, cognito.TokenAuthentication, "", true, true, true},
		"grantLess, no sub, store up":    {lessClient, cognito.TokenAuthentication, "", true, true, false},
		"refuse, unknown source":         {strictClient, "TokenGeneration_Passkey", sub, true, false, true},
		"refuse, unknown source, no sub": {strictClient, "TokenGeneration_Passkey", "", true, false, false},
		"grantLess, unknown source":      {lessClient, "TokenGeneration_Passkey", sub, true, false, false},
		"grantLess, not remembered":      {lessClient, cognito.TokenAuthentication, sub, false, false, true},
		"refuse, not remembered":         {strictClient, cognito.TokenAuthentication, sub, false, false, true},
		"no profile":                     {newClient, cognito.TokenAuthentication, sub, false, false, true},
		"no profile, store up":           {newClient, cognito.TokenAuthentication, sub, false, true, false},
		"a machine":                      {machineClient, cognito.TokenClientCredentials, "", true, false, false},
		"a machine, not remembered":      {machineClient, cognito.TokenClientCredentials, "", false, false, false},
		"a machine, no profile":          {newClient, cognito.TokenClientCredentials, "", false, false, false},
	} {
		for kind, down := range map[string]error{"an error": errors.New("no answer"), "a time-out": context.DeadlineExceeded} {
			store := &failing{Memory: new(userstest.Memory)}
			for _, client := range []string{lessClient, strictClient, machineClient} {
				if err := store.Assign(t.Context(), client, client); err != nil {
					t.Fatal(err)
				}
			}
			env, out := kerneltest.Environment()
			chain := newChain(env, withRefusing(t, issuerBy(t, events, store)))
			if c.remembered {
				if _, err := chain.Invoke(t.Context(), suspect{cognito.TokenClientCredentials, "3", c.client, ""}.event(t)); err != nil {
					t.Fatal(err)
				}
			}
			if !c.up {
				store.down = down
			}
			out.Reset()
			reply, refusal := chain.Invoke(t.Context(), suspect{c.source, "3", c.client, c.sub}.event(t))
			var line map[string]any
			if err := json.Unmarshal(out.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			if refused := refusal == error(deny.SignInUnavailable); refused != c.refused || !refused && (refusal != nil || reply == nil) {
				t.Errorf("%s, %s: %s, %v", name, kind, reply, refusal)
			}
			if c.refused && (line["code"] != "sign-in-unavailable" || line["cause"] == nil || line["degraded"] != 1.0 || line["refused"] != 1.0 || line["level"] != "WARN") {
				t.Errorf("%s, %s: %v", name, kind, line)
			}
		}
	}
}

// A suspension that can be read says so, whatever the profile: the user is told the truth.
func TestR44_ASuspendedUserIsToldSoUnderRefuse(t *testing.T) {
	i, _ := answering(t, `{"sk":{"S":"AUTHZ"},"authzStatus":{"S":"suspended"}}`, `{"sk":{"S":"CLIENT"},"clientProfile":{"S":"strict"}}`)
	if _, line, refusal := (suspect{cognito.TokenAuthentication, "2", strictClient, "f3d4-s"}).invoked(t, withRefusing(t, i)); refusal != error(deny.AccountDisabled) || line["cause"] != nil || line["level"] != "INFO" {
		t.Errorf("%v, %v", refusal, line)
	}
}
