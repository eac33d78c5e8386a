// Package spec reads the events and the policy in events/, for the benchmark.
package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Event returns events/<function>/<case>.json as Cognito sends it, without blanks. root
// is the repository's.
func Event(root, function, name string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, "events", function, name+".json"))
	if err != nil {
		return nil, fmt.Errorf("reading an event: %w", err)
	}
	var event bytes.Buffer
	if err := json.Compact(&event, text); err != nil {
		return nil, fmt.Errorf("reading the event %s/%s: %w", function, name, err)
	}
	return event.Bytes(), nil
}

// Digest returns the digest of the PROFILE that the most frequent sign-in finds: one that
// says what its event says.
func Digest(root string) (string, error) {
	event, err := Event(root, "postauthentication", "signed-in")
	if err != nil {
		return "", err
	}
	document, err := readPolicy(root)
	if err != nil {
		return "", err
	}
	mirror, err := users.CompileMirror(document.Mirror)
	if err != nil {
		return "", fmt.Errorf("reading the policy: %w", err)
	}
	parsed, err := cognito.Parse(event)
	if err != nil {
		return "", fmt.Errorf("reading the sign-in: %w", err)
	}
	view, err := parsed.PostAuthentication()
	if err != nil {
		return "", fmt.Errorf("reading the sign-in: %w", err)
	}
	return mirror.Profile(view.UserName, view.Attributes).Digest(), nil
}

func readPolicy(root string) (policy.Document, error) {
	text, err := os.ReadFile(filepath.Join(root, "events", "policy.json"))
	if err != nil {
		return policy.Document{}, fmt.Errorf("reading the policy: %w", err)
	}
	document, err := policy.Decode(text)
	if err != nil {
		return policy.Document{}, fmt.Errorf("reading the policy: %w", err)
	}
	return document, nil
}

// WritePolicy writes the policy of events/ into a function's folder, with the
// sections that the deployed function has.
func WritePolicy(root, dir, function string) error {
	document, err := readPolicy(root)
	if err != nil {
		return err
	}
	section, err := policy.Encode(document, policy.Sections(function)...)
	if err != nil {
		return fmt.Errorf("writing the policy of %s: %w", function, err)
	}
	if err := os.WriteFile(filepath.Join(dir, policy.FileName), section, 0o644); err != nil {
		return fmt.Errorf("writing the policy of %s: %w", function, err)
	}
	return nil
}
