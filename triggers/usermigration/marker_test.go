package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/webhook"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// marker is a password that no other text has. JSON writes it as it is.
const marker = "M4rk3r-pa55word-xyzzy"

// forms are the writings of the marker that would give it away.
func forms() []string {
	return []string{
		marker, hex.EncodeToString([]byte(marker)), base64.StdEncoding.EncodeToString([]byte(marker))[:24], strings.ToUpper(marker), "xyzzy", "M4rk3r",
	}
}

func leaks(text string) string {
	for _, form := range forms() {
		if strings.Contains(text, form) {
			return form
		}
	}
	return ""
}

func marked(source, name string) []byte {
	text, _ := json.Marshal(map[string]any{
		"version": "1", "triggerSource": source, "userPoolId": kerneltest.Pool, "userName": name, "callerContext": map[string]string{"clientId": "web"},
		"request": map[string]any{"password": marker, "userAttributes": nil}, "response": map[string]any{},
	})
	return text
}

// failing fails, or panics, with the password in its hands.
type failing struct {
	migration.Store
	how string
}

func (f failing) check(h hash.Hash, password string) (bool, error) {
	switch f.how {
	case "panic":
		panic("checking " + password)
	case "panic with a value":
		panic(struct{ password string }{password})
	case "error":
		return false, fmt.Errorf("checking %q", password)
	case "right":
		return true, nil
	}
	return keys{Pepper: "pepper"}.check(h, password)
}

// TestR102_ThePasswordIsInNothingThatIsWritten plants a password, lets the function answer, fail
// and panic with it, and looks for it in the log, the errors and what a verdict and a view print.
// The reply is the event, to Cognito alone.
func TestR102_ThePasswordIsInNothingThatIsWritten(t *testing.T) {
	for _, how := range []string{"", "right", "error", "panic", "panic with a value", "dead store"} {
		for _, name := range []string{"ada@example.com", "nobody@example.com", "gus@example.com", "cyd@example.com", marker} {
			for _, source := range append(cognito.UserMigrationSources(), "UserMigration_Other") {
				store := waiting(t)
				if how == "dead store" {
					store.Down(errors.New("down"))
				}
				m, err := migration.Compile(kerneltest.Policy(t, events).Migration, "key", store, failing{how: how}.check, nil)
				if err != nil {
					t.Fatal(err)
				}
				env, log := kerneltest.Environment()
				_, refusal := newChain(env, m).Invoke(t.Context(), marked(string(source), name))
				if form := leaks(log.String() + fmt.Sprint(refusal)); form != "" {
					t.Errorf("%q, %s, %s: %s is in %s, %v", how, name, source, form, log, refusal)
				}
			}
		}
	}
}

// The same for an old app that is down, lies, or repeats what it is sent: and the marker is in
// the body of the one question, which shows that it was there to be found.
func TestR102_AnOldAppLearnsThePasswordAndNobodyElse(t *testing.T) {
	var asked bytes.Buffer
	answers := []func(w http.ResponseWriter, body []byte){
		func(w http.ResponseWriter, body []byte) { _, _ = w.Write(body) },
		func(w http.ResponseWriter, body []byte) { http.Error(w, string(body), http.StatusInternalServerError) },
		func(w http.ResponseWriter, body []byte) {
			w.Header().Set("Location", "/"+marker)
			w.WriteHeader(http.StatusFound)
		},
		func(w http.ResponseWriter, body []byte) {
			_, _ = w.Write(body[:len(body)/2])
			panic(http.ErrAbortHandler)
		},
		func(w http.ResponseWriter, body []byte) { panic(http.ErrAbortHandler) },
	}
	for i, answer := range answers {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			asked.Write(body)
			answer(w, body)
		}))
		server.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(io.Discard, nil), slog.LevelError)
		server.Start()
		section := policy.Migration{OldApp: server.URL}
		old, err := webhook.New(server.URL, []string{"whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 32))})
		if err != nil {
			t.Fatal(err)
		}
		m, err := migration.Compile(section, "key", waiting(t), nil, old)
		if err != nil {
			t.Fatal(err)
		}
		env, log := kerneltest.Environment()
		reply, refusal := newChain(env, m).Invoke(t.Context(), marked(string(cognito.MigrateSignIn), "ada@example.com"))
		if form := leaks(log.String() + fmt.Sprint(refusal)); form != "" || refusal == nil {
			t.Errorf("answer %d: %s is in %s, %v, %s", i, form, log, refusal, reply)
		}
		server.Close()
	}
	if leaks(asked.String()) == "" {
		t.Error("the old app was not asked")
	}
}
