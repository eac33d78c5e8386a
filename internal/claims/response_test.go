package claims

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

var update = flag.Bool("update", false, "rewrite the golden replies")

func TestTheResponseOfEachVersion(t *testing.T) {
	p := compiled(t, everything)
	withoutStore := person("3", full())
	withoutStore.StoreFailed = true
	for name, request := range map[string]Request{
		"v1": person("1", full()), "v2": person("2", full()), "v3": person("3", full()),
		"v3-no-row": person("3", nil), "v3-no-store": withoutStore, "v3-machine": machine(),
	} {
		t.Run(name, func(t *testing.T) {
			got := append(p.For(request).Response(request.Version), '\n')
			path := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("got  %swant %s(%v)", got, want, err)
			}
		})
	}
}

func TestOnlyMembersThatSaySomethingAreWritten(t *testing.T) {
	claim := []NamedClaim{{"a", "x"}}
	bad := []NamedClaim{{"a", math.NaN()}, {"sub", "x"}, {"address", nil}}
	for name, row := range map[string]struct {
		grant   Grant
		version string
		want    string
	}{
		"nothing":             {Grant{}, "3", ""},
		"nothing in V1":       {Grant{}, "1", ""},
		"nothing sayable":     {Grant{IDClaims: bad, AccessClaims: bad, ScopesToAdd: []string{"a b", ""}}, "3", ""},
		"nothing sayable, V1": {Grant{IDClaims: bad}, "1", ""},
		"unknown version":     {Grant{IDClaims: claim}, "4", ""},
		"no version":          {Grant{IDClaims: claim}, "", ""},
		"ID":                  {Grant{IDClaims: claim}, "2", `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"a":"x"}}}}`},
		"access":              {Grant{AccessClaims: claim}, "3", `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"a":"x"}}}}`},
		"scopes":              {Grant{ScopesToAdd: []string{"s", "aws.cognito.x", "t"}}, "3", `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["s","t"]}}}`},
		"good among bad":      {Grant{IDClaims: append(bad[:3:3], NamedClaim{"b", 1}), ScopesToAdd: []string{"s"}}, "3", `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"b":1}},"accessTokenGeneration":{"scopesToAdd":["s"]}}}`},
		"V1 says ID strings":  {Grant{IDClaims: []NamedClaim{{"n", 1}, {"a", "x"}, {"l", []string{"y"}}}, AccessClaims: claim, ScopesToAdd: []string{"s"}}, "1", `{"claimsOverrideDetails":{"claimsToAddOrOverride":{"a":"x"}}}`},
		"object for OIDC":     {Grant{IDClaims: []NamedClaim{{"address", []string{"x"}}}, AccessClaims: []NamedClaim{{"address", []string{"x"}}}}, "3", `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"address":["x"]}}}}`},
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
		want  string // "" is dropped
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
		grant := p.For(person("1", nil))
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
	grant := compiled(t, everything).For(person("1", nil))
	want := []Drop{
		{Access, "tier", EventVersion},
		{Access, "beta", EventVersion},
		{Access, "orders/read", EventVersion},
		{Access, "orders/write", EventVersion},
	}
	if !reflect.DeepEqual(grant.Dropped, want) || grant.AccessClaims != nil || grant.ScopesToAdd != nil {
		t.Errorf("%+v", grant)
	}
}

// FuzzTokens takes any JSON for a tokens section and any JSON for a row: what
// compiles must answer with valid JSON, without a null, a reserved name or a
// name twice.
func FuzzTokens(f *testing.F) {
	seed, err := json.Marshal(everything)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed, []byte(`{"plan":"gold","sub":"x","seats":9007199254740993,"Plan":null}`), true)
	f.Add([]byte(`{"user":{"id":{"claims":[{"name":"a","value":{"b":[1,2.5e3,true]}}],"extraClaims":true}}}`), []byte(`{"A":1,"":2}`), false)
	f.Add([]byte(`{"user":{"access":{"scopes":["aws.cognito.x","a b"]}},"machine":{"id":{"extraClaims":true}}}`), []byte(`{}`), true)
	f.Fuzz(func(t *testing.T, document, extra []byte, exact bool) {
		var section policy.Tokens
		var row Authz
		if decode(document, exact, &section) != nil || decode(extra, exact, &row.Extra) != nil {
			return
		}
		p, err := Compile(section)
		if err != nil {
			return
		}
		row.Roles, row.Tenant = sortedNames(row.Extra), string(extra)
		for _, version := range versions {
			for _, request := range requests(version, &row) {
				checkReply(t, p.For(request).Response(version))
			}
		}
	})
}

func decode(document []byte, exact bool, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(document))
	if exact {
		decoder.UseNumber()
	}
	return decoder.Decode(into)
}

// checkReply reads a reply down to the claims.
func checkReply(t *testing.T, reply []byte) {
	if reply == nil {
		return
	}
	var read struct {
		Details struct {
			Claims json.RawMessage `json:"claimsToAddOrOverride"`
		} `json:"claimsOverrideDetails"`
		V2 map[string]struct {
			Claims json.RawMessage `json:"claimsToAddOrOverride"`
		} `json:"claimsAndScopeOverrideDetails"`
	}
	if err := json.Unmarshal(reply, &read); err != nil {
		t.Fatal(err)
	}
	checkClaims(t, read.Details.Claims)
	for generation, said := range read.V2 {
		if generation != "idTokenGeneration" && generation != "accessTokenGeneration" {
			t.Fatalf("%s in %s", generation, reply)
		}
		checkClaims(t, said.Claims)
	}
}

// checkClaims reads the object token by token, since a map would hide a name
// that is there twice.
func checkClaims(t *testing.T, claims json.RawMessage) {
	if claims == nil {
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(claims))
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for decoder.More() {
		name, err := decoder.Token()
		var value any
		if err != nil || decoder.Decode(&value) != nil || value == nil {
			t.Fatalf("%v: %v in %s", name, err, claims)
		}
		key := string(appendLower(nil, name.(string)))
		if reserved(key) || !usableName(key) || seen[key] {
			t.Fatalf("the name %q in %s", name, claims)
		}
		seen[key] = true
	}
}
