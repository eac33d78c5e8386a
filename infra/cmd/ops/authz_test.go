package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

const pool = "eu-west-1_AbCdEf123"

// suite is a table and a user pool that the environment points to, with make local's
// variables.
type suite struct {
	store  *dynamo.Store
	pool   *userpool.Pool
	url    string // of the table
	client *dynamodb.Client
}

func newSuite(t *testing.T) suite {
	t.Helper()
	url := directorytest.Start(t, "../..")
	people, err := userpool.Start(userpool.Config{ID: pool, UsernameAttributes: []string{"email"}}, nil, userpool.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = people.Close() })
	t.Setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", people.URL())
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": url, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere", "AWS_PROFILE": "", "AWS_SESSION_TOKEN": "", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	fakeStacks{}.deploy(t)
	return suite{directorytest.Store(t, url), people, url, directorytest.Client(url)}
}

// user writes a PROFILE as the functions do.
func (s suite) user(t *testing.T, sub, email string, verified bool) users.Key {
	t.Helper()
	key := users.Key{PoolID: pool, Sub: sub}
	profile := users.Profile{Username: sub, Email: email, EmailVerified: verified}
	if _, err := s.store.Upsert(t.Context(), users.Snapshot{Key: key, At: noon, Source: "test", Profile: profile}); err != nil {
		t.Fatal(err)
	}
	return key
}

// at adds the suite's flags to a call of authz.
func at(call string, more ...string) []string {
	return slices.Concat([]string{"authz"}, strings.Fields(call), more, []string{"--table", directorytest.Table, "--pool", pool})
}

func TestAuthzShowsAndChangesARow(t *testing.T) {
	newSuite(t).user(t, "8d1c", "ada@example.com", true)
	if got, want := must(t, at("show 8d1c")...), `AUTHZ of 8d1c in eu-west-1_AbCdEf123
  status   active
  roles    none
  tenants  none
  rev      0, nothing has been granted
`; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	must(t, at("set-roles ada@example.com editor admin")...)
	must(t, at("set-tenants 8d1c acme globex --default globex")...)
	must(t, at("set-claim 8d1c plan gold")...)
	must(t, at("set-claim 8d1c limits --as ticket-7 --value", `{"seats":9007199254740993}`)...)
	must(t, at("set-claim 8d1c gone x")...)
	must(t, at("unset-claim 8d1c gone")...)
	if got, want := must(t, at("suspend ADA@example.com")...), `AUTHZ of 8d1c in eu-west-1_AbCdEf123
  status   suspended
  roles    editor, admin
  tenants  acme, globex (default)
  claims   limits = {"seats":9007199254740993}
           plan = "gold"
  rev      7, by grace at 2026-03-01 12:00:00 UTC
  cognito  the pool has no such user
No further token. Services accept issued tokens until they expire.
`; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	must(t, at("reinstate 8d1c")...)
	must(t, at("set-roles 8d1c --none")...)
	must(t, at("set-tenants 8d1c --none")...)
	var granted directory.Authz
	if err := json.Unmarshal([]byte(must(t, at("show 8d1c --json")...)), &granted); err != nil {
		t.Fatal(err)
	}
	if granted.Rev != 10 || granted.Status != directory.Active || granted.Roles != nil || granted.Tenant != "" || granted.Extra["plan"] != "gold" || granted.By != "grace" {
		t.Errorf("got %+v", granted)
	}
}

func TestTheFirstTenantIsTheDefaultUnlessSaid(t *testing.T) {
	newSuite(t).user(t, "8d1c", "ada@example.com", true)
	for call, want := range map[string]string{
		"set-tenants 8d1c a b":             "tenants  a (default), b\n",
		"set-tenants 8d1c a b --default b": "tenants  a, b (default)\n",
		"set-tenants 8d1c a b --default=":  "tenants  a, b\n",
	} {
		if got := must(t, at(call)...); !strings.Contains(got, want) {
			t.Errorf("%s gives\n%s", call, got)
		}
	}
	refused(t, failed, []string{`the default tenant "c" is none of the tenants`}, at("set-tenants 8d1c a --default c")...)
}

// A user who signs up with another's address must not get what is meant for its owner.
func TestAnAddressThatNobodyOrSeveralVerifiedNamesNobody(t *testing.T) {
	s := newSuite(t)
	s.user(t, "squatter", "ada@example.com", false)
	refused(t, failed, []string{"no user has verified this address", "squatter"}, at("set-roles ada@example.com admin")...)
	s.user(t, "owner", "Ada@example.com", true)
	if got := must(t, at("set-roles ada@example.com admin")...); !strings.HasPrefix(got, "AUTHZ of owner ") {
		t.Errorf("got %s", got)
	}
	s.user(t, "second", "ada@example.com", true)
	refused(t, failed, []string{"2 users have verified this address", "owner", "second"}, at("suspend ada@example.com")...)
	refused(t, unknown, []string{"no user of this pool has this address"}, at("show nobody@example.com")...)
	if got := must(t, at("show squatter")...); !strings.Contains(got, "roles    none") {
		t.Errorf("got %s", got)
	}
}

func TestWhatCannotBeDoneSaysWhatToDoWithStatusOne(t *testing.T) {
	s := newSuite(t)
	s.user(t, "8d1c", "ada@example.com", true)
	gone := s.user(t, "gone", "gone@example.com", true)
	if err := s.store.Erase(t.Context(), gone, noon); err != nil {
		t.Fatal(err)
	}
	refused(t, failed, []string{"stays deleted", "new account has a new sub"}, at("set-roles gone admin")...)
	refused(t, failed, []string{"check the pool and the sub", "--unseen"}, at("set-roles mistyped admin")...)
	must(t, at("set-roles mistyped admin --unseen")...)
	refused(t, failed, []string{"belongs to Cognito"}, at("set-claim 8d1c sub x")...)
	must(t, at("set-roles 8d1c editor --rev 0")...)
	refused(t, failed, []string{"has rev 1, not 0", "read it again"}, at("set-roles 8d1c admin --rev 0")...)
	refused(t, failed, []string{"there is no table elsewhere here: check --table"}, "authz", "show", "8d1c", "--table", "elsewhere", "--pool", pool)
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_DEFAULT_REGION", "")
	refused(t, misuse, []string{"AWS_REGION"}, at("show 8d1c")...)
	must(t, at("show 8d1c --region eu-west-1")...)
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte("[profile ops]\nregion = eu-west-1\naws_access_key_id = local\naws_secret_access_key = local\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", file)
	must(t, at("show 8d1c --profile ops")...)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	refused(t, failed, []string{"there are no AWS credentials", "--profile"}, at("show 8d1c --region eu-west-1")...)
}

func TestTheStacksOutputsNameTableAndPool(t *testing.T) {
	newSuite(t).user(t, "8d1c", "ada@example.com", true)
	t.Chdir(t.TempDir())
	refused(t, failed, []string{"dist/outputs.dev.json", "it is not in eu-west-1", "--table and --pool"}, "authz", "show", "8d1c", "--stage", "dev")
	file := filepath.Join("dist", "outputs.dev.json")
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll("dist", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	outputs := `{"CognitoTriggers-dev":{"TableName":"` + directorytest.Table + `","UserPoolId":"` + pool + `"}}`
	write(outputs)
	for _, which := range [][]string{{"--stage", "dev"}, {"--outputs", file}, {"--outputs", file, "--stage", "dev"}} {
		if got := must(t, append([]string{"authz", "show", "8d1c"}, which...)...); !strings.Contains(got, "8d1c in "+pool) {
			t.Errorf("%v gives %s", which, got)
		}
	}
	refused(t, failed, []string{"has no stack CognitoTriggers-prod"}, "authz", "show", "8d1c", "--outputs", file, "--stage", "prod")
	write(`{"CognitoTriggers-dev":{"TableName":"t"}}`)
	refused(t, failed, []string{"has no output UserPoolId"}, "authz", "show", "8d1c", "--stage", "dev")
	write(`{`)
	refused(t, failed, []string{"dist/outputs.dev.json is not what cdk deploy --outputs-file writes"}, "authz", "show", "8d1c", "--stage", "dev")
}

func TestNothingThatAnswersIsSaidWithTheEndpoint(t *testing.T) {
	newSuite(t)
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	refused(t, failed, []string{"http://127.0.0.1:1", "is make local running"}, at("show 8d1c")...)
}
