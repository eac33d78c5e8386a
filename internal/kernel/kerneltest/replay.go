package kerneltest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

var update = flag.Bool("update", false, "rewrite the golden answers of events/")

// Invoker is the chain that a function's main starts.
type Invoker interface {
	Invoke(ctx context.Context, event []byte) ([]byte, error)
}

// Case is one event of events/.
type Case struct {
	Name  string
	Event []byte
	path  string
}

// Cases reads the events of a folder, sorted by name.
func Cases(t testing.TB, folder string) []Case {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []Case
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		if strings.HasSuffix(name, ".want") || strings.HasSuffix(name, ".rows") {
			continue
		}
		cases = append(cases, Case{name, read(t, path), strings.TrimSuffix(path, ".json")})
	}
	if len(cases) == 0 {
		t.Fatalf("%s has no events", folder)
	}
	return cases
}

// Replay runs every event of a folder through a new chain, compares the answer with
// the golden one, and runs the event again with foreign members, again through a new
// chain.
func Replay(t *testing.T, folder string, sources []cognito.Source, newChain func(t *testing.T) Invoker) {
	cases := Cases(t, folder)
	for _, source := range sources {
		if !slices.ContainsFunc(cases, func(c Case) bool { return bytes.Contains(c.Event, []byte(`"`+string(source)+`"`)) }) {
			t.Errorf("%s has no event of %s", folder, source)
		}
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			answer, refused := Answer(t, newChain(t), c.Event)
			c.Golden(t, "want", answer)
			if !refused {
				SameOutsideResponse(t, c.Event, answer)
			}
			if !json.Valid(c.Event) {
				return
			}
			foreign := WithForeignMembers(c.Event)
			again, refusedAgain := Answer(t, newChain(t), foreign)
			if refused != refusedAgain || refused && !bytes.Equal(answer, again) {
				t.Errorf("foreign members changed the answer to %s", again)
			}
			if !refused {
				SameOutsideResponse(t, foreign, again)
			}
		})
	}
}

// Golden compares got with the case's golden file of that kind; with -update it
// writes the file.
func (c Case) Golden(t testing.TB, kind string, got []byte) {
	t.Helper()
	path := c.path + "." + kind + ".json"
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("no golden answer (go test -update writes one): %v", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", filepath.Base(path), got, want)
	}
}

// Answer returns what the function sends to Lambda: its reply, or the error in
// Lambda's form. Any error but a deny.Refusal fails the test, because Cognito would
// show its text.
func Answer(t testing.TB, chain Invoker, event []byte) (answer []byte, refused bool) {
	t.Helper()
	reply, err := chain.Invoke(t.Context(), event)
	if err == nil {
		return reply, false
	}
	refusal, ok := errors.AsType[deny.Refusal](err)
	if !ok {
		t.Fatalf("the chain let out %T: %v", err, err)
	}
	answer = encode(t, map[string]string{"errorMessage": refusal.Sentence, "errorType": "Refusal"})
	return append(answer, '\n'), true
}

// SameOutsideResponse fails the test unless the reply has the event's members, byte
// for byte, except response.
func SameOutsideResponse(t testing.TB, event, reply []byte) {
	t.Helper()
	if bytes.Equal(event, reply) {
		return
	}
	var before, after map[string]json.RawMessage
	if err := json.Unmarshal(event, &before); err != nil {
		t.Fatalf("an event that is no JSON must return as it came, got %s", reply)
	}
	if err := json.Unmarshal(reply, &after); err != nil {
		t.Fatalf("the reply is no JSON: %v: %s", err, reply)
	}
	var response map[string]json.RawMessage
	if err := json.Unmarshal(after["response"], &response); err != nil || response == nil {
		t.Errorf("the response is no object: %s", after["response"])
	}
	delete(before, "response")
	delete(after, "response")
	if len(before) != len(after) {
		t.Errorf("the event has %d members beside response, the reply %d", len(before), len(after))
	}
	for name, value := range before {
		if !bytes.Equal(value, after[name]) {
			t.Errorf("%s: the event has %s, the reply %s", name, value, after[name])
		}
	}
}
