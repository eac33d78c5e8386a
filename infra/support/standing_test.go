package support

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

func TestARuleStandsAsStrictlyAsItIsMeant(t *testing.T) {
	for want, rule := range map[string]any{
		"enforce, judges self, at sign-up only":                            &policy.Email{},
		"enforce, judges admin, at sign-up only":                           &policy.Email{Rule: policy.Rule{Mode: policy.Enforce, AppliesTo: []policy.Origin{policy.Admin}}},
		"observe: it refuses nobody, judges self, at sign-up only":         &policy.Domains{Rule: policy.Rule{Mode: policy.Observe}},
		"off: it refuses nobody, judges self, at sign-up only":             &policy.Attributes{Rule: policy.Rule{Mode: policy.Off}},
		"enforce, judges self, at a token too: takes out what was granted": &policy.Email{Held: policy.Held{Holds: policy.HoldsAtToken}},
		"enforce, judges self, at a token too: refuses it":                 &policy.Email{Held: policy.Held{Holds: policy.HoldsAtToken, AtToken: policy.Refuse}},
		"enforce, judges self, at a token too: observes it":                &policy.Email{Held: policy.Held{Holds: policy.HoldsAtToken, AtToken: policy.OnlyObserve}},
		"observe: it refuses nobody, judges self, at a token too":          &policy.Email{Rule: policy.Rule{Mode: policy.Observe}, Held: policy.Held{Holds: policy.HoldsAtToken}},
		"enforce, judges self":                                             &policy.Username{},
		"enforce":                                                          &policy.Providers{},
		"open: it refuses nobody, judges self":                             &policy.Access{},
		"closed, judges external":                                          &policy.Access{Mode: policy.AccessClosed, AppliesTo: []policy.Origin{policy.External}},
		"invite, judges self":                                              &policy.Access{Mode: policy.AccessInvite},
		"closed, observed: it refuses nobody, judges self":                 &policy.Access{Mode: policy.AccessClosed, Observe: true},
	} {
		if got := standing(rule); got != want {
			t.Errorf("%+v: got %s, want %s", rule, got, want)
		}
	}
}
