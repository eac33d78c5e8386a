package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// tokenSettings has one profile of each kind, with everything that a preview shows.
func tokenSettings(version string) settings.TokenSettings {
	everything := policy.Profile{
		ID: policy.Token{
			Claims: []policy.Claim{
				{Name: "roles", From: "authz.roles"}, {Name: "name", Value: "fixed"}, {Name: "bio", From: "authz.extra.bio"},
			},
			Suppress: []string{"locale"}, Budget: 120, Drop: []string{"bio"},
		},
		Access: policy.Token{
			Claims: []policy.Claim{{Name: "tenant", From: "authz.tenant"}},
			Scopes: policy.Scopes{Add: []string{"app/read"}, Suppress: []string{"aws.cognito.signin.user.admin"}},
		},
		Groups: policy.RolesAsGroups,
	}
	service := policy.Profile{Machine: true, Access: policy.Token{Claims: []policy.Claim{{Name: "kind", Value: "machine"}}}}
	s := settings.TokenSettings{
		Version:  version,
		Clients:  map[string]settings.Client{"web": {ReadAttributes: []string{"name", "locale"}}, "machine": {Machine: true, Scopes: []string{"app/write"}}},
		Profiles: map[string]string{"web": "everything", "machine": "service"},
		Policy: policy.Tokens{
			Profiles: map[string]policy.Profile{"everything": everything, "service": service},
		},
	}
	return s
}

func ada() support.Subject {
	return support.Subject{
		Authz:      directory.Authz{Authz: table.Authz{Roles: []string{"editor"}, Tenants: []string{"acme", "globex"}, Tenant: "acme", Extra: map[string]any{"bio": strings.Repeat("b", 100)}}},
		Attributes: map[string]string{"name": "Ada", "locale": "en", "email": "ada@example.com"}, Groups: []string{"members"},
	}
}

func answered(t *testing.T, q support.TokenQuestion) support.TokenPreview {
	t.Helper()
	p, err := q.Answer()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAPreviewTellsWhatIsAddedReplacedSuppressedAndNotSaid(t *testing.T) {
	p := answered(t, support.TokenQuestion{TokenSettings: tokenSettings("3"), Client: "web", User: ada(), Tenant: "globex"})
	if p.Profile != "everything" || p.Tenant != "globex" || p.Groups != "roles" || len(p.Tokens) != 2 {
		t.Fatalf("got %+v", p)
	}
	id, access := p.Tokens[0], p.Tokens[1]
	origins := map[string]string{}
	for _, s := range id.Added {
		origins[s.Name] = s.Origin
		if s.Replaces != (s.Name == "name" || s.Name == "cognito:groups") || s.Bytes == 0 {
			t.Errorf("%+v", s)
		}
	}
	if origins["roles"] != "authz.roles" || origins["name"] != "constant" || origins["cognito:groups"] != "authz.roles" || !strings.Contains(origins["claims_truncated"], "budget") || len(origins) != 4 {
		t.Errorf("the ID token's additions come from %v", origins)
	}
	if !slices.Equal(id.Suppressed, []string{"locale"}) || !id.Truncated || id.Budget != 120 || id.Claims["email"] != nil {
		t.Errorf("the ID token is %+v", id)
	}
	if !slices.Equal(access.ScopesAdded, []string{"app/read"}) || !slices.Equal(access.ScopesSuppressed, []string{"aws.cognito.signin.user.admin"}) || access.Claims["scope"] != "app/read" {
		t.Errorf("the access token is %+v", access)
	}
	if len(p.Dropped) != 1 || p.Dropped[0].Name != "bio" || p.Dropped[0].Reason != claims.OverBudget || p.Dropped[0].Why == "" {
		t.Errorf("not said: %+v", p.Dropped)
	}
	var text strings.Builder
	printTokens(&text, p)
	for _, line := range []string{
		"acting for the tenant globex", "groups: the roles of AUTHZ", `  + roles                  ["editor"]  <- authz.roles, 19 bytes`, `  ~ name                   "fixed"  <- constant, `,
		"  - locale                 suppressed", "TRUNCATED", "    scope                  +app/read -aws.cognito.signin.user.admin", "NOT SAID", "over-budget: the token's budget of bytes is full",
	} {
		if !strings.Contains(text.String(), line) {
			t.Errorf("%q is not in\n%s", line, text.String())
		}
	}
}

func TestR41_APreviewShowsWhatARuleTakesOut(t *testing.T) {
	settings, user := tokenSettings("3"), ada()
	user.Attributes["email"] = "x@mailinator.com"
	settings.Held.Disposable = &policy.Disposable{Held: policy.Held{Holds: policy.HoldsAtToken}}
	p := answered(t, support.TokenQuestion{TokenSettings: settings, Client: "web", User: user})
	if p.Demoted != "email-disposable" || p.Tenant != "" || len(p.Tokens) != 2 || len(p.Tokens[1].ScopesAdded) > 0 || p.Tokens[0].Claims["roles"] != nil {
		t.Errorf("got %+v", p)
	}
	var text strings.Builder
	if printTokens(&text, p); !strings.Contains(text.String(), "DEMOTED: a rule takes out what was granted (ops explain email-disposable)\n") {
		t.Errorf("got %s", text.String())
	}
	if p := answered(t, support.TokenQuestion{TokenSettings: settings, Client: "machine", User: user}); p.Demoted != "" || len(p.Tokens) != 1 {
		t.Errorf("a machine: got %+v", p)
	}
	settings.Held.Disposable.AtToken = policy.Refuse
	settings.Held.Sentences = policy.Sentences{"de": {"email-disposable": "Keine Wegwerf-Adressen"}}
	user.Attributes["locale"] = "de"
	if p := answered(t, support.TokenQuestion{TokenSettings: settings, Client: "web", User: user}); p.Refused != "Keine Wegwerf-Adressen" || p.Demoted != "" || len(p.Tokens) > 0 {
		t.Errorf("got %+v", p)
	}
	settings.Held.Access = &policy.Access{}
	if _, err := (support.TokenQuestion{TokenSettings: settings, Client: "web"}).Answer(); err == nil {
		t.Error("a rule of sign-up is taken")
	}
}

func TestAMachineHasAnAccessTokenAndNoUser(t *testing.T) {
	p := answered(t, support.TokenQuestion{TokenSettings: tokenSettings("3"), Client: "machine", User: ada()})
	if len(p.Tokens) != 1 || p.Profile != "service" || p.Source != "TokenGeneration_ClientCredentials" {
		t.Fatalf("got %+v", p)
	}
	token := p.Tokens[0]
	if support.Compact(token.Claims["kind"]) != `"machine"` || token.Claims["scope"] != "app/write" || token.Claims["cognito:groups"] != nil || token.Claims["username"] != nil {
		t.Errorf("got %+v", token)
	}
}

func TestAProfileIsPreviewedBeforeAClientHasIt(t *testing.T) {
	for profile, tokens := range map[string]int{"everything": 2, "service": 1} {
		for _, client := range []string{"web", "machine", sampleClient} {
			p := answered(t, support.TokenQuestion{TokenSettings: tokenSettings("3"), Client: client, Profile: profile, User: ada()})
			if p.Profile != profile || len(p.Tokens) != tokens {
				t.Errorf("%s for %s: profile %s, %d tokens", profile, client, p.Profile, len(p.Tokens))
			}
		}
	}
}

func TestSuspendedAndDeletedUsersSeeNoTokenButTheSentence(t *testing.T) {
	for _, status := range []directory.Status{"suspended", "deleted"} {
		user := ada()
		user.Status = status
		p := answered(t, support.TokenQuestion{TokenSettings: tokenSettings("3"), Client: "web", User: user})
		var text strings.Builder
		printTokens(&text, p)
		if p.Refused != "This account is disabled, please contact support" || len(p.Tokens) != 0 || !strings.Contains(text.String(), "NO TOKEN: "+p.Refused) {
			t.Errorf("%s: %+v", status, p)
		}
	}
}

func TestR17_WithADeadStoreNothingOfTheRowIsSaid(t *testing.T) {
	p := answered(t, support.TokenQuestion{TokenSettings: tokenSettings("3"), Client: "web", User: ada(), StoreDead: true})
	text := support.Compact(p.Tokens)
	if p.Profile != policy.Unknown || strings.Contains(text, "editor") || strings.Contains(text, "acme") || len(p.Tokens) != 2 {
		t.Errorf("got %s", support.Compact(p))
	}
}

func TestAV1EventSaysWhatItCanAndThePreviewWhatItCannot(t *testing.T) {
	p := answered(t, support.TokenQuestion{TokenSettings: tokenSettings("1"), Client: "web", User: ada()})
	if p.Version != "V1_0" || support.Compact(p.Tokens[0].Claims["roles"]) != `"editor"` || p.Tokens[1].Claims["tenant"] != nil {
		t.Errorf("got %+v", p)
	}
	if !slices.ContainsFunc(p.Dropped, func(m support.Missed) bool { return m.Name == "tenant" && m.Reason == claims.EventVersion }) {
		t.Errorf("not said: %+v", p.Dropped)
	}
}

func TestATokenThatFitsNoCookieIsSaid(t *testing.T) {
	for bytes, want := range map[int]string{4096: "100 % of a 4 KB cookie", 4097: "IT FITS NO COOKIE", 8193: "IT FITS NO HEADER"} {
		if got := strings.Join(support.MadeToken{EncodedBytes: bytes, Budget: 1}.Sizes(), "; "); !strings.Contains(got, want) || strings.Contains(got, "NO") != (bytes > 4096) {
			t.Errorf("%d: %s", bytes, got)
		}
	}
}

// fromTheProject makes the project's folder the working one, as make does.
func fromTheProject(t *testing.T) {
	t.Helper()
	t.Chdir("../../..")
}

func TestTokenPreviewReadsTheUserFromAFile(t *testing.T) {
	fromTheProject(t)
	text := answers(t, absent, "token-preview", "--stage", "dev", "--user", "infra/stages/testdata/previews/user.json")
	golden, err := os.ReadFile("infra/stages/testdata/previews/dev.web.golden")
	if err != nil || text != string(golden) {
		t.Errorf("error %v, got\n%s", err, text)
	}
	file := filepath.Join(t.TempDir(), "big.json")
	if err := os.WriteFile(file, []byte(`{"claims":{"seats":9007199254740993}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if text := answers(t, absent, "token-preview", "--stage", "dev", "--user", file); !strings.Contains(text, "9007199254740993  <- authz.extra") {
		t.Errorf("a number was rounded:\n%s", text)
	}
	var p support.TokenPreview
	if err := json.Unmarshal([]byte(must(t, "token-preview", "--stage=dev", "--json", "--groups", "a,b")), &p); err != nil {
		t.Fatal(err)
	}
	if p.Stage != "dev" || len(p.Tokens) != 2 || support.Compact(p.Tokens[0].Claims["cognito:groups"]) != `["a","b"]` {
		t.Errorf("got %+v", p)
	}
}

func TestTokenPreviewReadsTheUserFromTheTable(t *testing.T) {
	s := newSuite(t)
	s.user(t, "8d1c", "ada@example.com", true)
	gone := s.user(t, "gone", "", false)
	must(t, at("set-roles 8d1c editor")...)
	if err := s.store.Erase(t.Context(), gone, noon); err != nil {
		t.Fatal(err)
	}
	fromTheProject(t)
	suite := []string{"--table", "mirror", "--pool", pool, "--stage", "dev"}
	if text := answers(t, absent, append([]string{"token-preview", "--user", "ada@example.com"}, suite...)...); !strings.Contains(text, `["editor"]  <- authz.tenantRoles`) || !strings.Contains(text, `"ada@example.com"`) {
		t.Errorf("got\n%s", text)
	}
	if text := answers(t, denied, append([]string{"token-preview", "--user", "gone"}, suite...)...); !strings.Contains(text, "NO TOKEN") {
		t.Errorf("got\n%s", text)
	}
	// What authz show writes is a file that token-preview reads.
	file := filepath.Join(t.TempDir(), "ada.json")
	if err := os.WriteFile(file, []byte(must(t, at("show 8d1c --json")...)), 0o600); err != nil {
		t.Fatal(err)
	}
	if text := answers(t, absent, "token-preview", "--stage", "dev", "--user", file); !strings.Contains(text, `["editor"]  <- authz.tenantRoles`) {
		t.Errorf("got\n%s", text)
	}
}

func TestAPreviewThatCannotBeMadeSaysWhy(t *testing.T) {
	withoutRegion(t)
	fromTheProject(t)
	folder := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for _, c := range []struct {
		status int
		texts  []string
		args   []string
	}{
		{misuse, []string{"--stage NAME"}, nil},
		{misuse, []string{"unexpected argument"}, []string{"--stage", "dev", "ada"}},
		{misuse, []string{`no source "x"`, "TokenGeneration_RefreshTokens"}, []string{"--stage", "dev", "--source", "x"}},
		{misuse, []string{`no token profile "x"`, "app, "}, []string{"--stage", "dev", "--token-profile", "x"}},
		{misuse, []string{"the stages are: dev, prod"}, []string{"--stage", "stagging"}},
		{failed, []string{"no such file"}, []string{"--stage", "dev", "--user", filepath.Join(folder, "absent.json")}},
		{failed, []string{`unknown field "role"`, "authz show --json"}, []string{"--stage", "dev", "--user", write("a.json", `{"role":[]}`)}},
		{failed, []string{"more behind"}, []string{"--stage", "dev", "--user", write("b.json", `{} {}`)}},
		{failed, []string{`status is "on"`, "active, suspended or deleted"}, []string{"--stage", "dev", "--user", write("c.json", `{"status":"on"}`)}},
		{misuse, []string{"dist/outputs.dev.json", "*.json file", "no Region"}, []string{"--stage", "dev", "--user", "8d1c"}},
	} {
		refused(t, c.status, c.texts, append([]string{"token-preview"}, c.args...)...)
	}
}
