package check

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

type vector struct{ format, password, hash, source string }

// foreign returns the hashes of other libraries, a line each: format, password, hash, and where it
// is from, a foreign test suite or the foreign library itself.
func foreign(t testing.TB) []vector {
	t.Helper()
	vectors, err := os.ReadFile("../hash/testdata/vectors.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	for line := range bytes.Lines(vectors) {
		var v [4]string
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, vector{v[0], v[1], v[2], v[3]})
	}
	return all
}

func TestR100_EveryFormatChecksThePasswordsOfOtherLibraries(t *testing.T) {
	seen := map[string]int{}
	for _, v := range foreign(t) {
		h, err := hash.Parse(v.hash)
		if err != nil || h.Kind.Format != v.format {
			t.Errorf("%s of %s: got %s, %v", v.format, v.source, h, err)
			continue
		}
		seen[v.format]++
		if fits, err := Password(h, v.password, Keys{}); !fits || err != nil {
			t.Errorf("%s of %s: the password: got %v, %v", v.format, v.source, fits, err)
		}
		if len(v.password) >= most || h.Cost().CPU > 20 {
			continue // bcrypt reads no more; and a check of a costly one shows as much
		}
		if fits, err := Password(h, v.password+"x", Keys{}); fits || err != nil {
			t.Errorf("%s of %s: another password: got %v, %v", v.format, v.source, fits, err)
		}
	}
	for _, format := range hash.Formats() {
		if seen[format] < 3 {
			t.Errorf("%s has %d vectors, want 3", format, seen[format])
		}
	}
}
