package main

import (
	"fmt"
	"strings"
	"testing"
)

// Post authentication runs before the tokens are decided, and does not read AUTHZ: the
// sign-in of a suspended user counts, and brings no token.
func TestR50_ASignInThatIsThenRefusedIsCounted(t *testing.T) {
	t.Parallel()
	cloud, j := running(t, local(t))
	walk(t.Context(), t, j,
		"Ada signs up", "Ada confirms the code from the mail", "the team's server grants Ada a role in two tenants", "the team's server suspends Ada")
	_, err := byTitle(j)["Ada signs in"].Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "PreTokenGeneration failed with error This account is disabled") {
		t.Errorf("the sign-in of a suspended user: %v", err)
	}
	if err := cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	row, err := j.Row(t.Context(), j.Subs()["Ada"], "SIGNIN")
	if err != nil || fmt.Sprint(row["signInCount"]) != "1" || row["lastSignInAt"] == nil {
		t.Errorf("SIGNIN: %v, %v", row, err)
	}
}
