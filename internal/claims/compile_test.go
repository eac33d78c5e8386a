package claims

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

func userID(claims ...policy.Claim) policy.Tokens {
	return policy.Tokens{User: policy.Profile{ID: policy.Token{Claims: claims}}}
}

func userAccess(claims ...policy.Claim) policy.Tokens {
	return policy.Tokens{User: policy.Profile{Access: policy.Token{Claims: claims}}}
}

func userScopes(scopes ...string) policy.Tokens {
	return policy.Tokens{User: policy.Profile{Access: policy.Token{Scopes: scopes}}}
}

func machineAccess(token policy.Token) policy.Tokens {
	return policy.Tokens{Machine: policy.Profile{Access: token}}
}

// nested gives a list in a list in a list …
func nested(depth int) any {
	var value any = "x"
	for range depth {
		value = []any{value}
	}
	return value
}

// mistake is a section with one fault, and how the fault's line begins.
type mistake struct {
	section policy.Tokens
	want    string
}

var plain = policy.Token{Claims: []policy.Claim{{Name: "a", Value: "x"}}}

var mistakes = map[string]mistake{
	"neither":          {userID(policy.Claim{Name: "a"}), "user.id.claims[0]: the claim has neither"},
	"both":             {userID(policy.Claim{Name: "a", From: "authz.roles", Value: 1}), "user.id.claims[0]: the claim has both"},
	"unknown source":   {userID(policy.Claim{Name: "a", From: "authz.role"}), `user.id.claims[0].from: "authz.role" is no source`},
	"caller's source":  {userAccess(policy.Claim{Name: "a", From: "clientMetadata.role"}), "user.access.claims[0].from: "},
	"source's case":    {userAccess(policy.Claim{Name: "a", From: "Authz.Roles"}), "user.access.claims[0].from: "},
	"twice":            {userID(policy.Claim{Name: "a", Value: 1}, policy.Claim{Name: "a", Value: 2}), "user.id.claims[1].name: the claim a is declared twice"},
	"twice but case":   {userAccess(policy.Claim{Name: "role", Value: 1}, policy.Claim{Name: "ROLE", Value: 2}), "user.access.claims[1].name: the claim ROLE is declared twice"},
	"NaN":              {userID(policy.Claim{Name: "a", Value: math.NaN()}), "user.id.claims[0].value: "},
	"infinity":         {userID(policy.Claim{Name: "a", Value: []any{math.Inf(-1)}}), "user.id.claims[0].value: "},
	"no number":        {userID(policy.Claim{Name: "a", Value: json.Number("0x1")}), "user.id.claims[0].value: "},
	"too large":        {userID(policy.Claim{Name: "a", Value: json.Number("1e309")}), "user.id.claims[0].value: "},
	"rounded":          {userID(policy.Claim{Name: "a", Value: 9007199254740992.0}), "user.id.claims[0].value: "},
	"null in a list":   {userID(policy.Claim{Name: "a", Value: []any{"x", nil}}), "user.id.claims[0].value: "},
	"a function":       {userID(policy.Claim{Name: "a", Value: func() {}}), "user.id.claims[0].value: "},
	"bytes":            {userID(policy.Claim{Name: "a", Value: []byte("x")}), "user.id.claims[0].value: "},
	"not UTF-8":        {userID(policy.Claim{Name: "a", Value: "\xff"}), "user.id.claims[0].value: "},
	"key not UTF-8":    {userID(policy.Claim{Name: "a", Value: map[string]any{"\xff": 1}}), "user.id.claims[0].value: "},
	"too deep":         {userID(policy.Claim{Name: "a", Value: nested(6)}), "user.id.claims[0].value: "},
	"too deep, object": {userID(policy.Claim{Name: "a", Value: map[string]any{"k": nested(5)}}), "user.id.claims[0].value: "},
	"object for OIDC":  {userID(policy.Claim{Name: "address", Value: map[string]any{"city": "x"}}), "user.id.claims[0].value: an ID token takes address"},
	"list for OIDC":    {userID(policy.Claim{Name: "Updated_At", Value: []any{1}}), "user.id.claims[0].value: an ID token takes Updated_At"},
	"roles for OIDC":   {userID(policy.Claim{Name: "email_verified", From: "authz.roles"}), "user.id.claims[0].from: an ID token takes email_verified"},
	"ID scopes":        {policy.Tokens{User: policy.Profile{ID: policy.Token{Scopes: []string{"a"}}}}, "user.id.scopes: "},
	"no scope":         {userScopes("ok", ""), "user.access.scopes[1]: the scope is empty"},
	"scope with blank": {userScopes("a b"), "user.access.scopes[0]: "},
	"scope with quote": {userScopes(`a"b`), "user.access.scopes[0]: "},
	"scope, backslash": {userScopes(`a\b`), "user.access.scopes[0]: "},
	"scope, control":   {userScopes("a\n"), "user.access.scopes[0]: "},
	"scope, DEL":       {userScopes("a\x7f"), "user.access.scopes[0]: "},
	"scope, non-ASCII": {userScopes("é"), "user.access.scopes[0]: "},
	"scope too long":   {userScopes(strings.Repeat("s", maxScopeBytes+1)), "user.access.scopes[0]: "},
	"Cognito's scope":  {userScopes("aws.cognito.signin.user.admin"), "user.access.scopes[0]: "},
	"same, other case": {userScopes("AWS.Cognito.x"), "user.access.scopes[0]: "},
	"scope twice":      {userScopes("a", "b", "a"), "user.access.scopes[2]: the scope a is listed twice"},
	"machine ID":       {policy.Tokens{Machine: policy.Profile{ID: plain}}, "machine.id: a machine gets no ID token"},
	"machine ID scope": {policy.Tokens{Machine: policy.Profile{ID: policy.Token{Scopes: []string{"a"}}}}, "machine.id: "},
	"machine ID extra": {policy.Tokens{Machine: policy.Profile{ID: policy.Token{ExtraClaims: true}}}, "machine.id: "},
	"machine extra":    {machineAccess(policy.Token{ExtraClaims: true}), "machine.access.extraClaims: "},
	"machine roles":    {machineAccess(policy.Token{Claims: []policy.Claim{{Name: "a", From: "authz.roles"}}}), "machine.access.claims[0].from: "},
	"machine tenant":   {machineAccess(policy.Token{Claims: []policy.Claim{{Name: "a", From: "authz.tenant"}}}), "machine.access.claims[0].from: "},
	"machine scope":    {machineAccess(policy.Token{Scopes: []string{"a b"}}), "machine.access.scopes[0]: "},
	"too many":         {userID(many(mostAdded + 1)...), "user: it adds 4751 claims and scopes"},
}

func TestEveryMistakeIsFoundWhereItStands(t *testing.T) {
	for name, row := range mistakes {
		t.Run(name, func(t *testing.T) {
			p, err := Compile(row.section)
			var faults policy.Faults
			if p != nil || !errors.As(err, &faults) || len(faults) != 1 {
				t.Fatalf("policy %v, error %v", p, err)
			}
			if line := faults[0].String(); !strings.HasPrefix(line, row.want) || faults[0].Fix == "" {
				t.Errorf("the fault is %q, want %q", line, row.want)
			}
		})
	}
}

// many gives n constant claims.
func many(n int) []policy.Claim {
	claims := make([]policy.Claim, n)
	for i := range claims {
		claims[i] = policy.Claim{Name: fmt.Sprintf("c%d", i), Value: true}
	}
	return claims
}

func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	_, err := Compile(policy.Tokens{
		User: policy.Profile{
			ID:     policy.Token{Claims: []policy.Claim{{Name: "sub", From: "nowhere"}, {Name: "a b"}}, Scopes: []string{"x"}},
			Access: policy.Token{Scopes: []string{"a b", ""}},
		},
		Machine: policy.Profile{ID: policy.Token{ExtraClaims: true}, Access: policy.Token{ExtraClaims: true}},
	})
	var faults policy.Faults
	if !errors.As(err, &faults) || len(faults) != 9 {
		t.Errorf("%d faults:\n%v", len(faults), err)
	}
}

func TestWhatIsRightCompiles(t *testing.T) {
	for name, section := range map[string]policy.Tokens{
		"nothing":               {},
		"everything":            everything,
		"depth 5":               userID(policy.Claim{Name: "a", Value: nested(5)}),
		"empty string and list": userID(policy.Claim{Name: "a", Value: ""}, policy.Claim{Name: "b", Value: []any{}}),
		"same name, two tokens": {User: policy.Profile{
			ID:     policy.Token{Claims: []policy.Claim{{Name: "a", Value: 1}}},
			Access: policy.Token{Claims: []policy.Claim{{Name: "A", Value: 1}}},
		}},
		"OIDC scalar in ID":  userID(policy.Claim{Name: "email_verified", Value: true}, policy.Claim{Name: "address", From: "authz.tenant"}),
		"OIDC list, access":  userAccess(policy.Claim{Name: "address", Value: []any{"x"}}),
		"scopes by case":     userScopes("a", "A", "openid", "https://api.example.com/orders.read", "my.aws.cognito.x", "!~"),
		"longest scope":      userScopes(strings.Repeat("s", maxScopeBytes)),
		"as many as allowed": userID(many(mostAdded)...),
	} {
		if _, err := Compile(section); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestThePolicySharesNoMemoryWithTheDocument(t *testing.T) {
	list, scopes := []any{"a"}, []string{"orders/read"}
	section := userAccess(policy.Claim{Name: "x", Value: list})
	section.User.Access.Scopes = scopes
	p := compiled(t, section)
	before := string(p.For(person("3", nil)).Response("3"))
	list[0], scopes[0], section.User.Access.Claims[0].Name = "b", "admin", "sub"
	if after := string(p.For(person("3", nil)).Response("3")); after != before {
		t.Errorf("before %s\nafter  %s", before, after)
	}
}
