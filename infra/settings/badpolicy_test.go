package settings

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// soundSettings is a stage without a mistake, up to the sign-up policy.
const soundSettings = `disposable: true
domain: {prefix: example}
selfSignUp: true
clients: {web: {callbackUrls: [https://app.example/callback]}, machine: {machine: true}}
resourceServer: {identifier: app, scopes: [{name: read}]}
policy:
  signUp:
`

var update = flag.Bool("update", false, "write the faults of the bad policies anew")

const badPolicies = "testdata/bad-policies.txt"

// badPolicy is a case of badPolicies: a name, the text below signUp, and the faults, each
// after a >.
type badPolicy struct{ name, text, faults string }

// readBad reads the cases of a file.
func readBad(t *testing.T, file string) []badPolicy {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []badPolicy
	for part := range strings.SplitSeq("\n"+string(src), "\n# ") {
		name, rest, _ := strings.Cut(part, "\n")
		if strings.TrimSpace(name) == "" {
			continue
		}
		c := badPolicy{name: name}
		for line := range strings.Lines(rest) {
			if fault, ok := strings.CutPrefix(line, "> "); ok {
				c.faults += fault
			} else if strings.TrimSpace(line) != "" {
				c.text += line
			}
		}
		cases = append(cases, c)
	}
	return cases
}

// stageOf writes a stage file with a sign-up policy and returns its path.
func stageOf(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bad.yaml")
	var indented strings.Builder
	for line := range strings.Lines(text) {
		indented.WriteString("    " + line)
	}
	if err := os.WriteFile(path, []byte(soundSettings+indented.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// complete is the form of a useful fault: file, line, key, what is wrong and what to do.
var complete = regexp.MustCompile(`^bad\.yaml:\d+: policy\.signUp[^ ]*: .+; .+$`)

// The test compares the words of all faults of each document. `go test ./infra/settings
// -run BadPolicy -update` writes them.
func TestEveryBadPolicyIsRefusedAtSynth(t *testing.T) {
	t.Parallel()
	cases := readBad(t, badPolicies)
	if len(cases) == 0 {
		t.Fatal("there are no bad policies")
	}
	var rewritten strings.Builder
	for _, c := range cases {
		path := stageOf(t, c.text)
		_, err := LoadStage(path)
		if err == nil {
			t.Errorf("%s: no fault", c.name)
			continue
		}
		got := strings.ReplaceAll(err.Error(), path, "bad.yaml") + "\n"
		for line := range strings.Lines(got) {
			if !complete.MatchString(strings.TrimSuffix(line, "\n")) {
				t.Errorf("%s: %s does not say where, what and what to do", c.name, line)
			}
		}
		if got != c.faults && !*update {
			t.Errorf("%s: got\n%swant\n%s", c.name, got, c.faults)
		}
		rewritten.WriteString("# " + c.name + "\n" + c.text + "> " + strings.ReplaceAll(strings.TrimSuffix(got, "\n"), "\n", "\n> ") + "\n\n")
	}
	if *update {
		if err := os.WriteFile(badPolicies, []byte(rewritten.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d documents", len(cases))
}

// atSynthAlone matches faults that only the whole stage shows, or that the compiled file
// cannot hold.
var atSynthAlone = regexp.MustCompile(`anybody can register|not an organisation's domain|may write|an empty list`)

// A function also refuses what synth refuses.
func TestAFunctionRefusesToStartWithEveryBadPolicy(t *testing.T) {
	t.Parallel()
	refused := 0
	for _, c := range readBad(t, badPolicies) {
		path := stageOf(t, c.text)
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var stage Stage
		if _, err := strict.Decode(path, src, &stage); err != nil {
			continue // the file has no such document
		}
		text, err := policy.Encode(stage.Policy, policy.Sections("presignup")...)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := policy.Decode(text, policy.Sections("presignup")...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := signup.Compile(doc.SignUp); err == nil && !atSynthAlone.MatchString(c.faults) {
			t.Errorf("%s: the function starts", c.name)
		} else if err != nil {
			refused++
		}
	}
	t.Logf("%d policies stop the function", refused)
	if refused < 40 {
		t.Error("too few to say anything")
	}
}

func TestAnAutoConfirmationIsWarnedOfAtSynth(t *testing.T) {
	t.Parallel()
	path := stageOf(t, "\nautoConfirm: {origins: [self], domains: [corp.example]}\n")
	stage, err := LoadStage(path)
	if err != nil {
		t.Fatal(err)
	}
	warnings := stage.Warnings()
	if len(warnings) != 1 || !strings.HasPrefix(warnings[0], path+":9: policy.signUp.autoConfirm: every user who types an address of corp.example has a confirmed account") {
		t.Errorf("got %q", warnings)
	}
	if stage, err = LoadStage(stageOf(t, "email: {required: true, holds: token, appliesTo: [self, admin]}\n")); err != nil || stage.Warnings() != nil {
		t.Errorf("got %q, %v", stage.Warnings(), err)
	}
}

// The shipped stages take the tenant's roles.
func TestR45_GlobalRolesBesideATenantAreWarnedOfAtSynth(t *testing.T) {
	t.Parallel()
	const tokens = "{profiles: {app: {id: {claims: [{name: tenant, from: authz.tenant}, {name: roles, from: %s}]}}}}\n"
	for source, want := range map[string]string{
		"authz.roles":       "policy.tokens.profiles.app.id.claims[1].from: authz.roles are the same in every tenant",
		"authz.tenantRoles": "",
	} {
		path := filepath.Join(t.TempDir(), "test.yaml")
		if err := os.WriteFile(path, []byte("clients: {web: {profile: app}}\napi: {on: true}\ndisposable: true\npolicy:\n  tokens:\n    "+fmt.Sprintf(tokens, source)), 0o600); err != nil {
			t.Fatal(err)
		}
		stage, err := LoadStageFor(path, Given{Pool: true, Clients: []string{"web"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(stage.Warnings(), "\n"); (want == "") != (got == "") || !strings.HasPrefix(strings.TrimPrefix(got, path+":6: "), want) {
			t.Errorf("%s: %q", source, got)
		}
	}
	for _, name := range []string{"dev", "prod"} {
		stage, err := FindStage("../stages", name)
		if err != nil {
			t.Fatal(err)
		}
		for _, warning := range stage.Warnings() {
			if strings.Contains(warning, "policy.tokens") {
				t.Errorf("%s: %s", name, warning)
			}
		}
	}
}

// Public suffixes with a star are no mistake.
func TestPublicSuffixesCanBeMeant(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"domains: {allow: [\"*.co.uk\", \"*.github.io\", corp.example, intranet.corp]}\n",
		"domains: {deny: [\"*.xyz\", \"*.co.uk\", github.io, blogspot.com, mail.github.io]}\n",
		"disposable: {except: [\"*.com.au\", mail.dynv6.net]}\n",
		"autoConfirm: {origins: [self], domains: [corp.example, \"*.partner.example\", corp.co.uk]}\n",
	} {
		if _, err := LoadStage(stageOf(t, text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
