package support_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

const pool = "eu-west-1_AbCdEf123"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// members are the users of a pool by each name that finds one.
type members map[string]*cognito.AdminGetUserOutput

func (m members) AdminGetUser(_ context.Context, in *cognito.AdminGetUserInput, _ ...func(*cognito.Options)) (*cognito.AdminGetUserOutput, error) {
	if out, ok := m[*in.Username]; ok {
		return out, nil
	}
	return nil, &types.UserNotFoundException{}
}

// AdminListGroupsForUser has two pages.
func (m members) AdminListGroupsForUser(_ context.Context, in *cognito.AdminListGroupsForUserInput, _ ...func(*cognito.Options)) (*cognito.AdminListGroupsForUserOutput, error) {
	if in.NextToken == nil {
		return &cognito.AdminListGroupsForUserOutput{Groups: []types.GroupType{{GroupName: aws.String("members")}}, NextToken: aws.String("2")}, nil
	}
	return &cognito.AdminListGroupsForUserOutput{Groups: []types.GroupType{{GroupName: aws.String("staff")}}}, nil
}

// forbidden are a pool and a table that refuse these credentials.
type forbidden struct{ members }

func (forbidden) AdminGetUser(context.Context, *cognito.AdminGetUserInput, ...func(*cognito.Options)) (*cognito.AdminGetUserOutput, error) {
	return nil, &smithy.GenericAPIError{Code: "AccessDeniedException"}
}

func (forbidden) Access(context.Context, users.Key, string) (table.Access, error) {
	return table.Access{}, &smithy.GenericAPIError{Code: "AccessDeniedException"}
}

func member(sub, name string, status types.UserStatusType, enabled bool) *cognito.AdminGetUserOutput {
	return &cognito.AdminGetUserOutput{
		Username: &name, UserStatus: status, Enabled: enabled,
		UserAttributes: []types.AttributeType{{Name: aws.String("sub"), Value: &sub}, {Name: aws.String("email"), Value: aws.String(name + "@example.com")}},
	}
}

// desk is a suite with a table on this machine: ada has rows, bob is in the pool alone and
// has not confirmed, carl is deleted, dora's name belongs to somebody else by now.
func desk(t *testing.T) support.Suite {
	t.Helper()
	stage, err := settings.LoadStage("../stages/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	url := directorytest.Start(t, "..")
	store, d := directorytest.Store(t, url), directory.New(directorytest.Client(url), directorytest.Table, pool, directory.WithClock(func() time.Time { return noon }))
	for sub, name := range map[string]string{"sub-a": "ada", "sub-c": "carl", "sub-d": "dora"} {
		seen := users.Snapshot{Key: users.Key{PoolID: pool, Sub: sub}, At: noon, Source: "test", Profile: users.Profile{Username: name, Email: name + "@example.com", EmailVerified: true}}
		if _, err := store.Upsert(t.Context(), seen); err != nil {
			t.Fatal(err)
		}
	}
	granted, err := d.Authz(t.Context(), "sub-a")
	if err == nil {
		_, err = d.Change(t.Context(), granted, "grace", directory.SetTenants("acme", "acme"), directory.SetRoles("editor"))
	}
	if err := errors.Join(
		err, store.Erase(t.Context(), users.Key{PoolID: pool, Sub: "sub-c"}, noon),
		store.Assign(t.Context(), "client-of-the-stack", "app"), store.Assign(t.Context(), "client-with-a-row-1", "console"), store.Assign(t.Context(), "client-of-another-stage", "gone"),
	); err != nil {
		t.Fatal(err)
	}
	return support.Suite{
		Stage: stage, Pool: pool, Outputs: map[string]string{"WebClientId": "client-of-the-stack", "MachineClientId": "client-without-a-row"}, Directory: d, Clients: store,
		Cognito: members{
			"ada": member("sub-a", "ada", types.UserStatusTypeConfirmed, true), "bob": member("sub-b", "bob", types.UserStatusTypeUnconfirmed, true),
			"dora": member("sub-x", "dora", types.UserStatusTypeConfirmed, true),
		},
	}
}

// TestR65_TheDeskAnswersFromTheTable starts one table for all that only reads it.
func TestR65_TheDeskAnswersFromTheTable(t *testing.T) {
	s := desk(t)
	for name, test := range map[string]func(*testing.T, support.Suite){
		"why says who it is and what they get": whySays, "a client has the profile that the functions read": clientHas,
		"an issued token is compared and nothing of it is trusted": issuedIsCompared,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

func whySays(t *testing.T, s support.Suite) {
	for _, user := range []string{"sub-a", "ada", "ada@example.com"} {
		w, err := s.Why(t.Context(), support.WhyQuestion{User: user})
		if err != nil {
			t.Fatalf("%s: %v", user, err)
		}
		if w.Sub != "sub-a" || w.LogUser != kernel.UserHash(pool, "sub-a") || w.NoSignIn != "" || !slices.Equal(w.Member.Groups, []string{"members", "staff"}) {
			t.Errorf("%s: %+v", user, w)
		}
		if w.Profile == nil || w.SignIn != nil || w.Authz.By != "grace" || w.Client.From != support.FromRow || w.Client.Profile != "app" || w.Client.Note != "" {
			t.Errorf("%s: the rows %+v", user, w)
		}
		if w.Tokens.Tenant != "acme" || len(w.Tokens.Missing()) != 0 {
			t.Errorf("%s: missing %+v", user, w.Tokens.Missing())
		}
	}
	for user, want := range map[string]string{"bob": "the user has not confirmed the sign-up", "bob@example.com": "", "sub-c": "the pool has no such user", "sub-d": "the pool has no such user"} {
		w, err := s.Why(t.Context(), support.WhyQuestion{User: user})
		if user == "bob@example.com" { // the pool has no such name, and an address that nobody has verified finds nobody
			if _, nobody := errors.AsType[support.Unknown](err); !nobody {
				t.Errorf("%s: %+v, %v", user, w, err)
			}
			continue
		}
		if err != nil || w.NoSignIn != want || w.Deleted != (user == "sub-c") || w.Deleted != (w.Tokens.Code == "account-disabled") {
			t.Errorf("%s: %+v, %v", user, w, err)
		}
	}
	for _, q := range []support.WhyQuestion{{User: "nobody"}, {User: "nobody@example.com"}, {User: "ada", Client: "nobody"}} {
		_, err := s.Why(t.Context(), q)
		if _, nobody := errors.AsType[support.Unknown](err); !nobody {
			t.Errorf("%+v: %v", q, err)
		}
	}
	s.Cognito, s.Clients = forbidden{}, forbidden{}
	w, err := s.Why(t.Context(), support.WhyQuestion{User: "sub-a"})
	if err != nil || w.Member != nil || w.NoSignIn != "" || !strings.Contains(w.PoolNote, "may not ask") || w.Client.From != support.FromStage || !strings.Contains(w.Client.Note, "may not read") {
		t.Errorf("with few permissions: %+v, %v", w, err)
	}
	s.Cognito = nil
	if w, err := s.Why(t.Context(), support.WhyQuestion{User: "ada@example.com"}); err != nil || w.Member != nil || w.NoSignIn != "" || w.Tokens.Tokens[0].Claims["email"] != "ada@example.com" {
		t.Errorf("without the pool: %+v, %v", w, err)
	}
}

func clientHas(t *testing.T, s support.Suite) {
	offline := support.Suite{Stage: s.Stage, Outputs: s.Outputs}
	alone := support.Suite{Stage: s.Stage}
	for name, c := range map[string]struct {
		suite         support.Suite
		asked         string
		name, profile string
		from          support.ClientFrom
		note          string
	}{
		"by name":          {s, "web", "web", "app", support.FromRow, ""},
		"by id":            {s, "client-of-the-stack", "web", "app", support.FromRow, ""},
		"without a row":    {s, "machine", "machine", "unknown", support.FromNobody, `the stage file says "service", and the table has no row of this app client: it is not deployed`},
		"a row alone":      {s, "client-with-a-row-1", "", "console", support.FromRow, "the stage file says none: it is not deployed"},
		"a profile gone":   {s, "client-of-another-stage", "", "gone", support.FromRow, `the row says "gone", and the stage file has no such profile`},
		"outputs alone":    {offline, "client-without-a-row", "machine", "service", support.FromStage, ""},
		"stage file alone": {alone, "web", "web", "app", support.FromStage, ""},
	} {
		got, err := c.suite.Client(t.Context(), c.asked)
		if err != nil || got.Name != c.name || got.Profile != c.profile || got.From != c.from || got.Note != c.note {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, suite := range []support.Suite{s, offline, alone} {
		_, err := suite.Client(t.Context(), "1example23456789abcdefghij")
		if _, nobody := errors.AsType[support.Unknown](err); !nobody || !strings.Contains(err.Error(), "has no token profile") {
			t.Errorf("an unknown client: %v", err)
		}
	}
}

// jwt makes a token whose signature must not be found anywhere.
func jwt(t *testing.T, claims map[string]any) string {
	t.Helper()
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return "eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString(text) + ".c2lnbmF0dXJl"
}

func issuedIsCompared(t *testing.T, s support.Suite) {
	token := map[string]any{
		"sub": "sub-a", "token_use": "access", "client_id": "client-of-the-stack", "username": "ada", "iss": "https://cognito-idp.eu-west-1.amazonaws.com/" + pool,
		"iat": noon.Add(-time.Hour).Unix(), "exp": noon.Unix(), "jti": "secret-jti", "roles": []string{"owner"}, "tenant": "acme", "scope": "aws.cognito.signin.user.admin app/read", "cognito:groups": []string{"members", "staff"},
	}
	w, err := s.Why(t.Context(), support.WhyQuestion{Token: jwt(t, token), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	text := support.Compact(w.Issued)
	if w.Sub != "sub-a" || !w.Issued.Expired || len(w.Issued.Claims) != 2 || w.Issued.Claims[1].Name != "roles" || len(w.Issued.Notes) != 1 || !strings.HasPrefix(w.Issued.Notes[0], "AUTHZ has changed since") {
		t.Errorf("got %s", text)
	}
	if strings.Contains(text, "c2lnbmF0dXJl") || strings.Contains(text, "secret-jti") {
		t.Errorf("the token's own parts are in %s", text)
	}
	token["sub"], token["iss"], token["client_id"], token["exp"] = "sub-x", "https://evil.example/other", "client-with-a-row-1", noon.Add(time.Second).Unix()
	w, err = s.Why(t.Context(), support.WhyQuestion{User: "ada", Client: "web", Token: "Bearer " + jwt(t, token), Now: noon})
	if err != nil || w.Sub != "sub-a" || w.Issued.Expired || len(w.Issued.Notes) != 4 {
		t.Errorf("of another: %s, %v", support.Compact(w.Issued), err)
	}
	for _, bad := range []string{"secret", "a.secret", "a.!!secret.c", jwt(t, map[string]any{"token_use": "secret"}), strings.Repeat("secret.", 3), "a." + strings.Repeat("secret", 20_000) + ".c"} {
		if _, err := s.Why(t.Context(), support.WhyQuestion{User: "ada", Token: bad}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%.40s: %v", bad, err)
		}
	}
}
