package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/migration/migrationtest"
	"github.com/cognito-triggers/cognito-triggers/internal/secret"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

const events = "../../events"

// waiting returns a store with the people of events/legacy.json.
func waiting(t testing.TB) *migrationtest.Memory {
	t.Helper()
	text, err := os.ReadFile(events + "/legacy.json")
	if err != nil {
		t.Fatal(err)
	}
	var people map[string]struct {
		table.Legacy
		Moved bool
	}
	if err := json.Unmarshal(text, &people); err != nil {
		t.Fatal(err)
	}
	store, before := new(migrationtest.Memory), kerneltest.Clock().Add(-time.Hour)
	for name, person := range people {
		person.LoadedAt = before
		if _, err := store.Load(t.Context(), kerneltest.Pool, name, person.Legacy); err != nil {
			t.Fatal(err)
		}
		if person.Moved {
			if _, err := store.Prove(t.Context(), kerneltest.Pool, name, "", before); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Moved(t.Context(), kerneltest.Pool, name, "", before); err != nil {
				t.Fatal(err)
			}
		}
	}
	return store
}

func chain(t testing.TB, env kernel.Environment, store migration.Store) *kernel.Chain {
	t.Helper()
	m, err := migration.Compile(kerneltest.Policy(t, events).Migration, "table-1A2B3C", store, keys{}.check, nil)
	if err != nil {
		t.Fatal(err)
	}
	return newChain(env, m)
}

func TestR1_EveryEventOfTheSpecification(t *testing.T) {
	kerneltest.Replay(t, events+"/usermigration", cognito.UserMigrationSources(), func(t *testing.T) kerneltest.Invoker {
		env, _ := kerneltest.Environment()
		return chain(t, env, waiting(t))
	})
}

// The log says what happened, in words of the function alone.
func TestR102_TheLineSaysWhatTheUserIsNotTold(t *testing.T) {
	for name, want := range map[string][]string{
		"right-password":           {`"outcome":"moved"`},
		"wrong-password":           {`"outcome":"wrong"`},
		"unknown-name":             {`"outcome":"nobody"`},
		"weak-password":            {`"outcome":"must reset"`},
		"forgot":                   {`"outcome":"must reset"`},
		"unreadable-hash":          {`"outcome":"degraded"`, `"cause":"hash"`, `"lasting":1`},
		"weak-password-unverified": {`"outcome":"degraded"`, `"cause":"stranded"`},
		"duplicate-password":       {`"outcome":"failed"`, `"code":"sign-in-unavailable"`},
		"unknown-version":          {`"outcome":"unknown"`, `"code":"sign-in-unavailable"`},
	} {
		event, err := os.ReadFile(events + "/usermigration/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		env, log := kerneltest.Environment()
		_, _ = chain(t, env, waiting(t)).Invoke(t.Context(), event)
		for _, word := range want {
			if !strings.Contains(log.String(), word) {
				t.Errorf("%s: %s is not in %s", name, word, log)
			}
		}
	}
}

// A store that is silent or down ends in the sentence, and in time.
func TestR22_ADeadStoreAnswersNobody(t *testing.T) {
	kerneltest.AnswersInTime(t, events+"/usermigration", func(env kernel.Environment) *kernel.Chain {
		return chain(t, env, silent{})
	})
	store := waiting(t)
	store.Down(errors.New("down"))
	for _, c := range kerneltest.Cases(t, events+"/usermigration") {
		env, _ := kerneltest.Environment()
		reply, err := chain(t, env, store).Invoke(t.Context(), c.Event)
		asksNothing := slices.Contains([]string{"no-password", "null-password", "empty-password"}, c.Name)
		if !asksNothing && (err != error(deny.SignInUnavailable) || reply != nil) {
			t.Errorf("%s: %s, %v", c.Name, reply, err)
		}
	}
}

// silent answers no call before the call's context ends.
type silent struct{}

func (silent) Reserve(ctx context.Context, _, _ string, _ time.Time, _ int, _ time.Duration) (bool, error) {
	<-ctx.Done()
	return false, ctx.Err()
}

func (silent) Waiting(ctx context.Context, _, _ string) (table.Legacy, error) {
	<-ctx.Done()
	return table.Legacy{}, ctx.Err()
}

func (silent) Prove(ctx context.Context, _, _, _ string, _ time.Time) (bool, error) {
	<-ctx.Done()
	return false, ctx.Err()
}

// What a caller writes beside the name and the password changes nothing.
func TestR9_CallersDataDecidesNothing(t *testing.T) {
	form.Check(t, 200, 1_000, 50_000, func(rt *rapid.T) {
		c := rapid.SampledFrom(kerneltest.Cases(t, events+"/usermigration")).Draw(rt, "case")
		if strings.HasPrefix(c.Name, "duplicate") {
			return // no reading of it keeps the duplicate
		}
		env, _ := kerneltest.Environment()
		want, wantErr := chain(t, env, waiting(t)).Invoke(rt.Context(), c.Event)
		other := kerneltest.WithCallersData(rt, c.Event)
		got, err := chain(t, env, waiting(t)).Invoke(rt.Context(), other)
		if err != wantErr || err == nil && !bytes.Equal(response(rt, want), response(rt, got)) {
			rt.Fatalf("%s: %s, %v became %s, %v", c.Name, want, wantErr, got, err)
		}
	})
}

func response(t *rapid.T, reply []byte) []byte {
	var event struct{ Response json.RawMessage }
	if err := json.Unmarshal(reply, &event); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := json.Compact(&text, event.Response); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// manager is a Secrets Manager in which a secret's id is its text.
func manager(t *testing.T) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ SecretId string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		_ = json.NewEncoder(w).Encode(map[string]string{"SecretString": in.SecretId})
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{"AWS_ENDPOINT_URL_SECRETS_MANAGER": server.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"} {
		t.Setenv(name, value)
	}
}

func TestR1_ABadPolicyOrSecretStopsTheStart(t *testing.T) {
	manager(t)
	dir := t.TempDir()
	start := func(section string, secrets ...string) error {
		kerneltest.WritePolicy(t, dir, []byte(section))
		env := map[string]string{
			kernel.PolicyDirVariable: dir, kernel.TimeoutVariable: "4000", kernel.TableVariable: "table", "AWS_REGION": "eu-west-1",
			"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
		}
		for i := 0; i < len(secrets); i += 2 {
			env[secrets[i]] = secrets[i+1] + secret.Separator + secret.Separator
		}
		_, err := setup(t.Context(), func(name string) string { return env[name] })
		return err
	}
	const rows, app = `{"migration":{"hashes":[{"kind":"bcrypt:4"}]}}`, `{"migration":{"oldApp":"https://app.example/move"}}`
	key := "whsec_" + strings.Repeat("A", 43)
	for _, good := range []error{start(rows), start(app, secret.OldApp, key), start(app, secret.OldApp, key+" "+key), start(rows, secret.FirebaseSigner, "AAAA", secret.Pepper, "p")} {
		if good != nil {
			t.Error(good)
		}
	}
	for want, err := range map[string]error{
		"the section migration is missing": start(`{}`),
		"none of the two":                  start(`{"migration":{}}`),
		"migration.hashes: ":               start(`{"migration":{"hashes":[{"kind":"bcrypt:99"}]}}`),
		"migration.oldApp.url":             start(`{"migration":{"oldApp":"http://app.example/move"}}`, secret.OldApp, key),
		"migration.oldApp.secret":          start(app),
		"is not base64":                    start(rows, secret.FirebaseSigner, "no base64!"),
		"migration.peppered is":            start(`{"migration":{"hashes":[{"kind":"bcrypt:4"}],"peppered":"stirred"}}`),
	} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "no base64!") {
			t.Errorf("%s: %v", want, err)
		}
	}
}
