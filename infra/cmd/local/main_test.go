package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/infra/support/token"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// assembly is written by `make synth-host`. `make test` runs it first and says so in the
// environment, so that nothing is skipped there.
const assembly = "../../../dist/local"

func local(t *testing.T) localcloud.Options {
	t.Helper()
	if _, err := os.Stat(assembly + "/manifest.json"); err != nil {
		if os.Getenv("ASSEMBLY_REQUIRED") != "" {
			t.Fatalf("the synthesized stack is missing: %v", err)
		}
		t.Skipf("the synthesized stack is missing, make synth-host writes it: %v", err)
	}
	return localcloud.Options{AssemblyDir: assembly, InfraDir: "../.."}
}

// running starts a cloud and returns it with a journey that has not begun.
func running(t *testing.T, opts localcloud.Options) (*localcloud.Cloud, *journey.Journey) {
	t.Helper()
	cloud, err := localcloud.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	to, err := cast.Target(cloud)
	if err != nil {
		t.Fatal(err)
	}
	return cloud, journey.New(to)
}

// decode returns a token's claims.
func decode(encoded string) (map[string]any, error) {
	decoded, err := token.Decode(encoded)
	return decoded.Claims, err
}

// walk takes the steps with these titles, in the order of the journey.
func walk(ctx context.Context, t *testing.T, j *journey.Journey, titles ...string) {
	t.Helper()
	taken := 0
	for _, step := range j.Steps() {
		if taken == len(titles) || step.Title != titles[taken] {
			continue
		}
		taken++
		if _, err := step.Run(ctx); err != nil {
			t.Fatalf("%s: %v", step.Title, err)
		}
	}
	if taken != len(titles) {
		t.Fatalf("the journey has no step %q", titles[taken])
	}
}

// It counts the processes of the tests, and so runs beside no other.
func TestR98_TheDemoGoesAsItShouldTwiceAndLeavesNoProcess(t *testing.T) {
	opts := local(t)
	for run := range 2 {
		var out bytes.Buffer
		if err := demonstrate(t.Context(), opts, &out); err != nil {
			t.Fatalf("run %d: %v\n%s", run, err, out.String())
		}
		text := out.String()
		for _, want := range []string{
			"PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp", "PostAuthentication_Authentication", "TokenGeneration_Authentication",
			"PostConfirmation_ConfirmForgotPassword", "PreSignUp_AdminCreateUser", "TokenGeneration_NewPasswordChallenge", "TokenGeneration_ClientCredentials",
			`+   roles                  ["editor","admin"]`, `+   roles                  ["editor"]`, `+   tenant                 "acme"`, `+   tenant                 "globex"`, `+   status                 "active"`, `unknown client`, "aws.cognito.signin.user.admin +app/read",
			"UserLambdaValidationException: PreSignUp failed with error ", "UserLambdaValidationException: PreTokenGeneration failed with error ",
			"200, tenant acme, roles [editor admin], scopes", "200, tenant globex, roles [editor], scopes", "401 Unauthorized", "403 Forbidden", "AccessDeniedException",
			"Ada  PROFILE", "Ada  SIGNIN", "Grace  PROFILE",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the account lacks %q", want)
			}
		}
		if strings.Contains(text, "✗") || strings.Contains(text, "no log line") {
			t.Errorf("something went wrong unnoticed:\n%s", text)
		}
	}
	if left := children(t); left != "" {
		t.Errorf("processes are left:\n%s", left)
	}
}

// children returns the processes that this test still has.
func children(t *testing.T) string {
	t.Helper()
	for range 1500 {
		out, err := exec.Command("ps", "-o", "pid=,stat=,args=", "--ppid", strconv.Itoa(os.Getpid())).Output()
		if err != nil && len(out) == 0 {
			return ""
		}
		var left []string
		for line := range strings.Lines(string(out)) {
			if !strings.Contains(line, "ps -o") {
				left = append(left, line)
			}
		}
		if len(left) == 0 {
			return ""
		}
		time.Sleep(20 * time.Millisecond)
		if t.Context().Err() != nil {
			return strings.Join(left, "")
		}
	}
	return "still there after half a minute"
}

func TestAStepThatGoesWrongIsSaidAndFailsTheDemo(t *testing.T) {
	t.Parallel()
	opts := local(t)
	cloud, err := localcloud.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cloud.Close() }()
	seen := &steps{Timeline: timeline.New(timeline.Limits{})}
	var out bytes.Buffer
	a := &account{out: &out}
	bad := journey.Step{Title: "nothing fires", Call: "SignUp", Fires: []string{"PreSignUp_SignUp"}, Run: func(context.Context) (journey.Result, error) {
		return journey.Result{Note: "done"}, nil
	}}
	if a.tell(t.Context(), cloud, seen, bad) {
		t.Error("a step whose trigger did not fire passed")
	}
	if !strings.Contains(out.String(), "✗ it fired [], and should have fired [PreSignUp_SignUp]") {
		t.Errorf("got %s", out.String())
	}
}

func TestAWrongCallIsOneClearLine(t *testing.T) {
	for _, args := range [][]string{nil, {"deom"}} {
		if err := run(t.Context(), args); err == nil || !strings.Contains(err.Error(), "demo, move, serve or trust") {
			t.Errorf("%v: %v", args, err)
		}
	}
	err := demonstrate(t.Context(), localcloud.Options{AssemblyDir: t.TempDir(), InfraDir: "../.."}, new(bytes.Buffer))
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("an empty assembly: %v", err)
	}
}

// A function's refusal may hold what a user wrote, and a user may be called anything.
func TestR60_NothingThatHappensCommandsTheTerminal(t *testing.T) {
	var out bytes.Buffer
	a := &account{out: &out}
	wild := "a\x1b]0;owned\x07\u202e\r\u009bé"
	a.triggers(timeline.Invocation{Source: wild, Function: wild, Message: wild}, timeline.Invocation{Function: wild, Said: &timeline.Said{Outcome: wild, Code: wild}})
	if got := out.String(); strings.ContainsAny(got, "\x1b\x07\u202e\r\u009b") || strings.Count(got, "é") != 6 {
		t.Errorf("got %q", got)
	}
}
