package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// served makes a project of the stage files and of the outputs that make local writes, and
// goes there: --stage local then says it all.
func (o operated) served() {
	o.Helper()
	project, err := os.Getwd()
	if err != nil {
		o.Fatal(err)
	}
	o.Chdir(o.TempDir())
	outputs := map[string]string{
		settings.LocalCognitoOutput: o.cloud.Endpoints().CognitoIDP, settings.LocalDynamoDBOutput: o.cloud.Endpoints().DynamoDB,
		settings.LocalLambdaOutput: o.cloud.Endpoints().Lambda, settings.LocalStageOutput: "dev",
	}
	for name, value := range o.cloud.Outputs() {
		outputs[name] = value
	}
	text, err := json.Marshal(map[string]any{settings.StackName(settings.LocalStage): outputs})
	if err := errors.Join(
		err, os.MkdirAll("infra", 0o755), os.MkdirAll("dist", 0o755), os.Symlink(project+"/infra/stages", "infra/stages"),
		os.WriteFile("dist/outputs.local.json", text, 0o600),
	); err != nil {
		o.Fatal(err)
	}
}

// transcript is what an operator sees, call by call.
type transcript struct {
	operated
	strings.Builder
	verbs []string
}

// call calls the command and adds what it shows.
func (s *transcript) call(args ...string) outcome {
	s.Helper()
	return s.plain(append(args, "--stage", "local")...)
}

// plain calls the command without the stage.
func (s *transcript) plain(args ...string) outcome {
	s.Helper()
	got := ops(s.T, args...)
	var quoted []string
	for _, arg := range args {
		if arg = tame(arg); strings.ContainsAny(arg, " {\n?") {
			arg = "'" + arg + "'"
		}
		quoted = append(quoted, arg)
	}
	fmt.Fprintf(s, "$ ops %s\n%s%s", strings.Join(quoted, " "), got.out, got.err)
	if got.status != done {
		fmt.Fprintf(s, "[status %d]\n", got.status)
	}
	s.WriteString("\n")
	s.verbs = append(s.verbs, args[0])
	return got
}

// steady returns the transcript without what differs from run to run.
func (s *transcript) steady(fixed map[string]string) string {
	text := s.String()
	for old, name := range fixed {
		text = strings.ReplaceAll(text, old, name)
	}
	for _, r := range []struct{ pattern, name string }{
		{`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, "ID"},
		{`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| UTC|)`, "TIME"},
		{`\d{4}-\d\d-\d\d \d\d:\d\d UTC`, "TIME"},
		{`\b\d{4}-\d\d-\d\d\b`, "DAY"},
		{`"(expiresAt|durationMs|initDurationMs)": [\d.]+`, `"$1": N`},
		{`\b[\d.]+ (ms|s)\b`, "N $1"},
		{` *cold [\w. ]+ms`, ""},
		{`\b[0-9a-f]{12}\b`, "HASH"},
		{`"digest": "[\w-]{22}"`, `"digest": "DIGEST"`},
		{`"shard": "POOL#..`, `"shard": "POOL#XX`},
		{`ed25519:[\w-]+`, "ed25519:KEY"},
		{`(?m)^A[\w-]{60,}$`, "INVITE"},
		{`(?m) +$`, ""},
	} {
		text = regexp.MustCompile(r.pattern).ReplaceAllString(text, r.name)
	}
	return text
}

// The user has chosen a name that would clear the screen, an operator one that would
// colour it.
const hostile, grace = "Ada\x1b[2J\u202e\u009b31m\nroot", "gr\x1b[31mace"

// TestR66_EveryVerbAnswersOnTheLocalCloud goes through a desk's day. The transcript is what
// an operator sees.
func TestR66_EveryVerbAnswersOnTheLocalCloud(t *testing.T) {
	project, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	o := startLocal(t)
	o.member()
	pool := &o.cloud.Stack.Pool.ID
	_, err = o.app.AdminUpdateUserAttributes(t.Context(), &cognito.AdminUpdateUserAttributesInput{
		UserPoolId: pool, Username: new(address), UserAttributes: []types.AttributeType{{Name: new("name"), Value: new(hostile)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	issued := o.signIn()
	machine, _ := o.cloud.Client("MachineClientId")
	o.served()
	s := &transcript{operated: o}
	s.call("check")
	s.call("adopt", "plan", "--owner", "none")
	s.call("wiring", "--for", "terraform")
	s.call("sign-up-preview", "--email", "x@mailinator.com", "--attr", "name=Ada")
	s.call("sign-up-preview", "--email", "ada@example.com", "--attr", "name=Ada", "--json")
	s.call("explain", "https://app.example/?error_description=PreSignUp+failed+with+error+Please+fill+in+all+required+fields.+")
	s.call("explain", "You have won")
	s.call("reconcile", "--rate", "1000", "--dry-run")
	s.unseen("why", address)
	s.granted()
	s.call("why", address)
	s.call("why", address, "--client", o.web.ID, "--tenant", "globex", "--token", *issued.AccessToken)
	s.call("why", "--token", *issued.IdToken, "--json")
	s.call("token-preview", "--user", address, "--client", o.web.ID, "--tenant", "initech")
	s.call("token-preview", "--client", "1example23456789abcdefghij")
	s.call("token-preview", "--client", machine.ID)
	s.call("authz", "suspend", address)
	s.call("why", address)
	s.call("token-preview", "--user", address)
	s.call("why", "nobody")
	s.versions()
	s.plain("invite", "keygen", "--id", "x", "--out", "x.key")
	s.plain("invite", "keygen", "--id", "y", "--out", "y.key", "--json")
	s.plain("invite", "issue", "--key", "x.key", "--email", address)
	s.call("dossier", address)
	s.call("erase", address, "--yes")
	if _, err := o.app.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: pool, Username: new(address)}); err != nil {
		t.Fatal(err)
	}
	s.call("erase", address, "--yes")
	s.secret(t, issued)
	s.complete(t)
	fixed := map[string]string{
		o.web.ID: "CLIENT", machine.ID: "MACHINE", o.cloud.Stack.Pool.ID: "POOL", o.cloud.Table(): "TABLE",
		*issued.AccessToken: "ACCESS", *issued.IdToken: "IDTOKEN",
	}
	t.Chdir(project)
	golden(t, "desk.txt", s.steady(fixed))
}

// granted says what the user may do.
func (s *transcript) granted() {
	s.Helper()
	s.call("authz", "set-roles", address, "editor", "--as", grace)
	s.call("authz", "set-roles", address, "editor")
	s.call("authz", "set-tenants", address, "acme", "globex")
	s.call("authz", "set-roles", address, "--tenant", "globex", "owner")
	s.call("authz", "set-claim", address, "plan", hostile)
	s.call("authz", "show", address)
}

// unseen is call for a question, which leaves nothing in the timeline.
func (s *transcript) unseen(args ...string) {
	s.Helper()
	before := len(s.cloud.Timeline().Entries("", 0))
	s.call(args...)
	if after := len(s.cloud.Timeline().Entries("", 0)); after != before {
		s.Errorf("a question fills the timeline with %d entries", after-before)
	}
}

// versions publishes a version, as an edit does, takes it back and lets it act again.
func (s *transcript) versions() {
	s.Helper()
	s.unseen("doctor")
	s.call("status")
	if _, err := s.cloud.Functions.Replace(s.cloud.Outputs()["PreSignUpFunctionName"], s.TempDir()); err != nil {
		s.Fatal(err)
	}
	s.call("status", "--json")
	s.call("rollback")
	s.call("status")
	s.call("rollback", "--function", "PreSignUp", "--to", "newest")
	s.call("rollback", "--function", "PreSignUp", "--to", "7")
	for _, verb := range []string{"deploy", "destroy", "prune"} { // nothing is deployed here
		s.call(verb)
	}
}

// complete looks for a verb that was not called.
func (s *transcript) complete(t *testing.T) {
	t.Helper()
	for _, v := range verbs() {
		// logs has a transcript of its own, and cost reads a template.
		if v.name != "logs" && v.name != "cost" && !slices.Contains(s.verbs, v.name) {
			t.Errorf("%s is not called", v.name)
		}
	}
}

// secret looks for what a terminal would obey and for parts of tokens.
func (s *transcript) secret(t *testing.T, issued *types.AuthenticationResultType) {
	t.Helper()
	raw := s.String()
	if i := strings.IndexFunc(raw, func(r rune) bool { return r != '\n' && wild(r) }); i >= 0 {
		t.Errorf("a terminal would obey %q", raw[max(0, i-60):min(len(raw), i+20)])
	}
	for _, token := range []string{*issued.AccessToken, *issued.IdToken, *issued.RefreshToken} {
		for _, part := range strings.Split(token, ".")[1:] {
			if strings.Contains(strings.ReplaceAll(raw, token, ""), part) {
				t.Error("a part of a token is printed")
			}
		}
	}
}
