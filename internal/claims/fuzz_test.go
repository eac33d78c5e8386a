package claims

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// FuzzTokens takes any JSON as tokens section and any JSON as row. A section that
// compiles answers with valid JSON, without a null, a reserved or a repeated name,
// and within every budget.
func FuzzTokens(f *testing.F) {
	seed, err := json.Marshal(everything)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed, []byte(`{"plan":"gold","sub":"x","seats":9007199254740993,"Plan":null}`), true)
	f.Add([]byte(`{"profiles":{"p":{"id":{"claims":[{"name":"a","value":{"b":[1,2.5e3,true]}}],"extraClaims":true,"budget":64}}}}`), []byte(`{"A":1,"":2,"b":"xxxxxxxxxxxxxxxxxxxxxxxx"}`), false)
	f.Add([]byte(`{"profiles":{"p":{"access":{"scopes":{"add":["aws.cognito.x","a b"]}}},"m":{"machine":true,"id":{"extraClaims":true}}}}`), []byte(`{}`), true)
	f.Add([]byte(`{"profiles":{"p":{"access":{"audience":"client","extraClaims":true,"budget":165}}}}`), []byte(`{"aud":"other","b":"x"}`), true)
	f.Add([]byte(`{"profiles":{"p":{"id":{"claims":[{"name":"email","from":"authz.tenant"},{"name":"custom:a","from":"authz.extra.a"}]}}}}`), []byte(`{"a":1,"email":"x","custom:a":2}`), false)
	f.Add([]byte(`{"profiles":{"p":{"groups":"roles","principalTags":["a"],"id":{"extraClaims":true,"drop":["a"]}},"q":{"groups":"none"}}}`), []byte(`{"a":"*"}`), true)
	f.Fuzz(func(t *testing.T, document, extra []byte, exact bool) {
		var section policy.Tokens
		var row table.Authz
		if decode(document, exact, &section) != nil || decode(extra, exact, &row.Extra) != nil {
			return
		}
		p, err := Compile(section)
		if err != nil {
			return
		}
		row.Roles, row.Tenant, row.Tenants = sortedNames(row.Extra), string(extra), sortedNames(row.Extra)
		for name := range section.Profiles {
			for _, version := range versions {
				for _, request := range requests(version, &row) {
					request.profile, request.tenant, request.client = name, "a", "web"
					grant := p.grant(request)
					checkReply(t, grant.Response(version))
					checkBudget(t, grant.ID)
					checkBudget(t, grant.Access)
				}
			}
		}
	})
}

func checkBudget(t *testing.T, c Changes) {
	if c.Budget > 0 && c.Added > c.Budget {
		t.Fatalf("%d bytes of %d in %+v", c.Added, c.Budget, c)
	}
}

func decode(document []byte, exact bool, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(document))
	if exact {
		decoder.UseNumber()
	}
	return decoder.Decode(into)
}

// checkReply checks a reply down to the claims.
func checkReply(t *testing.T, reply []byte) {
	if reply == nil {
		return
	}
	var read struct {
		Details struct {
			Claims json.RawMessage `json:"claimsToAddOrOverride"`
		} `json:"claimsOverrideDetails"`
		V2 map[string]struct {
			Claims   json.RawMessage `json:"claimsToAddOrOverride"`
			Suppress []string        `json:"claimsToSuppress"`
		} `json:"claimsAndScopeOverrideDetails"`
	}
	if err := json.Unmarshal(reply, &read); err != nil {
		t.Fatal(err)
	}
	checkClaims(t, read.Details.Claims)
	for generation, said := range read.V2 {
		if !slices.Contains([]string{"idTokenGeneration", "accessTokenGeneration", "groupOverrideDetails"}, generation) {
			t.Fatalf("%s in %s", generation, reply)
		}
		checkClaims(t, said.Claims)
		var claims map[string]json.RawMessage
		_ = json.Unmarshal(said.Claims, &claims)
		for _, name := range said.Suppress {
			if _, both := claims[name]; both {
				t.Fatalf("%s is added and suppressed in %s", name, reply)
			}
		}
	}
}

// checkClaims reads the object token by token, since a map would hide a repeated
// name.
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
		own := key == truncatedClaim || name == audienceClaim && value == "web"
		if !own && (reserved(key) || !usableName(key)) || seen[key] {
			t.Fatalf("the name %q in %s", name, claims)
		}
		seen[key] = true
	}
}
