package dynamo

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func TestTheEndpointFollowsTheEnvironment(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"region":       {map[string]string{"AWS_REGION": "eu-west-1"}, "https://dynamodb.eu-west-1.amazonaws.com"},
		"default":      {map[string]string{"AWS_DEFAULT_REGION": "us-east-1"}, "https://dynamodb.us-east-1.amazonaws.com"},
		"first region": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"}, "https://dynamodb.eu-west-1.amazonaws.com"},
		"China":        {map[string]string{"AWS_REGION": "cn-north-1"}, "https://dynamodb.cn-north-1.amazonaws.com.cn"},
		"FIPS":         {map[string]string{"AWS_REGION": "us-east-1", "AWS_USE_FIPS_ENDPOINT": "true"}, "https://dynamodb-fips.us-east-1.amazonaws.com"},
		"dual stack":   {map[string]string{"AWS_REGION": "us-east-1", "AWS_USE_DUALSTACK_ENDPOINT": "TRUE"}, "https://dynamodb.us-east-1.api.aws"},
		"all services": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1"},
		"this service": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:2"}, "http://127.0.0.1:2"},
		"ignored":      {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "https://dynamodb.eu-west-1.amazonaws.com"},
	} {
		c.env["TABLE_NAME"] = "mirror"
		s, err := Open(func(name string) string { return c.env[name] })
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := s.endpoint.String(); got != c.want {
			t.Errorf("%s: the endpoint is %s, want %s", name, got, c.want)
		}
	}
}

func TestAWrongEnvironmentIsNamed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.pem")
	for variable, value := range map[string]string{
		"TABLE_NAME": "", "AWS_REGION": "", "AWS_USE_FIPS_ENDPOINT": "yes", "AWS_CA_BUNDLE": missing,
		"AWS_ENDPOINT_URL_DYNAMODB": "localhost:8000", "AWS_USE_DUALSTACK_ENDPOINT": "1",
	} {
		env := map[string]string{"TABLE_NAME": "mirror", "AWS_REGION": "eu-west-1"}
		env[variable] = value
		if _, err := Open(func(name string) string { return env[name] }); err == nil || !strings.Contains(err.Error(), variable) {
			t.Errorf("%s=%q gives the error %v, which does not name it", variable, value, err)
		}
	}
}

func TestTheErrorsSayWhatToDo(t *testing.T) {
	for want, env := range map[string]map[string]string{
		`AWS_USE_FIPS_ENDPOINT is "yes": write true or false`:                                               {"AWS_USE_FIPS_ENDPOINT": "yes"},
		`the endpoint "https:///table" is no URL: write https://HOST[:PORT] into AWS_ENDPOINT_URL_DYNAMODB`: {"AWS_ENDPOINT_URL": "https:///table"},
		`finding the endpoint of DynamoDB in eu-west-1: `:                                                   {"AWS_ENDPOINT_URL": "https://here.example", "AWS_USE_FIPS_ENDPOINT": "true"},
	} {
		env["TABLE_NAME"], env["AWS_REGION"] = "mirror", "eu-west-1"
		if _, err := Open(func(name string) string { return env[name] }); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
	if on, err := flag(func(string) string { return "yes" }, "AWS_USE_FIPS_ENDPOINT"); on || err == nil {
		t.Errorf("what is neither counts as %v (error %v)", on, err)
	}
	for value, want := range map[string]bool{"": false, "false": false, "FALSE": false, "true": true, "True": true} {
		if on, err := flag(func(string) string { return value }, "AWS_USE_FIPS_ENDPOINT"); on != want || err != nil {
			t.Errorf("%q counts as %v (error %v)", value, on, err)
		}
	}
}

// TestTheTimesAreThese checks that three attempts and the waits end within 2.5 s, and
// that Warm delays a cold start by at most 300 ms.
func TestTheTimesAreThese(t *testing.T) {
	env := map[string]string{"TABLE_NAME": "mirror", "AWS_REGION": "eu-west-1"}
	s, err := read(func(name string) string { return env[name] })
	if err != nil || s.attempt != 700*time.Millisecond || s.patience != 250*time.Millisecond || s.warm != 300*time.Millisecond {
		t.Errorf("an attempt has %v, an idle connection %v, the warm-up %v (error %v)", s.attempt, s.patience, s.warm, err)
	}
	if !slices.Equal(s.systemRoots, systemRoots) {
		t.Errorf("the roots are looked for in %v", s.systemRoots)
	}
	env["SSL_CERT_FILE"] = "/roots.pem"
	if s, err = read(func(name string) string { return env[name] }); err != nil || !slices.Equal(s.systemRoots, []string{"/roots.pem"}) {
		t.Errorf("the roots are looked for in %v (error %v)", s.systemRoots, err)
	}
}

func TestTheCredentialsAreThoseOfTheEnvironment(t *testing.T) {
	values := map[string]string{"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
	getenv := environment{func(name string) string { return values[name] }}
	want := aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret", SessionToken: "token", Source: "environment"}
	if got, err := getenv.Retrieve(t.Context()); err != nil || got != want {
		t.Errorf("got %+v with error %v", got, err)
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		kept := values[name]
		values[name] = ""
		if got, err := getenv.Retrieve(t.Context()); got != (aws.Credentials{}) || err == nil || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set") {
			t.Errorf("without %s: got %+v with error %v", name, got, err)
		}
		values[name] = kept
	}
}

func TestCredentialsAreReadForEveryRequest(t *testing.T) {
	server := newStub(t, ok)
	s, env := at(t, server.URL)
	for _, id := range []string{"ONE", "TWO"} {
		env.set("AWS_ACCESS_KEY_ID", "AKID"+id)
		env.set("AWS_SESSION_TOKEN", "token-"+id)
		if _, err := signIn(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	for i, id := range []string{"ONE", "TWO"} {
		h := server.headers[i]
		if !strings.Contains(h.Get("Authorization"), "Credential=AKID"+id+"/") || h.Get("X-Amz-Security-Token") != "token-"+id {
			t.Errorf("request %d was signed with %s and token %s", i+1, h.Get("Authorization"), h.Get("X-Amz-Security-Token"))
		}
		if _, sent := h["Idempotency-Key"]; sent {
			t.Error("the mark for the transport was sent")
		}
	}
	env.set("AWS_SECRET_ACCESS_KEY", "")
	if _, err := signIn(t.Context(), s); codeIn(t, err) != "credentials" || !err.(*Error).Lasting() || len(server.headers) != 2 {
		t.Errorf("without credentials: error %v after %d requests", err, len(server.headers))
	}
}
