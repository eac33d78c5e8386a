package policy_test

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// A name of a file reaches the terminal of whoever deploys.
func TestAFaultIsOneLineThatATerminalDoesNotObey(t *testing.T) {
	t.Parallel()
	for fault, want := range map[policy.Fault]string{
		{Path: "a", Problem: "is Ünknown → é"}:                "a: is Ünknown → é",
		{Path: "a", Problem: "is missing", Fix: "add it"}:     "a: is missing; add it",
		{Path: "a[\"\x1b[2Jé\"]", Problem: "is not a key"}:    `a["\x1b[2Jé"]: is not a key`,
		{Path: "a", Problem: "\u202eb", Fix: "c\nd\u00a0'e'"}: `a: \u202eb; c\nd\u00a0'e'`,
	} {
		if got := fault.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
