package check_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/check"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

// made is the kind, and the lengths of salt and sum, of what Make makes.
var made = map[string]struct {
	kind      string
	salt, sum int
}{"BCRYPT": {"bcrypt:4", 0, 0}, "SCRYPT": {"cognito-scrypt:1024,8,1", 16, 32}, "ARGON2ID": {"argon2id:64,1,1", 16, 32}, "PBKDF2_SHA256": {"pbkdf2-sha256:1000", 16, 32}}

func TestAMadeHashIsImportedAsItIsAndFitsItsPasswordAlone(t *testing.T) {
	for algorithm, want := range made {
		for range 4 {
			stored, err := check.Make(algorithm, "Throw-away-1")
			h, parseErr := hash.Parse(stored)
			if err != nil || parseErr != nil || h.String() != want.kind || len(h.Salt) != want.salt || len(h.Sum) != want.sum {
				t.Fatalf("%s: got %s, %v, %v", algorithm, h, err, parseErr)
			}
			if in, err := h.Convert(); err != nil || in != (hash.Imported{Algorithm: algorithm, Encoded: stored}) {
				t.Errorf("%s: %+v, %v", algorithm, in, err)
			}
			for password, want := range map[string]bool{"Throw-away-1": true, "Throw-away-2": false} {
				if fits, err := check.Password(h, password, check.Keys{}); fits != want || err != nil {
					t.Errorf("%s, %s: %v, %v", algorithm, password, fits, err)
				}
			}
		}
	}
	for range 50 { // a third of the texts would have no dot by chance
		if stored, _ := check.Make("PBKDF2_SHA256", "x"); !strings.Contains(stored, ".") {
			t.Error("PBKDF2_SHA256 has no dot")
		}
	}
	if got := slices.Sorted(slices.Values(hash.Algorithms())); !slices.Equal(got, slices.Sorted(maps.Keys(made))) {
		t.Errorf("hashes are made of %v", got)
	}
}

func TestWhatCannotBeMadeIsAnError(t *testing.T) {
	if _, err := check.Make("MD5", "x"); err == nil || !strings.Contains(err.Error(), `"MD5"`) {
		t.Errorf("MD5: %v", err)
	}
	if _, err := check.Make("BCRYPT", strings.Repeat("x", 73)); !errors.Is(err, bcrypt.ErrPasswordTooLong) {
		t.Errorf("73 bytes: %v", err)
	}
}
