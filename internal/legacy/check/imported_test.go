package check

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"testing"

	"github.com/go-crypt/crypt"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

// imported are the hashes of foreign that Cognito imports, a line each: hash, algorithm,
// what it is converted to, and by what its password was checked against that, and another
// password refused.
//
//go:embed testdata/imported.jsonl
var imported []byte

func TestR101_EveryConversionIsWhatAnotherImplementationVerified(t *testing.T) {
	verified := map[string][2]string{}
	for line := range bytes.Lines(imported) {
		var l [4]string
		if err := json.Unmarshal(line, &l); err != nil || l[3] == "" {
			t.Fatal(err, l)
		}
		verified[l[0]] = [2]string{l[1], l[2]}
	}
	formats := map[string]bool{}
	for _, v := range foreign(t) {
		h, _ := hash.Parse(v.hash)
		way, why := h.Way()
		got, err := h.Convert()
		want, isThere := verified[v.hash]
		if isThere != (way <= hash.Convert) || isThere != (err == nil) || isThere != (why == "" || way == hash.Convert) {
			t.Errorf("%s of %s is verified: %v; it is %v: %s, %v", h, v.source, isThere, way, why, err)
		}
		if got.Algorithm != want[0] || got.Encoded != want[1] {
			t.Errorf("%s of %s: got %+v, want %v", h, v.source, got, want)
		}
		if isThere {
			formats[v.format] = true
		}
		if isThere && h.Cost().CPU < 20 {
			verify(t, got, v.password)
		}
	}
	if len(formats) != 12 {
		t.Errorf("%d formats come along by an import: %v", len(formats), formats)
	}
}

// verify asks go-crypt, too; of the costly ones the other implementation is enough.
func verify(t *testing.T, as hash.Imported, password string) {
	t.Helper()
	if as.Algorithm == "SCRYPT" {
		as.Encoded = phc(t, as.Encoded)
	}
	fits, err := crypt.CheckPassword(password, as.Encoded)
	other, otherErr := crypt.CheckPassword("x"+password, as.Encoded)
	if !fits || err != nil || other || otherErr != nil {
		t.Errorf("%s: go-crypt: %v, %v; another password: %v, %v", as.Algorithm, fits, err, other, otherErr)
	}
}

// phc writes Cognito's scrypt as go-crypt reads it.
func phc(t *testing.T, encoded string) string {
	p := strings.Split(encoded, "$")
	n, err := strconv.Atoi(p[0])
	salt, saltErr := hex.DecodeString(p[3])
	sum, sumErr := hex.DecodeString(p[4])
	if err != nil || saltErr != nil || sumErr != nil {
		t.Fatal(err, saltErr, sumErr)
	}
	to := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$scrypt$ln=%d,r=%s,p=%s$%s$%s", bits.Len(uint(n))-1, p[1], p[2], to(salt), to(sum))
}
