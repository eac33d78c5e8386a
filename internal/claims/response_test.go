package claims

import (
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

var update = flag.Bool("update", false, "rewrite the golden replies")

func TestTheResponseOfEachVersion(t *testing.T) {
	p := compiled(t, everything)
	withoutStore := user("3", nil)
	withoutStore.row = ask("app", cognito.TokenGeneration{}, table.Access{Authz: *full()}, errors.New("no answer")).row
	for name, request := range map[string]request{
		"v1": user("1", full()), "v2": user("2", full()), "v3": user("3", full()),
		"v3-no-row": user("3", nil), "v3-no-store": withoutStore, "v3-machine": machine(),
		"v1-console": through("console", "1", full()), "v3-console": through("console", "3", full()),
		"v3-console-no-row": through("console", "3", nil), "v3-bare": through("bare", "3", full()), "v1-bare": through("bare", "1", full()),
		"v3-unknown": through("", "3", full()),
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".json", string(p.grant(request).Response(request.version))+"\n")
		})
	}
}

// golden compares with a file of testdata; with -update it writes the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || got != string(want) {
		t.Errorf("got\n%swant\n%s(%v)", got, want, err)
	}
}

// named returns a claim of a grant made elsewhere.
func named(name string, value any) NamedClaim { return NamedClaim{Name: name, Value: value} }

// withoutGroups is the answer that takes all groups away and says nothing else.
const withoutGroups = `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToSuppress":["cognito:groups"]},"accessTokenGeneration":{"claimsToSuppress":["cognito:groups"]},"groupOverrideDetails":{}}}`

func TestOnlyMembersThatSaySomethingAreWritten(t *testing.T) {
	claim := only(named("a", "x"))
	bad := only(named("a", math.NaN()), named("sub", "x"), named("address", nil), named("claims_truncated", false), named("l", []any{[]any{1}}),
		named("o", map[string]any{"a": math.NaN()}), named("o", map[string]any{"\xff": 1}), named("o", map[string]any{"a": nested(6)}), named("f", 1e18), named("u", struct{}{}),
		named("o", map[string]any{"a": map[string]any{"b": map[string]any{"c": map[string]any{"d": map[string]any{"e": map[string]any{}}}}}}))
	scopes := func(scopes ...string) Changes { return Changes{ScopesToAdd: scopes} }
	unsayable := bad
	unsayable.ScopesToAdd, unsayable.ScopesToSuppress, unsayable.Suppress = []string{"a b", ""}, []string{"", "\""}, []string{"sub", "cognito:groups", "a b"}
	for name, row := range map[string]struct {
		grant   Grant
		version string
		want    string
	}{
		"nothing":             {Grant{}, "3", ""},
		"nothing in V1":       {Grant{}, "1", ""},
		"nothing sayable":     {Grant{ID: unsayable, Access: unsayable}, "3", ""},
		"nothing sayable, V1": {Grant{ID: unsayable}, "1", ""},
		"unknown version":     {Grant{ID: claim}, "4", ""},
		"no version":          {Grant{ID: claim}, "", ""},
		"ID":                  {Grant{ID: claim}, "2", `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"a":"x"}}}}`},
		"access":              {Grant{Access: claim}, "3", `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"a":"x"}}}}`},
		"scopes":              {Grant{Access: scopes("s", "aws.cognito.x", "t")}, "3", `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["s","t"]}}}`},
		"suppressed":          {Grant{ID: Changes{Suppress: []string{"picture", "sub", "dev:x"}}, Access: Changes{Suppress: []string{"a"}, ScopesToSuppress: []string{"phone", "aws.cognito.x"}}}, "3", `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToSuppress":["picture","dev:x"]},"accessTokenGeneration":{"claimsToSuppress":["a"],"scopesToSuppress":["phone","aws.cognito.x"]}}}`},
		"suppressed, V1":      {Grant{ID: Changes{Suppress: []string{"picture"}}, Access: Changes{Suppress: []string{"a"}}}, "1", `{"claimsOverrideDetails":{"claimsToSuppress":["picture"]}}`},
		"truncated":           {Grant{ID: Changes{Truncated: true}, Access: Changes{Claims: claim.Claims, Truncated: true}}, "2", `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"claims_truncated":true}},"accessTokenGeneration":{"claimsToAddOrOverride":{"a":"x","claims_truncated":true}}}}`},
		"truncated, V1":       {Grant{ID: Changes{Truncated: true}}, "1", `{"claimsOverrideDetails":{"claimsToAddOrOverride":{"claims_truncated":"true"}}}`},
		"no groups":           {Grant{Groups: &cognito.GroupConfiguration{}}, "3", withoutGroups},
		"no groups, V1":       {Grant{Groups: &cognito.GroupConfiguration{IAMRoles: []byte("null"), PreferredRole: []byte("null")}}, "1", `{"claimsOverrideDetails":{"claimsToSuppress":["cognito:groups"],"groupOverrideDetails":{}}}`},
		"groups":              {Grant{Groups: &cognito.GroupConfiguration{Names: []string{"a\"b"}, IAMRoles: []byte(`["r"]`), PreferredRole: []byte(`["r"]`)}}, "2", `{"claimsAndScopeOverrideDetails":{"groupOverrideDetails":{"groupsToOverride":["a\"b"],"iamRolesToOverride":["r"],"preferredRole":["r"]}}}`},
		"groups, no roles":    {Grant{Groups: &cognito.GroupConfiguration{Names: []string{"a"}}}, "1", `{"claimsOverrideDetails":{"groupOverrideDetails":{"groupsToOverride":["a"],"iamRolesToOverride":[],"preferredRole":""}}}`},
		"groups, not UTF-8":   {Grant{Groups: &cognito.GroupConfiguration{Names: []string{"a", "\xff"}}}, "2", withoutGroups},
		"good among bad":      {Grant{ID: only(append(slices.Clip(bad.Claims), named("b", 1))...), Access: scopes("s")}, "3", `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"b":1}},"accessTokenGeneration":{"scopesToAdd":["s"]}}}`},
		"V1 says ID strings":  {Grant{ID: only(named("n", 1), named("a", "x"), named("l", []string{"y"})), Access: claim}, "1", `{"claimsOverrideDetails":{"claimsToAddOrOverride":{"a":"x"}}}`},
		"object for OIDC":     {Grant{ID: only(named("address", []string{"x"})), Access: only(named("address", []string{"x"}))}, "3", `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"address":["x"]}}}}`},
	} {
		if got := string(row.grant.Response(row.version)); got != row.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, row.want)
		}
	}
	if (Grant{}).Response("3") != nil {
		t.Error("an empty grant must be nil: the event goes back as it came")
	}
}

func TestVersion1SaysStringsAndNotesTheRest(t *testing.T) {
	for name, row := range map[string]struct {
		value any
		want  string // "" means dropped
	}{
		"string":           {"a b", `"a b"`},
		"words":            {[]any{"a", "b"}, `"a b"`},
		"one word":         {[]any{"a"}, `"a"`},
		"two words in one": {[]any{"a b", "c"}, ""},
		"blank at the end": {[]any{"a "}, ""},
		"wide blank":       {[]any{"a\u00a0b"}, ""},
		"empty word":       {[]any{"a", ""}, ""},
		"no words":         {[]any{}, ""},
		"mixed":            {[]any{"a", 1}, ""},
		"number":           {1, ""},
		"boolean":          {false, ""},
		"object":           {map[string]any{"a": "b"}, ""},
	} {
		p := compiled(t, userID(policy.Claim{Name: "x", Value: row.value}))
		grant := p.grant(through("p", "1", nil))
		want := ""
		if row.want != "" {
			want = `{"claimsOverrideDetails":{"claimsToAddOrOverride":{"x":` + row.want + `}}}`
		}
		if got := string(grant.Response("1")); got != want || dropped(grant, ID, "x", EventVersion) == (want != "") {
			t.Errorf("%s: %s, dropped %v", name, got, grant.Dropped)
		}
	}
}

func TestVersion1NotesWhatTheAccessTokenMisses(t *testing.T) {
	grant := compiled(t, everything).grant(user("1", nil))
	want := []Drop{
		{Access, "tier", EventVersion},
		{Access, "beta", EventVersion},
		{Access, "orders/read", EventVersion},
		{Access, "orders/write", EventVersion},
	}
	if !reflect.DeepEqual(grant.Dropped, want) || !reflect.DeepEqual(grant.Access, Changes{Budget: 2048}) {
		t.Errorf("%+v", grant)
	}
}
