package signup_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// TestR65_WhatEveryRuleSaysMakesTheVerdict composes the verdict of what Ask returns.
func TestR65_WhatEveryRuleSaysMakesTheVerdict(t *testing.T) {
	form.Check(t, 100, 500, 20_000, func(t *rapid.T) {
		p, a := compile(t, sections(t)), applicants(t)
		var want signup.Verdict
		for _, answer := range signup.Ask(p, a) {
			switch code := answer.Objection.Code; {
			case answer.Objection == deny.Refusal{}:
			case !answer.Judges || answer.Mode == policy.Off:
				t.Fatalf("%+v objects", answer)
			case answer.Mode == policy.Observe && !slices.Contains(want.Observed, code):
				want.Observed = append(want.Observed, code)
			case answer.Mode != policy.Observe && !want.Refused():
				want.Refusal, want.Rule = answer.Objection, answer.Rule
			}
			want.Confirm = want.Confirm || answer.Confirms
		}
		want.Confirm = want.Confirm && !want.Refused()
		if got := p.Check(a); !reflect.DeepEqual(got, want) {
			t.Fatalf("Check returns %+v, the rules say %+v", got, want)
		}
	})
}

// TestR65_AnExceptionSaysWhetherItConfirms asks a policy with and without the exception.
func TestR65_AnExceptionSaysWhetherItConfirms(t *testing.T) {
	section := denying("bad.example")
	section.AutoConfirm = &policy.AutoConfirm{Origins: []policy.Origin{policy.Self}, Domains: []string{"ok.example"}}
	p := compile(t, section)
	for address, confirms := range map[string]bool{"a@ok.example": true, "a@other.example": false} {
		exceptions := 0
		for _, answer := range signup.Ask(p, by(policy.Self, address)) {
			if answer.Rule == "" {
				t.Errorf("a rule without a name: %+v", answer)
			}
			if answer.Excepts != (answer.Rule == "autoConfirm") || answer.Confirms != (answer.Excepts && confirms) {
				t.Errorf("%s: %+v", address, answer)
			}
			if answer.Excepts {
				exceptions++
			}
		}
		if exceptions != 1 {
			t.Errorf("%d exceptions", exceptions)
		}
	}
}
