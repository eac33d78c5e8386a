package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

func TestMain(m *testing.M) {
	code := m.Run()
	hush()
	jsii.Close()
	os.Exit(code)
}

// amd64Program is the header of an ELF file for x86-64; the stack reads no more.
const amd64Program = "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00\x01\x00\x00\x00"

// project makes a folder like the project's, with the stage dev and functions for amd64,
// and changes to it.
func project(t *testing.T) {
	t.Helper()
	stage, err := os.ReadFile("../stages/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	write(t, "infra/stages/dev.yaml", string(stage), 0o644)
	header := amd64Program + strings.Repeat("\x00", 28) + "\x40\x00" + strings.Repeat("\x00", 10)
	for _, name := range append(triggers.Rooms(), "register", "whoami") {
		write(t, filepath.Join("dist/amd64", name, "bootstrap"), header, 0o755)
	}
}

func write(t *testing.T, file, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

// appWith makes an app with a context, as -c does.
func appWith(t *testing.T, context map[string]any) awscdk.App {
	t.Helper()
	return awscdk.NewApp(&awscdk.AppProps{Context: &context, Outdir: new(t.TempDir())})
}

func TestStageDevIsMadeForTheHost(t *testing.T) {
	project(t)
	app := appWith(t, map[string]any{"arch": "amd64"})
	if err := synthesize(app); err != nil {
		t.Fatal(err)
	}
	template, err := os.ReadFile(filepath.Join(*app.Outdir(), "CognitoTriggers-dev.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	functions := strings.Count(string(template), `"Type": "AWS::Lambda::Function"`)
	if n := strings.Count(string(template), `"x86_64"`); n == 0 || n != functions {
		t.Errorf("%d of %d functions are for x86_64", n, functions)
	}
}

// The construct says its warnings, too, without their lines.
func TestAWarningOfAStageIsSaidOnce(t *testing.T) {
	project(t)
	write(t, "infra/stages/kept.yaml", "domain: {prefix: acme}\nclients: {web: {flows: [srp]}}\n", 0o644)
	app := appWith(t, map[string]any{"arch": "amd64", "stage": "kept"})
	if err := synthesize(app); err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile(filepath.Join(*app.Outdir(), "manifest.json"))
	if err != nil || strings.Contains(string(manifest), "aws:cdk:warning") {
		t.Errorf("%v; the command line prints it again", err)
	}
}

func TestWhatIsWrongComesOutInPlainLines(t *testing.T) {
	tests := map[string]struct {
		context map[string]any
		want    []string
	}{
		"unknown stage":      {map[string]any{"stage": "qa"}, []string{`there is no stage "qa"`, "the stages are: dev"}},
		"unknown processor":  {map[string]any{"arch": "mips"}, []string{`architecture: "mips" is not known`}},
		"no build":           {nil, []string{"dist/arm64/presignup: is not there; run `make build ARCH=arm64`", "dist/arm64/postauthentication: "}},
		"a number for stage": {map[string]any{"stage": 7}, []string{`there is no stage "7"`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			project(t)
			err := synthesize(appWith(t, test.context))
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q is not in %v", part, err)
				}
			}
			if strings.Contains(err.Error(), "goroutine") {
				t.Errorf("a trace: %v", err)
			}
		})
	}
}

// What synth prints about a file, ops check says without the CDK. A fault that synth alone
// finds would be of the CDK itself: none is known.
func TestR66_OpsCheckSaysWhatSynthSays(t *testing.T) {
	project(t)
	dev, err := os.ReadFile("infra/stages/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	app := appWith(t, map[string]any{"arch": "amd64"}) // no stack is made in it
	for name, change := range map[string][2]string{
		"a rule":      {"deny: [", "deny: [not a domain, "},
		"a setting":   {"selfSignUp: true", "selfSignUp: true\nplan: lite"},
		"a key":       {"\npolicy:\n", "\npolicies: {}\npolicy:\n"},
		"a profile":   {"      service:\n", "      servant:\n"},
		"a type":      {"disposable: true", "disposable: sure"},
		"a file":      {"\npolicy:\n", "\nmigration: {hashes: [{kind: \"bcrypt:10\"}], waiting: not-there.bin}\npolicy:\n"},
		"two at once": {"selfSignUp: true", "selfSignUp: true\nmemoryMiB: 1\nlogRetentionDays: 2"},
	} {
		text := strings.Replace(string(dev), change[0], change[1], 1)
		if text == string(dev) {
			t.Fatalf("%s: the stage has no %q", name, change[0])
		}
		write(t, "infra/stages/dev.yaml", text, 0o644)
		said := synthesize(app)
		checked, err := support.Check(shipped, "dev")
		if err != nil || said == nil {
			t.Fatalf("%s: %v, synth says %v", name, err, said)
		}
		if got := policy.Joined(checked.Faults); got != said.Error() {
			t.Errorf("%s: ops check says\n%s\nsynth says\n%v", name, got, said)
		}
	}
}

// The CDK refuses by panicking, here a second stack of the same name.
func TestWhatTheCDKRefusesIsAnErrorToo(t *testing.T) {
	project(t)
	app := appWith(t, map[string]any{"arch": "amd64"})
	if err := synthesize(app); err != nil {
		t.Fatal(err)
	}
	if err := synthesize(app); err == nil || !strings.Contains(err.Error(), "making the stack: ") {
		t.Errorf("error %v", err)
	}
}
