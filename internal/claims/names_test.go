package claims

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// reservedNames are the names in the developer guide's table of claims that no
// trigger may set by claimsToAddOrOverride, with members of both prefixes.
var reservedNames = []string{
	"acr", "amr", "at_hash", "aud", "auth_time", "azp", "client_id", "device_key",
	"event_id", "exp", "iat", "identities", "iss", "jti", "nbf", "nonce",
	"origin_jti", "scope", "sub", "token_use", "username", "version",
	"cognito:", "cognito:default_role", "cognito:email_alias", "cognito:groups",
	"cognito:mfa_enabled", "cognito:phone_number_alias", "cognito:preferred_role",
	"cognito:roles", "cognito:token_nbf", "cognito:user_status", "cognito:username",
	"dev:", "dev:custom:role", "dev:email", "dev:x",
}

// spellings returns a name in several ASCII cases.
func spellings(name string) []string {
	alternating := []byte(name)
	for i := 0; i < len(alternating); i += 2 {
		alternating[i] = bytes.ToUpper(alternating[i : i+1])[0]
	}
	return []string{name, strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:], string(alternating)}
}

func TestR12_ReservedNamesAreRefusedWhenCompiled(t *testing.T) {
	for _, name := range reservedNames {
		for _, spelled := range spellings(name) {
			for path, section := range declared(spelled) {
				_, err := Compile(section)
				var faults policy.Faults
				if !errors.As(err, &faults) || len(faults) != 1 || faults[0].Path != path+".claims[0].name" ||
					!strings.Contains(faults[0].Problem, "belongs to Cognito") {
					t.Errorf("%s in %s: %v", spelled, path, err)
				}
			}
		}
	}
}

// declared declares a claim in each place that takes claims.
func declared(name string) map[string]policy.Tokens {
	with := policy.Token{Claims: []policy.Claim{{Name: name, Value: "x"}}}
	return map[string]policy.Tokens{
		"profiles.p.id":     one(policy.Profile{ID: with}),
		"profiles.p.access": one(policy.Profile{Access: with}),
		"profiles.m.access": {Profiles: map[string]policy.Profile{"m": {Machine: true, Access: with}}},
	}
}

func TestR12_ReservedNamesOfARowAreNeverSaid(t *testing.T) {
	p := compiled(t, everything)
	for _, name := range reservedNames {
		for _, spelled := range spellings(name) {
			row := &table.Authz{Extra: map[string]any{spelled: "forged", "plan": "gold"}}
			for _, version := range []string{"1", "2", "3"} {
				grant := p.grant(user(version, row))
				if reply := grant.Response(version); bytes.Contains(reply, []byte("forged")) ||
					!bytes.Contains(reply, []byte("gold")) {
					t.Errorf("%s in version %s: %s", spelled, version, reply)
				}
				if !dropped(grant, ID, spelled, ReservedName) || !dropped(grant, Access, spelled, ReservedName) {
					t.Errorf("%s in version %s is not noted: %v", spelled, version, grant.Dropped)
				}
			}
		}
	}
}

func TestR12_ReservedNamesOfAForeignGrantAreNeverWritten(t *testing.T) {
	for _, name := range reservedNames {
		for _, spelled := range spellings(name) {
			grant := Grant{ID: only(NamedClaim{Name: spelled, Value: "forged"}), Access: only(NamedClaim{Name: spelled, Value: "forged"})}
			grant.Access.ScopesToAdd = []string{"aws.cognito.signin.user.admin"}
			for _, version := range []string{"1", "2", "3"} {
				if reply := grant.Response(version); reply != nil {
					t.Errorf("%s in version %s: %s", spelled, version, reply)
				}
			}
		}
	}
}

// A name that makes Verified Permissions fail is refused where a policy declares it and
// where a row is written, dropped from a row made by hand, and never emitted.
func TestR46_NamesThatBreakVerifiedPermissionsAreRefusedEverywhere(t *testing.T) {
	p := compiled(t, everything)
	for _, name := range []string{"cognito", "dev", "custom"} {
		for _, spelled := range spellings(name) {
			for path, section := range declared(spelled) {
				_, err := Compile(section)
				var faults policy.Faults
				if !errors.As(err, &faults) || len(faults) != 1 || faults[0].Path != path+".claims[0].name" ||
					!strings.Contains(faults[0].Problem, "Verified Permissions") {
					t.Errorf("%s in %s: %v", spelled, path, err)
				}
			}
			from := one(policy.Profile{ID: policy.Token{Claims: []policy.Claim{{Name: "x", From: "authz.extra." + spelled}}}})
			if _, err := Compile(from); err == nil {
				t.Errorf("%s may be a source", spelled)
			}
			if problem := NameProblem(spelled); !strings.Contains(problem, "Verified Permissions") {
				t.Errorf("a row may have %s: %q", spelled, problem)
			}
			forged := only(NamedClaim{Name: spelled, Value: "forged"})
			for _, version := range versions {
				grant := p.grant(user(version, &table.Authz{Extra: map[string]any{spelled: "forged", "plan": "gold"}}))
				if reply := grant.Response(version); bytes.Contains(reply, []byte("forged")) || !bytes.Contains(reply, []byte("gold")) ||
					!dropped(grant, ID, spelled, ReservedName) || !dropped(grant, Access, spelled, ReservedName) {
					t.Errorf("%s of a row in version %s: %s", spelled, version, reply)
				}
				if reply := (Grant{ID: forged, Access: forged}).Response(version); reply != nil {
					t.Errorf("%s in version %s: %s", spelled, version, reply)
				}
			}
		}
	}
}

func TestOtherNamesAreNotReserved(t *testing.T) {
	for _, name := range []string{
		"roles", "subject", "su", "iss2", "cognito_groups", "mycognito:groups", "developer", "customs",
		"custom:plan", "email", "https://example.com/claims/sub", "client-id", "scopes", "~", "!",
	} {
		for _, spelled := range spellings(name) {
			for path, section := range declared(spelled) {
				if _, err := Compile(section); err != nil {
					t.Errorf("%s in %s: %v", spelled, path, err)
				}
			}
		}
	}
}

// Some readers take these for other names: see usableName.
var unusableNames = []string{
	"", " ", "a b", "a\tb", "a\x00", "a\x7f", "\x1b[1m", "a\"b", `a\b`, "rôles", "\u017fub",
	"to\u212aen_use", "\u212aind", "sub\u200b", "sub\u00a0", "a\xff", strings.Repeat("n", maxNameBytes+1),
}

func TestNamesThatCouldBeTakenForOthersAreRefused(t *testing.T) {
	p := compiled(t, everything)
	for _, name := range unusableNames {
		for path, section := range declared(name) {
			if _, err := Compile(section); err == nil || !strings.Contains(err.Error(), path+".claims[0].name: ") {
				t.Errorf("%q in %s: %v", name, path, err)
			}
		}
		grant := p.grant(user("3", &table.Authz{Extra: map[string]any{name: "forged"}}))
		if reply := grant.Response("3"); bytes.Contains(reply, []byte("forged")) || !dropped(grant, ID, name, UnusableName) {
			t.Errorf("%q: %s, dropped %v", name, reply, grant.Dropped)
		}
	}
	for _, name := range unusableNames {
		forged := only(NamedClaim{Name: name, Value: "forged"})
		if reply := (Grant{ID: forged, Access: forged}).Response("3"); reply != nil {
			t.Errorf("%q of a foreign grant: %s", name, reply)
		}
	}
	longest := strings.Repeat("n", maxNameBytes)
	if reply := p.grant(user("3", &table.Authz{Extra: map[string]any{longest: "x"}})).Response("3"); !bytes.Contains(reply, []byte(longest)) {
		t.Errorf("a name of %d bytes is not said", maxNameBytes)
	}
}

// Names are ASCII because Go's own decoder takes some letters beyond ASCII for ASCII
// ones.
func TestAReaderTakesTheLongSForAnS(t *testing.T) {
	var read struct {
		Sub string `json:"sub"`
	}
	if err := json.Unmarshal([]byte(`{"ſub":"forged"}`), &read); err != nil || read.Sub != "forged" {
		t.Errorf("encoding/json read %q, %v: the rule may be dropped", read.Sub, err)
	}
}

// only returns changes of a token with these claims alone.
func only(claims ...NamedClaim) Changes { return Changes{Claims: claims} }

// dropped reports whether a grant lists a drop.
func dropped(grant Grant, kind Token, name string, reason Reason) bool {
	for _, drop := range grant.Dropped {
		if drop == (Drop{kind, name, reason}) {
			return true
		}
	}
	return false
}
