package cognito_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// Only the two marks of verified addresses cannot be set through a client (developer
// guide, "Working with user attributes"); six attributes can be searched for (API
// reference, ListUsers).
func TestTheFlagsOfStandardAttributes(t *testing.T) {
	all := cognito.StandardAttributes(0)
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Errorf("not sorted, or one is there twice: %v", all)
	}
	with := func(flags cognito.Flags) []string { return cognito.StandardAttributes(flags) }
	if marks := slices.DeleteFunc(all, func(name string) bool { return slices.Contains(with(cognito.Writable), name) }); !reflect.DeepEqual(marks, []string{"email_verified", "phone_number_verified"}) {
		t.Errorf("not writable: %v", marks)
	}
	if found := with(cognito.Searchable); !reflect.DeepEqual(found, []string{"email", "family_name", "given_name", "name", "phone_number", "preferred_username"}) {
		t.Errorf("searchable: %v", found)
	}
	for _, name := range []string{"sub", "identities", "custom:plan", "username", ""} {
		if cognito.IsStandard(name, 0) {
			t.Errorf("%q is a standard attribute", name)
		}
	}
	if !cognito.IsStandard("email_verified", 0) || cognito.IsStandard("email_verified", cognito.Writable) || cognito.IsStandard("locale", cognito.Writable|cognito.Searchable) {
		t.Error("a flag is not looked at")
	}
}

func TestTheStatusSaysWhetherAProviderBroughtTheUser(t *testing.T) {
	for status, want := range map[string]bool{"EXTERNAL_PROVIDER": true, "CONFIRMED": false, "": false} {
		if got := cognito.Federated(map[string]string{"cognito:user_status": status, "": "EXTERNAL_PROVIDER"}); got != want {
			t.Errorf("%q: %t", status, got)
		}
	}
}
