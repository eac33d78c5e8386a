package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// outcome is a call's output and its exit status.
type outcome struct {
	out, err string
	status   int
}

// ops calls the command as a shell would, with the test's environment and none of the
// machine's own AWS configuration.
func ops(t *testing.T, args ...string) outcome {
	t.Helper()
	var out, err bytes.Buffer
	env := map[string]string{"USER": "grace"}
	for _, endpoint := range []string{"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"} {
		env[endpoint] = os.Getenv(endpoint)
	}
	status := run(t.Context(), args, terminal{
		out: &out, err: &err, getenv: func(name string) string { return env[name] },
		now: func() time.Time { return noon }, sleep: shortly,
	})
	return outcome{out.String(), err.String(), status}
}

// shortly skips waits of a minute, and waits a second where that counts.
func shortly(ctx context.Context, d time.Duration) error {
	if d > 10*time.Second {
		return ctx.Err()
	}
	return sleep(ctx, d)
}

// must makes a call that must succeed, and returns its output.
func must(t *testing.T, args ...string) string {
	t.Helper()
	return answers(t, done, args...)
}

// answers makes a call that must be answered with a status, and returns its output.
func answers(t *testing.T, status int, args ...string) string {
	t.Helper()
	got := ops(t, args...)
	if got.status != status || got.err != "" {
		t.Fatalf("ops %s: status %d\n%s%s", strings.Join(args, " "), got.status, got.out, got.err)
	}
	return got.out
}

// refused makes a call that must end with a status and texts on stderr.
func refused(t *testing.T, status int, texts []string, args ...string) {
	t.Helper()
	got := ops(t, args...)
	if got.status != status || got.out != "" {
		t.Errorf("ops %s: status %d, want %d\n%s%s", strings.Join(args, " "), got.status, status, got.out, got.err)
	}
	for _, text := range texts {
		if !strings.Contains(got.err, text) {
			t.Errorf("ops %s: %q is not in\n%s", strings.Join(args, " "), text, got.err)
		}
	}
}

func TestHelpIsThereForEveryVerbAndWrittenToStdout(t *testing.T) {
	overview := must(t, "help")
	for _, v := range verbs() {
		if !strings.Contains(overview, v.name) || !strings.Contains(overview, v.summary) {
			t.Errorf("the overview lacks %s", v.name)
		}
		for _, call := range [][]string{{"help", v.name}, {v.name, "help"}, {v.name, "-h"}, {v.name, "show", "--help"}} {
			if text := must(t, call...); !strings.HasPrefix(text, v.name+": ") || !strings.Contains(text, "Example") {
				t.Errorf("%v: %.60q", call, text)
			}
		}
	}
}

func TestAWrongCallSaysWhatToCallWithStatusTwo(t *testing.T) {
	for call, texts := range map[string][]string{
		"":                                  {"go run ./infra/cmd/ops authz"},
		"authzz":                            {`no verb "authzz"`, "authz"},
		"help authzz":                       {`no verb "authzz"`},
		"authz":                             {"name an action and a user"},
		"authz show":                        {"and USER"},
		"authz shwo u":                      {`no "shwo"`, "set-roles"},
		"authz show u":                      {"--table", "--stage", "ops help authz says more"},
		"authz show u x --table t":          {"unexpected argument"},
		"authz show u --tabel t":            {"-tabel"},
		"authz set-roles u":                 {"--none"},
		"authz set-roles u r --none":        {"not both"},
		"authz set-tenants u":               {"--none"},
		"authz set-claim u n":               {"NAME TEXT"},
		"authz set-claim u n a b":           {"NAME TEXT"},
		"authz set-claim u n --value x":     {"is not JSON"},
		"authz unset-claim u":               {"unset-claim USER NAME"},
		"authz suspend u x":                 {"unexpected argument"},
		"authz suspend u --as=":             {"--as WHO"},
		"authz suspend u --rev x":           {"rev"},
		"authz show u --keep-enabled":       {"are for suspend"},
		"authz reinstate u --keep-sessions": {"are for suspend"},

		"why":                                    {"one USER, or --token JWT", "ops help why"},
		"why u":                                  {"--stage NAME"},
		"why u v --stage dev":                    {"one USER"},
		"sign-up-preview":                        {"--stage NAME"},
		"sign-up-preview x --stage dev":          {"flags only"},
		"sign-up-preview --stage dev --source x": {"self, admin or external"},
		"sign-up-preview --stage dev --attr x":   {"NAME=VALUE"},
		"check":                                  {"--stage NAME"},
		"check dev":                              {"flags only"},
	} {
		refused(t, misuse, texts, strings.Fields(call)...)
	}
	inProject(t, map[string]string{"dev": ""})
	refused(t, misuse, []string{`"wbe" is not an app client: pass machine, web, or an app client's id`}, "token-preview", "--stage", "dev", "--client", "wbe")
}

func TestFlagsStandAnywhereAndBehindTwoDashesAreNone(t *testing.T) {
	flags := newFlags("test")
	loud := flags.Bool("loud", false, "")
	words, err := parse(flags, []string{"a", "--loud", "b", "--", "--c", "--"})
	if err != nil || !*loud || strings.Join(words, " ") != "a b --c --" {
		t.Errorf("words %q, loud %v, error %v", words, *loud, err)
	}
}

func TestWhatIsNotTheStacksOutputsSaysSo(t *testing.T) {
	for name, text := range map[string]string{"a list": `{"CognitoTriggers-dev": []}`, "a stage file": "# dev", "empty": "", "cut off": `{"CognitoTriggers-dev": {`} {
		file := filepath.Join(t.TempDir(), "outputs.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			refused(t, failed, []string{file + " is not what cdk deploy --outputs-file writes", "pass --table and --pool"}, "authz", "show", "u", "--stage", "dev", "--outputs", file)
		})
	}
}

// A server that accepts a connection and stays silent must not block a command for ever,
// and the operator's own certificate must still count.
func TestAServiceThatDoesNotAnswerIsNotWaitedForForever(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "local")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "local")
	cfg, err := (&target{region: "eu-west-1"}).session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client, own := cfg.HTTPClient.(*awshttp.BuildableClient)
	if !own || client.GetTransport().ResponseHeaderTimeout != patience {
		t.Errorf("the client is a %T", cfg.HTTPClient)
	}
}
