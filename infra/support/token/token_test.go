package token

import (
	"encoding/base64"
	"reflect"
	"strings"
	"testing"
)

func part(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func TestATokenIsReadWithoutItsSignature(t *testing.T) {
	got, err := Decode(" " + part(`{"kid":"k"}`) + "." + part(`{"n":12345678901234567890}`) + ".secret\n")
	if err != nil || got.Header["kid"] != "k" || reflect.ValueOf(got.Claims["n"]).String() != "12345678901234567890" {
		t.Errorf("got %v, %v", got, err)
	}
	object := part("{}")
	for _, wrong := range []string{"", "a", object + "." + object, object + "." + part("null") + ".", object + ".!.", part("[]") + "." + object + "."} {
		if got, err := Decode(wrong); err == nil || wrong != "" && strings.Contains(err.Error(), wrong+".") {
			t.Errorf("%q: %v, %v", wrong, got, err)
		}
	}
}

func TestChangesAreReadInEachVersionOfTheAnswer(t *testing.T) {
	id, access := ChangesOf([]byte(`{"response": {"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": "1"}, "claimsToSuppress": ["b"], "groupOverrideDetails": {"groupsToOverride": []}}}}`))
	if !id.Adds("a") || id.Adds("b") || !id.Adds("cognito:groups") || id.Adds("cognito:username") || !reflect.DeepEqual(id.Suppressed, []string{"b"}) || access.Adds("a") {
		t.Errorf("version 1: %+v, %+v", id, access)
	}
	id, access = ChangesOf([]byte(`{"response": {"claimsAndScopeOverrideDetails": {"idTokenGeneration": {"claimsToAddOrOverride": {"a": [1]}}, "accessTokenGeneration": {"scopesToAdd": ["x"], "scopesToSuppress": ["y"]}, "groupOverrideDetails": null}}}`))
	if !id.Adds("a") || id.Adds("cognito:groups") || Scopes("z x", access.ScopesAdded, access.ScopesSuppressed) != "z +x -y" {
		t.Errorf("version 2: %+v, %+v", id, access)
	}
	if id, access = ChangesOf([]byte("no")); id.Adds("a") || access.Adds("a") {
		t.Errorf("no answer: %+v, %+v", id, access)
	}
}
