package kerneltest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Pool is the user pool of the events in events/.
const Pool = "eu-west-1_Ex4mpl3Id"

// Clock returns the time of every event in events/.
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
	document, err := policy.Decode(read(t, events, "policy.json"))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// Clients reads events/clients.json, the token profiles of the app clients of the golden
// answers, by client id.
func Clients(t testing.TB, events string) map[string]string {
	t.Helper()
	var profiles map[string]string
	if err := json.Unmarshal(read(t, events, "clients.json"), &profiles); err != nil {
		t.Fatal(err)
	}
	return profiles
}

// Authz reads events/authz.json, the AUTHZ rows of the golden answers, by sub.
func Authz(t testing.TB, events string) map[string]table.Authz {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(read(t, events, "authz.json")))
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

func read(t testing.TB, path ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// fatal is what encode and decode need of a test.
type fatal interface{ Fatal(...any) }

func encode(t fatal, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func decode(t fatal, text []byte, to any) {
	if err := json.Unmarshal(text, to); err != nil {
		t.Fatal(err)
	}
}

// WritePolicy puts a policy.json into a function's folder.
func WritePolicy(t testing.TB, dir string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, policy.FileName), text, 0o644); err != nil {
		t.Fatal(err)
	}
}
