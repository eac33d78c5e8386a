package settings

import (
	"reflect"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// undone returns the warnings of a stage about rules that hold at sign-up only, without
// its path.
func undone(t *testing.T, signUp string) string {
	t.Helper()
	stage, err := LoadStage(stageOf(t, signUp))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range stage.Warnings() {
		if strings.Contains(line, "sign-up only") {
			lines = append(lines, line[strings.Index(line, "bad.yaml"):])
		}
	}
	return strings.Join(lines, "\n")
}

// A rule that may hold at a token names what it looks at, or nothing would warn of it.
func TestR41_EveryRuleThatMayHoldNamesItsAttributes(t *testing.T) {
	for field := range reflect.TypeFor[policy.Rules]().Fields() {
		if _, may := field.Type.Elem().FieldByName("Held"); !may {
			continue
		}
		rule := reflect.New(field.Type.Elem()).Interface()
		if a, ok := rule.(*policy.Attributes); ok {
			a.Required = []string{"name"}
		}
		if len(judged(rule)) == 0 {
			t.Errorf("%s looks at no attribute", field.Name)
		}
	}
}

func TestR41_ARuleThatOneCallUndoesIsWarnedOfWhereItStands(t *testing.T) {
	t.Parallel()
	for signUp, want := range map[string]string{
		"\ndomains: {deny: [mailinator.com]}\n":              `bad.yaml:9: policy.signUp.domains: "email" is judged at sign-up only, and can be written after it by every user; write holds: token beside it, or take self-service away by the line scopes: {suppress: [aws.cognito.signin.user.admin]} below access of a profile for users`,
		"domains: {deny: [mailinator.com], holds: signUp}\n": `bad.yaml:8: policy.signUp.domains: "email" is`,
		"domains: {deny: [mailinator.com], mode: observe}\n": `bad.yaml:8: policy.signUp.domains: "email" is`,
		"phone: {}\n": `bad.yaml:8: policy.signUp.phone: "phone_number" is judged at sign-up only, and can be written after it by every user; write holds`,
		"attributes: {required: [name], values: {locale: {maxLength: 9}}}\n": `bad.yaml:8: policy.signUp.attributes: "locale" is judged at sign-up only, and can be written after it by the users of the stack's app clients; write holds`,
		"clients:\n  1example2client3id4web5app: {disposable: {}}\n":         `bad.yaml:9: policy.signUp.clients.1example2client3id4web5app.disposable: "email" is judged at sign-up only, and can be written after it by every user; write the rule in policy.signUp, with holds: token`,

		"domains: {deny: [mailinator.com], holds: token}\n": "",
		"domains: {deny: [mailinator.com], mode: off}\n":    "",
		"username: {minLength: 3}\n":                        "",
		"{}\n":                                              "",
	} {
		if got := undone(t, signUp); want == "" && got != "" || !strings.HasPrefix(got, want) {
			t.Errorf("%s:\ngot  %s\nwant %s", signUp, got, want)
		}
	}
	if got := undone(t, "attributes: {required: [name], values: {locale: {maxLength: 9}, name: {maxLength: 9}}}\n"); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"name"`) {
		t.Errorf("two attributes: %s", got)
	}
}

// Where no token of a user may change its own user, nothing undoes a rule.
func TestR41_WithoutSelfServiceNothingIsUndone(t *testing.T) {
	t.Parallel()
	away := policy.Profile{Access: policy.Token{Scopes: policy.Scopes{Suppress: []string{cognito.SelfService, "phone"}}}}
	machines := policy.Profile{Machine: true}
	s := sound()
	s.Policy.SignUp.Domains = &policy.Domains{Deny: []string{"mailinator.com"}}
	for want, profiles := range map[string]map[string]policy.Profile{
		"":  {"app": away},
		" ": {"app": away, "service": machines},
		"below access of each of the profiles kiosk":       {"app": away, "batch": machines, "kiosk": {}},
		"below access of each of the profiles desk, kiosk": {"app": away, "kiosk": {}, "desk": {}},
		"below access of each of the profiles app":         {"app": {ID: policy.Token{Suppress: []string{"picture"}}}},
		"below access of a profile for users":              {"service": machines},
	} {
		s.Policy.Tokens.Profiles = profiles
		if got := s.undone(Given{}); strings.TrimSpace(want) == "" && got != nil || !strings.HasSuffix(got.Error(), strings.TrimSpace(want)) {
			t.Errorf("%v: %v, want %q", profiles, got, want)
		}
	}
	s.TokenVersion, s.Policy.Tokens.Profiles = V1_0, map[string]policy.Profile{"app": away}
	if got := s.undone(Given{}); !strings.HasSuffix(got.Error(), "write holds: token beside it (tokenVersion V1_0 cannot take self-service away)") {
		t.Errorf("V1_0: %v", got)
	}
}

// What is immutable does not change after sign-up.
func TestR41_WhatIsImmutableIsNotUndone(t *testing.T) {
	t.Parallel()
	s := &Settings{}
	s.Policy.SignUp.Attributes = &policy.Attributes{Required: []string{"custom:plan", "custom:role"}}
	if got := s.undone(Given{Pool: true, Immutable: []string{"custom:plan"}}); len(got) != 1 || !strings.Contains(got[0].Problem, "custom:role") {
		t.Errorf("got %v", got)
	}
}
