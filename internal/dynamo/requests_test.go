package dynamo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	flags "flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

var update = flags.Bool("update", false, "rewrite testdata/requests.golden")

// scripted answers by a script, with an error's code or well, and records what it was
// asked.
type scripted struct {
	script []string
	asked  bytes.Buffer
	calls  int
}

func (s *scripted) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, err
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	fmt.Fprintln(&s.asked, operation)
	lines := json.NewEncoder(&s.asked)
	lines.SetEscapeHTML(false)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		fmt.Fprintf(&s.asked, "  %s ", name)
		if err := lines.Encode(members[name]); err != nil {
			return nil, err
		}
	}
	reply, status := "{}", 200
	if s.calls < len(s.script) && s.script[s.calls] != "" {
		reply, status = `{"__type":"com.amazonaws.dynamodb.v20120810#`+s.script[s.calls]+`"}`, 400
	}
	s.calls++
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(reply))}, nil
}

// scriptedStore returns a store that answers by a script.
func scriptedStore(t testing.TB, script ...string) (*Store, *scripted) {
	t.Helper()
	s, _ := at(t, "http://127.0.0.1:1")
	answers := &scripted{script: script}
	s.client = dynamodb.New(s.client.Options(), func(o *dynamodb.Options) { o.HTTPClient = answers })
	return s, answers
}

const (
	ccf    = "ConditionalCheckFailedException"
	denied = "AccessDeniedException"
)

// requestCase is a call, and how the store answers each of its requests.
type requestCase struct {
	name   string
	script []string
	call   func(context.Context, *Store) (any, error)
}

// access reads for a token, and returns what it read.
func access(ctx context.Context, s *Store) (any, error) {
	a, err := s.Access(ctx, ada, "web")
	type read struct {
		Roles, Tenants []string
		Tenant, Status string
		Extra          map[string]any
		Rev            int64
	}
	return struct {
		Authz          read
		Known, Deleted bool
		ClientProfile  string
	}{read{a.Authz.Roles, a.Authz.Tenants, a.Authz.Tenant, string(a.Authz.Status), a.Authz.Extra, a.Authz.Rev}, a.Known, a.Deleted, a.ClientProfile}, err
}

func requestCases() []requestCase {
	full := users.Snapshot{Key: ada, At: noon, Source: "PostConfirmation_ConfirmSignUp", Profile: users.Profile{
		Username: "ada", Email: "Ada@Example.com", EmailCollision: "ada@example.com", EmailVerified: true,
		Attributes: map[string]string{"name": "Ada", "custom:team": "red"}, Truncated: true, Disabled: true,
	}}
	bare := users.Snapshot{Key: ada, At: noon.Add(1500 * time.Microsecond)}
	reset := users.Snapshot{Key: ada, At: noon, Source: "reset", RefreshOnly: true, Profile: users.Profile{Email: "a@b.example"}}
	upsert := func(seen users.Snapshot) func(context.Context, *Store) (any, error) {
		return func(ctx context.Context, s *Store) (any, error) { return s.Upsert(ctx, seen) }
	}
	count := func(client string) func(context.Context, *Store) (any, error) {
		return func(ctx context.Context, s *Store) (any, error) {
			return s.SignIn(ctx, users.SignIn{Key: ada, At: noon, ClientID: client})
		}
	}
	erase := func(ctx context.Context, s *Store) (any, error) {
		return nil, s.Erase(ctx, ada, noon.Add(500*time.Millisecond))
	}
	compare := func(ctx context.Context, s *Store) (any, error) {
		there, same, err := s.Compare(ctx, full)
		return []bool{there, same}, err
	}
	assign := func(ctx context.Context, s *Store) (any, error) { return nil, s.Assign(ctx, "web", "app") }
	forget := func(ctx context.Context, s *Store) (any, error) { return nil, s.Forget(ctx, "web") }
	return []requestCase{
		{"a full PROFILE", nil, upsert(full)},
		{"a bare PROFILE", nil, upsert(bare)},
		{"a PROFILE that cannot be written", []string{denied}, upsert(full)},
		{"a password reset of nobody", []string{ccf, ccf}, upsert(reset)},
		{"a question that cannot be asked", []string{ccf, denied}, upsert(bare)},
		{"an address is left", []string{ccf, "", ""}, upsert(full)},
		{"an address is left for none", []string{ccf, "", ""}, upsert(bare)},
		{"an address that cannot be left", []string{ccf, "", denied}, upsert(bare)},
		{"a sign-in", nil, count("web")},
		{"a sign-in soon after another one", []string{ccf}, count("")},
		{"a sign-in inside the window", []string{ccf, ccf}, count("")},
		{"a sign-in again", []string{ccf, ccf, ccf}, count("web")},
		{"a late sign-in", []string{ccf, ccf, ccf, ccf}, count("web")},
		{"a sign-in that cannot be counted", []string{denied}, count("web")},
		{"a sign-in that cannot be moved", []string{ccf, ccf, denied}, count("web")},
		{"a PROFILE that is asked", nil, compare},
		{"a PROFILE that cannot be asked", []string{denied}, compare},
		{"the end of a person", nil, erase},
		{"the end of nobody", []string{ccf, ccf, ccf}, erase},
		{"an end that stops half way", []string{"", denied}, erase},
		{"a token", nil, access},
		{"a token that cannot be read for", []string{denied}, access},
		{"an app client", nil, assign},
		{"an app client that cannot be written", []string{denied}, assign},
		{"no app client", nil, forget},
		{"an app client that cannot be removed", []string{denied}, forget},
	}
}

func attachCases() []requestCase {
	attachment := func(ctx context.Context, s *Store) (any, error) { return s.Attachment(ctx, "pool") }
	attach := func(rev int64) func(context.Context, *Store) (any, error) {
		return func(ctx context.Context, s *Store) (any, error) {
			return nil, s.SetAttachment(ctx, "pool", table.Attachment{Record: "{}", Rev: rev})
		}
	}
	return []requestCase{
		{"a pool", nil, attachment},
		{"a pool that cannot be read", []string{denied}, attachment},
		{"a pool for the first time", nil, attach(1)},
		{"a pool again", nil, attach(7)},
		{"a pool that somebody else has changed", []string{ccf}, attach(7)},
		{"a pool that cannot be written", []string{denied}, attach(7)},
	}
}

func legacyCases() []requestCase {
	reserve := func(ctx context.Context, s *Store) (any, error) {
		return s.Reserve(ctx, "pool", "Ada@Example.com", noon, 5, 15*time.Minute)
	}
	waiting := func(ctx context.Context, s *Store) (any, error) { return s.Waiting(ctx, "pool", "ada") }
	prove := func(hash string) func(context.Context, *Store) (any, error) {
		return func(ctx context.Context, s *Store) (any, error) { return s.Prove(ctx, "pool", "ada", hash, noon) }
	}
	moved := func(username string) func(context.Context, *Store) (any, error) {
		return func(ctx context.Context, s *Store) (any, error) { return s.Moved(ctx, "pool", "ada", username, noon) }
	}
	load := func(row table.Legacy) func(context.Context, *Store) (any, error) {
		return func(ctx context.Context, s *Store) (any, error) { return s.Load(ctx, "pool", "ada", row) }
	}
	again := func(ctx context.Context, s *Store) (any, error) {
		return s.SignInAgain(ctx, users.SignIn{Key: ada, At: noon, ClientID: "web"})
	}
	return []requestCase{
		{"the first try", nil, reserve},
		{"another try", []string{ccf}, reserve},
		{"a try too many", []string{ccf, ccf}, reserve},
		{"a try that cannot be counted", []string{denied}, reserve},
		{"somebody who may wait", nil, waiting},
		{"somebody who cannot be read", []string{denied}, waiting},
		{"a proof", nil, prove("$1")},
		{"a proof of nobody", []string{ccf}, prove("$1")},
		{"a reset without a hash", nil, prove("")},
		{"a proof that cannot be noted", []string{denied}, prove("")},
		{"the end of a wait", nil, moved("")},
		{"the end of the wait of another user", []string{ccf}, moved("ada")},
		{"an end that cannot be noted", []string{denied}, moved("")},
		{"a full load", nil, load(table.Legacy{Hash: "$1", Username: "ada", Attributes: map[string]string{"email": "a@b.example", "custom:x": "y"}, LoadedAt: noon})},
		{"a load that is known", []string{ccf}, load(table.Legacy{LoadedAt: noon})},
		{"a load that cannot be written", []string{denied}, load(table.Legacy{LoadedAt: noon})},
		{"a sign-in of a known user", nil, again},
		{"a sign-in of a known user that cannot be counted", []string{denied}, again},
		{"a first sign-in", []string{ccf}, again},
	}
}

// TestTheRequestsAreThese pins every request that the functions and the stack can send,
// word by word, and what they make of the answers.
func TestTheRequestsAreThese(t *testing.T) {
	var all bytes.Buffer
	for _, c := range slices.Concat(requestCases(), attachCases(), legacyCases()) {
		s, answers := scriptedStore(t, c.script...)
		got, err := c.call(t.Context(), s)
		fmt.Fprintf(&all, "== %s\n%s-> %+v, %v\n\n", c.name, answers.asked.String(), got, err)
	}
	const golden = "testdata/requests.golden"
	if *update {
		if err := os.WriteFile(golden, all.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v (go test ./internal/dynamo -run TheRequests -update writes it)", err)
	}
	wants, gots := strings.Split(string(want), "== "), strings.Split(all.String(), "== ")
	for i := range max(len(wants), len(gots)) {
		if i >= len(wants) || i >= len(gots) || wants[i] != gots[i] {
			t.Fatalf("got\n%s\nwant\n%s", strings.Join(gots[min(i, len(gots)):min(i+1, len(gots))], ""), strings.Join(wants[min(i, len(wants)):min(i+1, len(wants))], ""))
		}
	}
}

// TestARowThatNeverRestsIsGivenUp expects eight rounds of three requests.
func TestARowThatNeverRestsIsGivenUp(t *testing.T) {
	var script []string
	for range rounds + 1 {
		script = append(script, ccf, "", ccf)
	}
	s, answers := scriptedStore(t, script...)
	write, err := s.Upsert(t.Context(), users.Snapshot{Key: ada, At: noon})
	if write != users.Failed || !errors.Is(err, errUnsettled) || err.(*Error).Operation() != "writing PROFILE" || errUnsettled.Error() == "" || answers.calls != 3*rounds {
		t.Errorf("the write was %q with error %v after %d requests, want failed after %d", write, err, answers.calls, 3*rounds)
	}
}
