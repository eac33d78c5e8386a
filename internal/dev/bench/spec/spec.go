// Package spec reads the events and the policy in events/, for the benchmark.
package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
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

// WritePolicy writes the policy of events/ into a function's folder, with the
// sections that the deployed function has.
func WritePolicy(root, dir, function string) error {
	text, err := os.ReadFile(filepath.Join(root, "events", "policy.json"))
	if err != nil {
		return fmt.Errorf("reading the policy: %w", err)
	}
	document, err := policy.Decode(text)
	if err != nil {
		return fmt.Errorf("reading the policy: %w", err)
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
