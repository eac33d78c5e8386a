package check_test

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/check"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

func TestAMadeHashIsImportedAsItIsAndFitsItsPasswordAlone(t *testing.T) {
	for _, algorithm := range check.Imported() {
		stored, err := check.Make(algorithm, "Throw-away-1")
		if err != nil {
			t.Fatal(err)
		}
		h, err := hash.Parse(stored)
		if err != nil {
			t.Fatalf("%s: %v", algorithm, err)
		}
		if in, err := h.Convert(); err != nil || in != (hash.Imported{Algorithm: algorithm, Encoded: stored}) {
			t.Errorf("%s: %+v, %v", algorithm, in, err)
		}
		for password, want := range map[string]bool{"Throw-away-1": true, "Throw-away-2": false} {
			if fits, err := check.Password(h, password, check.Keys{}); fits != want || err != nil {
				t.Errorf("%s, %s: %v, %v", algorithm, password, fits, err)
			}
		}
		if algorithm == "PBKDF2_SHA256" && !strings.Contains(stored, ".") {
			t.Error("PBKDF2_SHA256 has no dot")
		}
	}
	if _, err := check.Make("MD5", "x"); err == nil {
		t.Error("MD5 is made")
	}
}
