package kerneltest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Pool is the user pool of the specification's events.
const Pool = "eu-west-1_Ex4mpl3Id"

// Clock returns the time of every event of the specification.
func Clock() time.Time { return time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC) }

// Environment returns a chain's environment under Clock, and the log that it writes
// to.
func Environment() (kernel.Environment, *bytes.Buffer) {
	var out bytes.Buffer
	return kernel.Environment{Timeout: 4 * time.Second, Now: Clock, Log: kernel.NewLog(&out)}, &out
}

// Policy reads events/policy.json, the policy of the golden answers.
func Policy(t testing.TB, events string) policy.Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(events, "policy.json"))
	if err != nil {
		t.Fatal(err)
	}
	document, err := policy.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// Authz reads events/authz.json, the AUTHZ rows of the golden answers, by sub.
func Authz(t testing.TB, events string) map[string]table.Authz {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(events, "authz.json"))
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var read map[string]struct {
		table.Authz
		Extra map[string]any
	}
	if err := decoder.Decode(&read); err != nil {
		t.Fatal(err)
	}
	rows := make(map[string]table.Authz, len(read))
	for sub, row := range read {
		row.Authz.Extra = row.Extra
		rows[sub] = row.Authz
	}
	return rows
}

// WritePolicy puts a policy.json into a function's folder.
func WritePolicy(t testing.TB, dir string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, policy.FileName), text, 0o644); err != nil {
		t.Fatal(err)
	}
}
