package main

import (
	"bytes"
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// asCommand makes the test's program the command: it can be killed.
const asCommand = "MIGRATE_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], terminal{out: os.Stdout, err: os.Stderr, now: time.Now, every: time.Hour, poll: 5 * time.Millisecond}))
}

const (
	pool   = "eu-west-1_Mv0000000"
	client = "1example23456789"
	role   = "arn:aws:iam::111122223333:role/logs"
	says   = "name=login,hash=pw,last=seen,email=login,email_verified=confirmed,attribute:name=full"
)

// rig is a pool and a table on this machine.
type rig struct {
	*testing.T
	people *userpool.Pool
	app    *cognito.Client
	rows   *dynamodb.Client
	store  *dynamo.Store
	folder string
	now    time.Time
	logs   bool // of imports can be read
	said   string
}

func newRig(t *testing.T) *rig {
	t.Helper()
	tableURL := directorytest.Start(t, "../..")
	people, err := userpool.Start(userpool.Config{
		ID: pool, UsernameAttributes: []string{"email"}, AutoVerifiedAttributes: []string{"email"},
		Clients: []userpool.Client{{ID: client, Name: "web", ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH"}}},
	}, nil, userpool.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = people.Close() })
	r := &rig{T: t, people: people, rows: directorytest.Client(tableURL), store: directorytest.Store(t, tableURL), folder: t.TempDir(), now: time.Now(), logs: true}
	r.app = cognito.New(cognito.Options{Region: "eu-west-1", BaseEndpoint: aws.String(people.URL()), Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")})
	logs := httptest.NewServer(http.HandlerFunc(r.serveLogs))
	t.Cleanup(logs.Close)
	r.outputs(tableURL, people.URL(), logs.URL)
	t.Setenv("AWS_CONFIG_FILE", "/nowhere")
	return r
}

// outputs writes the file that make local writes.
func (r *rig) outputs(tableURL, poolURL, logsURL string) {
	r.Helper()
	text, err := json.Marshal(map[string]map[string]string{settings.StackName(settings.LocalStage): {
		"TableName": directorytest.Table, "UserPoolId": pool, settings.LocalDynamoDBOutput: tableURL, settings.LocalCognitoOutput: poolURL, settings.LocalLambdaOutput: logsURL,
	}})
	if err == nil {
		err = os.WriteFile(filepath.Join(r.folder, "outputs.json"), text, 0o600)
	}
	if err != nil {
		r.Fatal(err)
	}
}

// serveLogs is what the local cloud serves of the logs of imports, some events a page.
func (r *rig) serveLogs(w http.ResponseWriter, request *http.Request) {
	var in struct {
		LogGroupName, NextToken string
		LogStreamNames          []string
	}
	_ = json.NewDecoder(request.Body).Decode(&in)
	lines, known := r.people.ImportLog(in.LogGroupName)
	if !known || !r.logs {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"__type":"AccessDeniedException","message":"no"}`)
		return
	}
	events, skip := []map[string]string{}, len(in.NextToken)
	for _, l := range lines {
		if slices.Contains(in.LogStreamNames, l.Stream) {
			events = append(events, map[string]string{"message": l.Text})
		}
	}
	out, end := map[string]any{}, min(skip+3, len(events))
	if out["events"] = events[skip:end]; end < len(events) {
		out["nextToken"] = strings.Repeat("x", end)
	}
	_ = json.NewEncoder(w).Encode(out)
}

// calls the command as a shell would, and returns the status and all that it has printed.
func (r *rig) calls(args ...string) (int, string) {
	r.Helper()
	var out bytes.Buffer
	if !slices.Contains(args, "--columns") {
		args = append(args, "--columns", says)
	}
	args = append(args, "--outputs", filepath.Join(r.folder, "outputs.json"), "--book", filepath.Join(r.folder, "book"))
	status := run(r.Context(), args, terminal{out: &out, err: &out, now: func() time.Time { return r.now }, every: time.Hour, poll: time.Millisecond})
	r.said += out.String()
	return status, out.String()
}

// must calls the command, which must succeed.
func (r *rig) must(args ...string) string {
	r.Helper()
	status, out := r.calls(args...)
	if status != done {
		r.Fatalf("migrate %s: status %d\n%s", strings.Join(args, " "), status, out)
	}
	return out
}

// holds looks for texts in what was printed.
func (r *rig) holds(out string, texts ...string) {
	r.Helper()
	for _, text := range texts {
		if !strings.Contains(out, text) {
			r.Errorf("%q is not in\n%s", text, out)
		}
	}
}

// password is that of somebody of the old app.
func password(n int) string { return fmt.Sprintf("Old-password-%d", n) }

// The kinds of the old app's hashes, by person: two ways of one algorithm, another algorithm, one that
// only the trigger checks, and none.
var makers = []func(n int) string{
	func(n int) string { return "$pbkdf2-sha256$" + derived(n, 1000, passlib) },
	func(n int) string {
		return fmt.Sprintf("pbkdf2_sha256$1000$salt%012d$%s", n, base64.StdEncoding.EncodeToString(key(n, fmt.Sprintf("salt%012d", n), 1000)))
	},
	func(int) string { return "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6" },
	func(n int) string {
		return "pbkdf2_sha256$1500000$" + fmt.Sprintf("salt%012d$", n) + base64.StdEncoding.EncodeToString(key(n, "x", 1))
	},
	func(int) string { return "!unusable" },
}

func key(n int, salt string, rounds int) []byte {
	sum, _ := pbkdf2.Key(sha256.New, password(n), []byte(salt), rounds, 32)
	return sum
}

var passlib = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./").WithPadding(base64.NoPadding)

func derived(n, rounds int, encoding *base64.Encoding) string {
	salt := fmt.Sprintf("salt%012d", n)
	return fmt.Sprintf("%d$%s$%s", rounds, encoding.EncodeToString([]byte(salt)), encoding.EncodeToString(key(n, salt, rounds)))
}

func login(n int) string { return fmt.Sprintf("person-%d@old.example", n) }

// oldPerson is a row of the old app's table.
type oldPerson map[string]any

func oldPeople(count int) (all []oldPerson) {
	for n := range count {
		all = append(all, oldPerson{"id": n, "login": login(n), "pw": makers[n%len(makers)](n), "seen": time.Now().Add(-time.Duration(n) * time.Hour).UTC().Format(time.RFC3339), "confirmed": true, "full": fmt.Sprintf("Person, %d", n)})
	}
	return all
}

// exported writes an export and returns its name.
func (r *rig) exported(name string, all []oldPerson) string {
	r.Helper()
	var text bytes.Buffer
	for _, p := range all {
		_ = json.NewEncoder(&text).Encode(p)
	}
	path := filepath.Join(r.folder, name)
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		r.Fatal(err)
	}
	return path
}

// row reads the row of a person.
func (r *rig) row(n int) table.Legacy {
	r.Helper()
	row, err := r.store.Waiting(r.Context(), pool, login(n))
	if err != nil {
		r.Fatal(err)
	}
	return row
}

// silent asks that nothing of a person was printed.
func (r *rig) silent(all []oldPerson) {
	r.Helper()
	for _, p := range all {
		for _, secret := range []string{"login", "pw", "full"} {
			if text := p[secret].(string); text != "" && strings.Contains(r.said, text) {
				r.Fatalf("%q was printed:\n%s", text, r.said)
			}
		}
	}
	for _, secret := range []string{"Signature", "salt0"} {
		if strings.Contains(r.said, secret) {
			r.Errorf("%s was printed:\n%s", secret, r.said)
		}
	}
}

// private asks that a file is for its owner alone.
func (r *rig) private(path string) {
	r.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		r.Errorf("%s: %v, %v", path, info, err)
	}
}

// signed is what the trigger after a sign-in does.
func (r *rig) signed(people ...int) {
	r.Helper()
	for _, n := range people {
		if _, err := r.store.Moved(r.Context(), pool, login(n), "", r.now); err != nil {
			r.Fatal(err)
		}
	}
}

// scan counts rows by the beginning of their key.
func (r *rig) scan(prefix string) (n int) {
	r.Helper()
	out, err := r.rows.Scan(r.Context(), &dynamodb.ScanInput{TableName: aws.String(directorytest.Table)})
	if err != nil {
		r.Fatal(err)
	}
	for _, item := range out.Items {
		var key table.Keys
		if err := attributevalue.UnmarshalMap(item, &key); err != nil {
			r.Fatal(err)
		}
		if strings.HasPrefix(key.PK, prefix) {
			n++
		}
	}
	return n
}
