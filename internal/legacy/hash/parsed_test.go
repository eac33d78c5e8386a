package hash

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden file")

// foreign returns the hashes of other libraries. Package check checks their passwords.
func foreign(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range bytes.Lines(text) {
		var v [4]string
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v[2])
	}
	return all
}

// Package check shows that these are the right bytes: their passwords fit.
func TestEveryForeignHashIsTakenApartAsRecorded(t *testing.T) {
	got := &strings.Builder{}
	for _, text := range foreign(t) {
		h, err := Parse(text)
		way, why := h.Way()
		as, convertErr := h.Convert()
		dummy := Dummy(h.Kind, []byte("a seed"))
		fmt.Fprintf(got, "%s\n  %s, %s %s, %v: %q %x %x, %v: %s, %v\n", text, h, h.Algorithm, h.Digest, h.Before, h.Text, h.Salt, h.Sum, way, why, err)
		fmt.Fprintf(got, "  %s %s %v\n  %q %x %x\n", as.Algorithm, as.Encoded, convertErr, dummy.Text, dummy.Salt, dummy.Sum)
	}
	const golden = "testdata/parsed.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got.String() != string(want) {
		t.Errorf("%s differs (%v): run go test ./internal/legacy/hash -update and read the difference", golden, err)
	}
}
