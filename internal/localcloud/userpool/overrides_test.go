package userpool

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
)

// overridesRig starts a pool whose user is in admins and editors.
func overridesRig(t *testing.T, version string) *rig {
	t.Helper()
	r := startRig(t, withV(version))
	r.member(t, "ada@example.com")
	for _, g := range []string{"admins", "editors"} {
		if _, err := r.api.AdminAddUserToGroup(t.Context(), &idp.AdminAddUserToGroupInput{
			UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@example.com"), GroupName: aws.String(g),
		}); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

const (
	v1 = `{"claimsOverrideDetails":%s}`
	v2 = `{"claimsAndScopeOverrideDetails":%s}`
)

const admins = "[admins editors]"

// overrideRows are responses with the claims that each token has afterwards; "" is an
// absent claim.
var overrideRows = []struct {
	name, version, response string
	id, access              map[string]string
}{
	{"untouched", "V1_0", fmt.Sprintf(v1, "null"), map[string]string{"cognito:groups": admins, "email": "ada@example.com"}, map[string]string{"cognito:groups": admins}},
	{"empty response", "V1_0", `{}`, map[string]string{"cognito:groups": admins}, map[string]string{"cognito:groups": admins}},
	{"empty response", "V3_0", `{}`, map[string]string{"cognito:groups": admins}, map[string]string{"cognito:groups": admins}},
	{
		"version one reaches the ID token only", "V1_0", fmt.Sprintf(v1, `{"claimsToAddOrOverride":{"plan":"free","name":"Ada"}}`),
		map[string]string{"plan": "free", "name": "Ada", "cognito:groups": admins},
		map[string]string{"plan": "", "name": "", "cognito:groups": admins},
	},
	{"groups null suppress", "V1_0", fmt.Sprintf(v1, `{"groupOverrideDetails":null}`), map[string]string{"cognito:groups": ""}, map[string]string{"cognito:groups": ""}},
	{"groups empty object suppress", "V1_0", fmt.Sprintf(v1, `{"groupOverrideDetails":{}}`), map[string]string{"cognito:groups": ""}, map[string]string{"cognito:groups": ""}},
	{
		"groups full of nulls suppress", "V3_0", fmt.Sprintf(v2, `{"groupOverrideDetails":{"groupsToOverride":null,"iamRolesToOverride":null,"preferredRole":null}}`),
		map[string]string{"cognito:groups": ""},
		map[string]string{"cognito:groups": ""},
	},
	{"groups empty list suppress", "V3_0", fmt.Sprintf(v2, `{"groupOverrideDetails":{"groupsToOverride":[]}}`), map[string]string{"cognito:groups": ""}, map[string]string{"cognito:groups": ""}},
	{
		"groups absent stay", "V3_0", fmt.Sprintf(v2, `{"idTokenGeneration":{"claimsToAddOrOverride":{"plan":"free"}}}`),
		map[string]string{"plan": "free", "cognito:groups": admins},
		map[string]string{"plan": "", "cognito:groups": admins},
	},
	{
		"groups replace in both tokens", "V1_0", fmt.Sprintf(v1, `{"groupOverrideDetails":{"groupsToOverride":["members"],"iamRolesToOverride":["r1"],"preferredRole":"r1"}}`),
		map[string]string{"cognito:groups": "[members]", "cognito:roles": "[r1]", "cognito:preferred_role": "r1"},
		map[string]string{"cognito:groups": "[members]", "cognito:roles": "", "cognito:preferred_role": ""},
	},
	{
		"groups by claim are ignored", "V2_0", fmt.Sprintf(v2, `{"accessTokenGeneration":{"claimsToAddOrOverride":{"cognito:groups":["root"]}}}`),
		map[string]string{"cognito:groups": admins},
		map[string]string{"cognito:groups": admins},
	},
	{
		"suppressed groups take the roles along", "V2_0", fmt.Sprintf(v2, `{"idTokenGeneration":{"claimsToSuppress":["cognito:groups"]},
		"groupOverrideDetails":{"groupsToOverride":["members"],"iamRolesToOverride":["r1"],"preferredRole":"r1"}}`),
		map[string]string{"cognito:groups": "", "cognito:roles": "", "cognito:preferred_role": ""},
		map[string]string{"cognito:groups": "[members]"},
	},
	{
		"suppressed groups of version one stay in the access token", "V1_0", fmt.Sprintf(v1, `{"claimsToSuppress":["cognito:groups"]}`),
		map[string]string{"cognito:groups": ""},
		map[string]string{"cognito:groups": admins},
	},
	{
		"suppressed and emptied groups", "V1_0", fmt.Sprintf(v1, `{"claimsToSuppress":["cognito:groups"],"groupOverrideDetails":{}}`),
		map[string]string{"cognito:groups": ""},
		map[string]string{"cognito:groups": ""},
	},
	{
		"roles are not suppressed by their own names", "V2_0", fmt.Sprintf(v2, `{"idTokenGeneration":{"claimsToSuppress":["cognito:roles","cognito:preferred_role"]},
		"groupOverrideDetails":{"groupsToOverride":["members"],"iamRolesToOverride":["r1"],"preferredRole":"r1"}}`),
		map[string]string{"cognito:groups": "[members]", "cognito:roles": "[r1]", "cognito:preferred_role": "r1"},
		nil,
	},
	{
		"suppress beats override", "V2_0", fmt.Sprintf(v2, `{"idTokenGeneration":{"claimsToAddOrOverride":{"email":"x@example.com","plan":"free"},"claimsToSuppress":["email","plan"]}}`),
		map[string]string{"email": "", "plan": ""},
		nil,
	},
	{
		"scopes", "V2_0", fmt.Sprintf(v2, `{"accessTokenGeneration":{"scopesToAdd":["orders/read","orders/read","x"],"scopesToSuppress":["x","absent"]}}`),
		nil,
		map[string]string{"scope": "aws.cognito.signin.user.admin orders/read"},
	},
	{"no scope left", "V2_0", fmt.Sprintf(v2, `{"accessTokenGeneration":{"scopesToSuppress":["aws.cognito.signin.user.admin"]}}`), nil, map[string]string{"scope": ""}},
	{"scope by claim is ignored", "V2_0", fmt.Sprintf(v2, `{"accessTokenGeneration":{"claimsToAddOrOverride":{"scope":"root"}}}`), nil, map[string]string{"scope": "aws.cognito.signin.user.admin"}},
	{
		"aud of this client", "V2_0", fmt.Sprintf(v2, `{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"web1example"}},"idTokenGeneration":{"claimsToAddOrOverride":{"aud":"other"}}}`),
		map[string]string{"aud": webClient},
		map[string]string{"aud": webClient},
	},
	{"aud as an address", "V3_0", fmt.Sprintf(v2, `{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":["web1example"]}}}`), nil, map[string]string{"aud": ""}},
	{"aud in version one", "V1_0", fmt.Sprintf(v1, `{"claimsToAddOrOverride":{"aud":"web1example"}}`), map[string]string{"aud": webClient}, map[string]string{"aud": ""}},
	{"aud of another", "V2_0", fmt.Sprintf(v2, `{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"other"}}}`), nil, map[string]string{"aud": ""}},
	{
		"complex values", "V2_0", fmt.Sprintf(v2, `{"accessTokenGeneration":{"claimsToAddOrOverride":{"b":false,"l":["a",1,true],"o":{"k":{"s":["v",null]}}}}}`),
		nil,
		map[string]string{"b": "false", "l": "[a 1 true]", "o": "map[k:map[s:[v <nil>]]]"},
	},
	{"the other version's member has no effect", "V1_0", fmt.Sprintf(v2, `{"idTokenGeneration":{"claimsToAddOrOverride":{"plan":"free"}}}`), map[string]string{"plan": ""}, nil},
	{"the other version's member has no effect", "V3_0", fmt.Sprintf(v1, `{"claimsToAddOrOverride":{"plan":"free"}}`), map[string]string{"plan": ""}, nil},
	{"dev: can be suppressed, not added", "V2_0", fmt.Sprintf(v2, `{"idTokenGeneration":{"claimsToAddOrOverride":{"dev:x":"1"}}}`), map[string]string{"dev:x": ""}, nil},
}

func TestOverridesChangeExactlyWhatTheyMay(t *testing.T) {
	for _, c := range overrideRows {
		t.Run(c.version+" "+c.name, func(t *testing.T) {
			r := overridesRig(t, c.version)
			r.fns.answer(preTokenGeneration, responding(c.response))
			out := r.login(t, "ada@example.com", longPassword)
			wantClaims(t, "ID", r.verifiedToken(t, *out.IdToken), c.id)
			wantClaims(t, "access", r.verifiedToken(t, *out.AccessToken), c.access)
		})
	}
}

// The suite's own answers leave no groups and no IAM roles in either token, of every
// version.
func TestR49_TheSuitesAnswersTakeGroupsAndRolesOutOfBothTokens(t *testing.T) {
	for _, name := range []string{"kiosk", "kiosk-v1", "console-no-row", "unknown-client", "unknown-client-v1"} {
		src, err := os.ReadFile("../../../events/profiles/pretokengeneration/" + name + ".want.json")
		var event struct {
			Version  string
			Response json.RawMessage
		}
		if err != nil || json.Unmarshal(src, &event) != nil {
			t.Fatalf("%s: %v", name, err)
		}
		changes, err := decodeOverrides(event.Response, event.Version)
		if err != nil {
			t.Fatal(err)
		}
		id, access, role := map[string]any{}, map[string]any{}, "r1"
		own := groupConfiguration{GroupsToOverride: []string{"members"}, IAMRolesToOverride: []string{role}, PreferredRole: &role}
		if err := changes.apply(id, access, own, nil, webClient); err != nil {
			t.Fatal(err)
		}
		for _, claim := range []string{"cognito:groups", "cognito:roles", "cognito:preferred_role"} {
			if id[claim] != nil || access[claim] != nil {
				t.Errorf("%s: %s is %v in the ID token and %v in the access token", name, claim, id[claim], access[claim])
			}
		}
	}
}

func wantClaims(t *testing.T, token string, got map[string]any, want map[string]string) {
	t.Helper()
	for name, value := range want {
		v, ok := got[name]
		if value == "" && ok {
			t.Errorf("%s token: %s is %v, want none", token, name, v)
		}
		if value != "" && fmt.Sprint(v) != value {
			t.Errorf("%s token: %s is %v, want %s", token, name, v, value)
		}
	}
}

// The test adds and suppresses every reserved claim in both tokens. Names and constant
// values must stay.
// A preview shows the tokens as the pool would sign them.
func TestAPreviewAppliesWhatTheTriggerAnswers(t *testing.T) {
	const answer = `{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"a":"1"}},
		"accessTokenGeneration":{"claimsToAddOrOverride":{"b":"2"},"scopesToAdd":["more"]}}}`
	for name, c := range map[string]struct {
		response, id, access string
		machine              bool
	}{
		"no trigger":               {"", `{"cognito:groups":["admins"]}`, `{"cognito:groups":["admins"],"scope":"openid"}`, false},
		"an answer":                {answer, `{"a":"1","cognito:groups":["admins"]}`, `{"b":"2","cognito:groups":["admins"],"scope":"openid more"}`, false},
		"an answer, for a machine": {answer, `null`, `{"b":"2","scope":"openid more"}`, true},
		"no trigger, a machine":    {"", `null`, `{"scope":"openid"}`, true},
	} {
		tokens := Unsigned{Access: map[string]any{}, Groups: []string{"admins"}, Scopes: []string{"openid"}, ClientID: webClient}
		if !c.machine {
			tokens.ID = map[string]any{}
		}
		var response json.RawMessage
		if c.response != "" {
			response = json.RawMessage(c.response)
		}
		if err := tokens.Apply(response, "3"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		id, _ := json.Marshal(tokens.ID)
		access, _ := json.Marshal(tokens.Access)
		if string(id) != c.id || string(access) != c.access {
			t.Errorf("%s: %s %s\nwant %s %s", name, id, access, c.id, c.access)
		}
	}
	tokens := Unsigned{Access: map[string]any{}}
	if err := tokens.Apply(json.RawMessage(`{"claimsAndScopeOverrideDetails":1}`), "3"); err == nil || !strings.Contains(err.Error(), "Unrecognizable lambda output") {
		t.Errorf("an answer that the pool refuses: %v", err)
	}
	full := Unsigned{Access: map[string]any{}, Scopes: slices.Repeat([]string{"s"}, maxClaims-1)}
	if err := full.Apply(nil, "3"); err != nil {
		t.Errorf("a machine's %d scopes and their claim: %v", maxClaims-1, err)
	}
	full.Scopes = append(full.Scopes, "s")
	if err := full.Apply(nil, "3"); err == nil {
		t.Error("one more than the limit is taken")
	}
}

func TestReservedClaimsCannotBeTouched(t *testing.T) {
	r := overridesRig(t, "V2_0")
	// Guide, "Pre token generation Lambda trigger", the claims that no trigger changes.
	all := strings.Fields("acr amr at_hash aud auth_time azp client_id device_key event_id exp iat identities iss jti nbf nonce origin_jti scope sub token_use username version")
	if !slices.Equal(all, reserved) {
		t.Errorf("reserved are %v, want %v", reserved, all)
	}
	names := append(slices.Clone(all), "cognito:username", "cognito:new", "cognito:roles", "cognito:preferred_role")
	add := map[string]string{}
	for _, n := range names {
		add[n] = "forged"
	}
	claims := map[string]any{"sub": "s", "iss": "i", "aud": "c", "left": 1, "plan": 1}
	tokenChanges{
		Add:      map[string]json.RawMessage{"sub": json.RawMessage(`"c"`), "iss": json.RawMessage(`"c"`), "aud": json.RawMessage(`"d"`)}, // the one value that aud may have is no other claim's
		Suppress: []string{"sub", "plan"},
	}.applyTo(claims, "c")
	if fmt.Sprint(claims) != "map[aud:c iss:i left:1 sub:s]" {
		t.Errorf("the claims are %v", claims)
	}
	body, _ := json.Marshal(map[string]any{"claimsToAddOrOverride": add, "claimsToSuppress": names})
	plain := r.login(t, "ada@example.com", longPassword)
	r.fns.answer(preTokenGeneration, responding(fmt.Sprintf(v2, fmt.Sprintf(`{"idTokenGeneration":%s,"accessTokenGeneration":%s}`, body, body))))
	out := r.login(t, "ada@example.com", longPassword)
	for token, pair := range map[string][2]string{"ID": {*plain.IdToken, *out.IdToken}, "access": {*plain.AccessToken, *out.AccessToken}} {
		before, after := r.verifiedToken(t, pair[0]), r.verifiedToken(t, pair[1])
		if b, a := slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)); !slices.Equal(a, b) {
			t.Errorf("%s token has %v, had %v", token, a, b)
		}
		for name, v := range after {
			if fmt.Sprint(v) == "forged" {
				t.Errorf("%s token: %s was changed", token, name)
			}
		}
	}
}

// The numbers are those of AWS's own sample.
func TestNumbersKeepTheirDigits(t *testing.T) {
	r := overridesRig(t, "V2_0")
	r.fns.answer(preTokenGeneration, responding(fmt.Sprintf(v2, `{"accessTokenGeneration":{"claimsToAddOrOverride":{"long":9223372036854775807,"exp10":1.7976931348623157E308,"vast":1E400}}}`)))
	payload, ok := mustKey(t, r.keys.access).verify(*r.login(t, "ada@example.com", longPassword).AccessToken)
	for _, want := range []string{`"long":9223372036854775807`, `"exp10":1.7976931348623157E308`, `"vast":1E400`} {
		if !ok || !strings.Contains(string(payload), want) {
			t.Errorf("%s is not in %s", want, payload)
		}
	}
}

func mustKey(t *testing.T, key func() (*signingKey, error)) *signingKey {
	t.Helper()
	k, err := key()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Each row is a function's answer to a trigger and the sentence that the client reads.
func TestMalformedOutputIsRefused(t *testing.T) {
	const unrecognizable, invalid = "Unrecognizable lambda output", "Invalid lambda function output : Invalid JSON"
	request := `"request":{"userAttributes":{}}`
	whole := func(s string) func([]byte) ([]byte, error) {
		return func([]byte) ([]byte, error) { return []byte(s), nil }
	}
	for _, c := range []struct {
		name, trigger, version string
		reply                  func([]byte) ([]byte, error)
		want                   string
	}{
		{"null", preSignUp, "V1_0", whole("null"), invalid},
		{"nothing", preSignUp, "V1_0", whole(""), invalid},
		{"not JSON", preSignUp, "V1_0", whole("<html>"), invalid},
		{"a string", preSignUp, "V1_0", whole(`"ok"`), unrecognizable},
		{"a list", preSignUp, "V1_0", whole(`[]`), unrecognizable},
		{"an empty object", preSignUp, "V1_0", whole(`{}`), unrecognizable},
		{"no response", preSignUp, "V1_0", whole(`{` + request + `}`), unrecognizable},
		{"no request", preSignUp, "V1_0", whole(`{"response":{}}`), unrecognizable},
		{"response null", preSignUp, "V1_0", responding(`null`), unrecognizable},
		{"response a list", preSignUp, "V1_0", responding(`[]`), unrecognizable},
		{"response a string", postConfirmation, "V1_0", responding(`"fine"`), unrecognizable},
		{"response a list", postAuthentication, "V1_0", responding(`[]`), unrecognizable},
		{"request a list", preSignUp, "V1_0", whole(`{"request":[],"response":{}}`), unrecognizable},
		{"validationData a list", preSignUp, "V1_0", whole(`{"request":{"validationData":[]},"response":{}}`), unrecognizable},
		{"userAttributes a list", postAuthentication, "V1_0", whole(`{"request":{"userAttributes":[]},"response":{}}`), unrecognizable},
		{"callerContext a list", preSignUp, "V1_0", whole(`{"callerContext":[],` + request + `,"response":{}}`), unrecognizable},
		{"a flag that is a word", preSignUp, "V1_0", responding(`{"autoConfirmUser":"yes"}`), unrecognizable},
		{"a flag that is a number", preSignUp, "V1_0", responding(`{"autoVerifyEmail":1}`), unrecognizable},
		{"details a list", preTokenGeneration, "V1_0", responding(fmt.Sprintf(v1, `[]`)), unrecognizable},
		{"a number in version one", preTokenGeneration, "V1_0", responding(fmt.Sprintf(v1, `{"claimsToAddOrOverride":{"n":1}}`)), unrecognizable},
		{"a null claim", preTokenGeneration, "V1_0", responding(fmt.Sprintf(v1, `{"claimsToAddOrOverride":{"n":null}}`)), unrecognizable},
		{"suppress an object", preTokenGeneration, "V1_0", responding(fmt.Sprintf(v1, `{"claimsToSuppress":{}}`)), unrecognizable},
		{"groups a list", preTokenGeneration, "V1_0", responding(fmt.Sprintf(v1, `{"groupOverrideDetails":[]}`)), unrecognizable},
		{"preferred role a list", preTokenGeneration, "V3_0", responding(fmt.Sprintf(v2, `{"groupOverrideDetails":{"preferredRole":["r"]}}`)), unrecognizable},
		{"details a list", preTokenGeneration, "V2_0", responding(fmt.Sprintf(v2, `[]`)), unrecognizable},
		{"a null claim", preTokenGeneration, "V2_0", responding(fmt.Sprintf(v2, `{"accessTokenGeneration":{"claimsToAddOrOverride":{"n":null}}}`)), unrecognizable},
		{"a list of objects", preTokenGeneration, "V2_0", responding(fmt.Sprintf(v2, `{"accessTokenGeneration":{"claimsToAddOrOverride":{"n":[{}]}}}`)), unrecognizable},
		{"an object in the ID token's address", preTokenGeneration, "V2_0", responding(fmt.Sprintf(v2, `{"idTokenGeneration":{"claimsToAddOrOverride":{"address":{}}}}`)), unrecognizable},
		{"a scope with a blank", preTokenGeneration, "V2_0", responding(fmt.Sprintf(v2, `{"accessTokenGeneration":{"scopesToAdd":["a b"]}}`)), unrecognizable},
		{"scopes a word", preTokenGeneration, "V2_0", responding(fmt.Sprintf(v2, `{"accessTokenGeneration":{"scopesToAdd":"a"}}`)), unrecognizable},
		{"too many claims", preTokenGeneration, "V2_0", responding(fmt.Sprintf(v2, manyClaims(5000))), "The tokens would have more than 5000 claims and scopes."},
		{"auto-verify without the attribute", preSignUp, "V1_0", responding(`{"autoVerifyPhone":true}`), "The user has no phone_number to auto-verify."},
	} {
		t.Run(c.trigger+" "+c.version+" "+c.name, func(t *testing.T) {
			r := startRig(t, withV(c.version))
			r.fns.answer(c.trigger, c.reply)
			wantRefusal(t, r.reach(t, c.trigger), "InvalidLambdaResponseException", c.want)
		})
	}
}

func manyClaims(n int) string {
	claims := map[string]int{}
	for i := range n {
		claims[fmt.Sprintf("c%d", i)] = i
	}
	body, _ := json.Marshal(claims)
	return fmt.Sprintf(`{"accessTokenGeneration":{"claimsToAddOrOverride":%s}}`, body)
}

// reach fires a trigger and returns the error of the call that did it.
func (r *rig) reach(t *testing.T, trigger string) error {
	t.Helper()
	if trigger == preSignUp || trigger == customMessage {
		_, err := r.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: aws.String(webClient), Username: aws.String("ada@example.com"), Password: aws.String(longPassword)})
		return err
	}
	if trigger == inboundFederation {
		_, err := r.FederatedSignIn("Google", "107", nil, webClient)
		var api *APIError
		if errors.As(err, &api) { // as on the wire
			return &smithy.GenericAPIError{Code: api.Code, Message: api.Message}
		}
		return err
	}
	r.signUp(t, "ada@example.com")
	err := r.confirmUp(t, "ada@example.com")
	if trigger == postConfirmation {
		return err
	}
	if err != nil {
		t.Fatal(err)
	}
	if trigger == userMigration {
		_, err := r.tryLogin(t, "nobody@example.com", longPassword)
		return err
	}
	if slices.Contains(challengeTriggers, trigger) {
		return r.customOnce(t, "ada@example.com")
	}
	_, err = r.tryLogin(t, "ada@example.com", longPassword)
	return err
}

// Four claims take no list and no object in the ID token, and any value in the access token.
func TestSomeClaimsAreSimpleInTheIDToken(t *testing.T) {
	for _, name := range strings.Fields("phone_number_verified email_verified updated_at address") {
		for value, simple := range map[string]bool{`["a"]`: false, `{}`: false, `"a"`: true, `1`: true, `true`: true} {
			change := fmt.Sprintf(`{"claimsToAddOrOverride":{%q:%s}}`, name, value)
			for token, want := range map[string]bool{"idTokenGeneration": simple, "accessTokenGeneration": true} {
				if _, err := decodeOverrides(json.RawMessage(fmt.Sprintf(v2, fmt.Sprintf(`{%q:%s}`, token, change))), "2"); (err == nil) != want {
					t.Errorf("%s of %s: %v", change, token, err)
				}
			}
		}
	}
}
