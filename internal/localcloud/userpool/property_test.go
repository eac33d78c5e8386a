package userpool

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestGeneratedPasswordFitsEveryPolicy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := PasswordPolicy{
			MinimumLength:    rapid.IntRange(0, 99).Draw(t, "length"),
			RequireLowercase: rapid.Bool().Draw(t, "lower"), RequireUppercase: rapid.Bool().Draw(t, "upper"),
			RequireNumbers: rapid.Bool().Draw(t, "numbers"), RequireSymbols: rapid.Bool().Draw(t, "symbols"),
		}.complete()
		if password := p.generate(); p.check(password) != nil {
			t.Fatalf("%q: %v", password, p.check(password))
		}
	})
}

// Drawn changes must leave the reserved claims as they were.
func TestNoOverrideReachesAReservedClaim(t *testing.T) {
	name := rapid.OneOf(rapid.SampledFrom(reserved), rapid.SampledFrom([]string{"cognito:username", "cognito:groups", "email", "plan"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		var o overrides
		o.id = drawChanges(t, name)
		o.access = drawChanges(t, name)
		id := map[string]any{"sub": "s", "iss": "i", "aud": "c", "cognito:username": "u", "email": "e"}
		access := map[string]any{"sub": "s", "iss": "i", "client_id": "c", "username": "u"}
		wantID, wantAccess := maps.Clone(id), maps.Clone(access)
		if err := o.apply(id, access, groupConfiguration{}, []string{selfService}, "c"); err != nil {
			t.Fatal(err)
		}
		for token, pair := range map[string][2]map[string]any{"ID": {id, wantID}, "access": {access, wantAccess}} {
			for _, claim := range append(slices.Clone(reserved), "cognito:username") {
				if claim == "scope" || (claim == "aud" && token == "access") {
					continue
				}
				if pair[0][claim] != pair[1][claim] {
					t.Fatalf("%s token: %s is %v, was %v", token, claim, pair[0][claim], pair[1][claim])
				}
			}
		}
	})
}

func drawChanges(t *rapid.T, name *rapid.Generator[string]) tokenChanges {
	c := tokenChanges{Add: map[string]json.RawMessage{}, Suppress: rapid.SliceOf(name).Draw(t, "suppress")}
	for _, n := range rapid.SliceOf(name).Draw(t, "add") {
		c.Add[n] = json.RawMessage(`"forged"`)
	}
	return c
}

// FuzzReply: the pool accepts any answer of a function or refuses it with
// InvalidLambdaResponseException. An accepted answer can be written into a token.
func FuzzReply(f *testing.F) {
	for _, seed := range []string{
		`null`, `{}`, `[]`, `{"request":{},"response":{}}`,
		`{"request":{},"response":{"claimsOverrideDetails":{"claimsToAddOrOverride":{"a":"b"},"groupOverrideDetails":null}}}`,
		`{"request":{},"response":{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"n":1e999,"l":[1,"a"]},"scopesToAdd":["a/b"]}}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, reply []byte) {
		response, err := checkReply(reply)
		for _, version := range []string{"1", "2", "3"} {
			var o overrides
			if err == nil {
				o, err = decodeOverrides(response, version)
			}
			if err != nil {
				var api *APIError
				if !errors.As(err, &api) || api.Code != "InvalidLambdaResponseException" {
					t.Fatalf("%q: %v", reply, err)
				}
				return
			}
			id, access := map[string]any{}, map[string]any{}
			if o.apply(id, access, groupConfiguration{}, nil, "c") != nil {
				return
			}
			for _, claims := range []map[string]any{id, access} {
				if _, err := json.Marshal(claims); err != nil {
					t.Fatalf("%q: %v", reply, err)
				}
			}
		}
	})
}

// FuzzFilter: no filter of ListUsers makes the pool panic.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{`email = "a"`, `"email"^="a\"b"`, `x = "y"`, `email`} {
		f.Add(seed)
	}
	p := &Pool{core: &core{store: newStore(Config{}, time.Now, 0)}}
	f.Fuzz(func(t *testing.T, filter string) {
		if matches, err := p.parseFilter(filter); err == nil {
			matches(&user{username: "ada", attributes: map[string]string{"email": "ada@example.com"}})
		}
	})
}
