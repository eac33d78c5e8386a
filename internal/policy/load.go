package policy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// hashDigits is how much of the file's SHA-256 names a policy in a log line: 12
// hexadecimal digits, as in git's short hashes.
const hashDigits = 12

// Load reads policy.json in dir (LAMBDA_TASK_ROOT in a function). It returns the document
// and the first 12 hexadecimal digits of the file's SHA-256, which name the policy in log
// lines. required names the sections that the file must have (see Sections); others may
// be absent and are then zero.
//
// It refuses an unknown key, anything after the document, and a file without a required
// section: an incomplete policy must stop the function, not weaken it. The rooms that
// compile a section check what its values mean.
func Load(dir string, required ...string) (doc Document, hash string, err error) {
	path := filepath.Join(dir, FileName)
	text, err := os.ReadFile(path)
	if err != nil {
		return Document{}, "", fmt.Errorf("loading the policy: %w", err)
	}
	doc, err = Decode(text, required...)
	if err != nil {
		return Document{}, "", fmt.Errorf("loading the policy %s: %w", path, err)
	}
	return doc, Hash(text), nil
}

// Hash returns the hash that Load computes of a policy.json.
func Hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:hashDigits]
}

// Decode reads the content of policy.json as Load does. Numbers in a Claim.Value become
// int64 if they are whole and fit, float64 otherwise.
func Decode(text []byte, required ...string) (Document, error) {
	var there map[string]json.RawMessage // unlike a decoder's, this reading refuses what is behind the document
	if err := json.Unmarshal(text, &there); err != nil {
		return Document{}, fmt.Errorf("reading JSON: %w", err)
	}
	for _, section := range required {
		if value := there[section]; value == nil || string(value) == "null" {
			return Document{}, fmt.Errorf("the section %s is missing: build and ship policy.json with Encode", section)
		}
	}
	var doc Document
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	in.UseNumber()
	if err := in.Decode(&doc); err != nil {
		return Document{}, fmt.Errorf("reading JSON: %w", err)
	}
	if err := doc.Tokens.settle(); err != nil {
		return Document{}, err
	}
	return doc, nil
}

// settle converts the numbers in all claim values.
func (t *Tokens) settle() error {
	for _, profile := range t.Profiles {
		for _, token := range []Token{profile.ID, profile.Access} {
			for i := range token.Claims {
				claim := &token.Claims[i]
				value, ok := settled(claim.Value)
				if !ok {
					return fmt.Errorf("the claim %q has a number that cannot be kept exactly", claim.Name)
				}
				claim.Value = value
			}
		}
	}
	return nil
}

// settled converts every json.Number in a value.
func settled(value any) (any, bool) {
	switch v := value.(type) {
	case json.Number:
		return Number(v.String())
	case []any:
		for i := range v {
			var ok bool
			if v[i], ok = settled(v[i]); !ok {
				return nil, false
			}
		}
	case map[string]any:
		for key := range v {
			var ok bool
			if v[key], ok = settled(v[key]); !ok {
				return nil, false
			}
		}
	}
	return value, true
}
