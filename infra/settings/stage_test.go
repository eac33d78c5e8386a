package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

func TestStageFilesOfTheProjectAreSound(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"dev", "prod"} {
		s, err := FindStage("../stages", name)
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
		}
		if s.Name != name || s.Disposable != (name == "dev") {
			t.Errorf("%s is %q, disposable %v", name, s.Name, s.Disposable)
		}
	}
}

// faulty has one mistake of each kind, in the settings and in the policy.
const faulty = `disposable: yes
plan: lite
domain: {prefix: 5}
selfSignup: true
clients:
  web: {profile: app, callbackUrls: [https://app.example/,
    http://app.example/]}

resourceServer:
  identifier: app
  scopes:
    - name: read
groups: [admins, admins]
policy:
  signUp:
    email: {mode: enforce, requird: true}
    domains:
      deny:
        - blocked.example
        - "not a domain"
  mirror:
    attributes: [name, sub]
  tokens:
    profiles:
      app:
        id:
          claims:
            - {name: roles, from: authz.roles}
            - {name: aud, value: x}
`

// A rule that says nothing is not shipped: it would change the policy's hash, and with it
// the function, for no reason.
func TestARuleThatSaysNothingIsNotShipped(t *testing.T) {
	t.Parallel()
	shipped := func(rules string) string {
		s, err := LoadStage(stageOf(t, "showCode: false\n"+rules+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		out, err := policy.Encode(s.Document(Given{}), "signUp")
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	want := shipped("")
	for _, rules := range []string{"access: {}", "access: {observe: false}", "challenge: {}", "email: {}\ndomains: {}\nattributes: {}"} {
		if got := shipped(rules); got != want {
			t.Errorf("%s ships\n%s\nwithout it\n%s", rules, got, want)
		}
	}
	if got := shipped("access: {mode: closed}"); got == want {
		t.Error("a rule that says something is not shipped")
	}
}

func TestStageFaultsComeWithFileAndLineAllAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.yaml")
	if err := os.WriteFile(path, []byte(faulty), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := LoadStage(path)
	if err == nil {
		t.Fatal("no error")
	}
	want := []string{
		":1: disposable: must be true or false",
		":2: plan: lite has no pre token generation V3_0",
		":3: domain.prefix: must be a text",
		`:4: selfSignup: unknown key "selfSignup"; did you mean selfSignUp?`,
		`:7: clients.web.callbackUrls[1]: "http://app.example/" is not encrypted`,
		`:13: groups[1]: "admins" is listed already`,
		`:16: policy.signUp.email.requird: unknown key "requird"; did you mean required?`,
		":20: policy.signUp.domains.deny[1]: ",
		":22: policy.mirror.attributes[1]: ",
		":29: policy.tokens.profiles.app.id.claims[1].name: ",
	}
	got := strings.Split(err.Error(), "\n")
	if len(got) != len(want) {
		t.Errorf("%d faults:\n%v", len(got), err)
	}
	for i := range min(len(got), len(want)) {
		if !strings.HasPrefix(got[i], path+want[i]) {
			t.Errorf("got  %s\nwant %s", strings.TrimPrefix(got[i], path), want[i])
		}
	}
}

func TestMissingValuesAreReportedWhereTheyShouldStand(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.yaml")
	if err := os.WriteFile(path, []byte("selfSignUp: true\n\nclients:\n  web: {writeAttributes: [email]}\n  jobs: {machine: true}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := LoadStage(path)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		":1: domain.prefix: is missing", ":4: clients.web.callbackUrls: is missing", ":5: clients.jobs: needs a scope",
	} {
		if !strings.Contains(err.Error(), path+want) {
			t.Errorf("%q is not in\n%v", want, err)
		}
	}
}

// A caller who changes a loaded stage can validate it again. A value that could not be
// read is not also missing: each of these files has one line for each mistake.
func TestWhatCannotBeReadIsNotReportedAsMissing(t *testing.T) {
	t.Parallel()
	const around = "clients: {web: {callbackUrls: [https://app.example/callback]}}\nresourceServer: {identifier: app, scopes: [{name: read}]}\n"
	for text, want := range map[string]string{
		"domain: {prefix: {a: b\n":        ":1: ",
		"\xef\xbb\xbf" + around:           ":1: the invisible character U+FEFF",
		"- domain: {prefix: example}\n":   ":1: must be a mapping, not a list",
		"":                                ":1: the file is empty",
		"monitoring:\n\tnoAlarms: true\n": ":2: the line is indented with a tab",
		"domain: {prefix: example}\nclients:\nresourceServer: {identifier: app, scopes: [{name: a}]}": ":2: clients: has no value",
		"domain: {prefix: example}\n" + strings.Replace(around, "{name: read}", "read", 1):            ":3: resourceServer.scopes[0]: must be a mapping",
		around + "---\ndomain: {prefix: example}\n":                                                   ":4: a second document begins here",
	} {
		path := filepath.Join(t.TempDir(), "test.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadStage(path); err == nil || !strings.HasPrefix(err.Error(), path+want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got\n%v\nwant one line %s", text, err, want)
		}
	}
}

// placed is a stage file whose keys are asked for by their places.
const placed = "disposable: true\r\n\r\npolicy:\n  signUp:\n    # of the rule\n    domains: \n# at the edge\n      # inside\n      deny:\n\r\n        - a.example\n      # behind\n\n    email: {}"

func TestAKeyHasItsPlaceAndItsText(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.yaml")
	s, err := ReadStage(path, []byte(placed), Given{Pool: true})
	if err != nil || s.File() != filepath.ToSlash(path) {
		t.Fatalf("%s: %v", s.File(), err)
	}
	for key, want := range map[string]struct {
		line int
		text []string
	}{
		"disposable":               {1, []string{"disposable: true"}},
		"policy.signUp.domains":    {6, []string{"domains:", "# at the edge", "  # inside", "  deny:", "", "    - a.example"}},
		"policy.signUp.email":      {14, []string{"email: {}"}},
		"policy.signUp.relay":      {},
		"policy.signUp.email.mode": {},
	} {
		place := ""
		if want.line > 0 {
			place = fmt.Sprintf("%s:%d", s.File(), want.line)
		}
		if got := s.Place(key); got != place || !slices.Equal(s.Text(key), want.text) || (s.Text(key) == nil) != (want.text == nil) {
			t.Errorf("%s: %s %q, want %s %q", key, got, s.Text(key), place, want.text)
		}
	}
	if code := (Stage{}); code.File() != "" || code.Place("") != "" || code.Text("") != nil {
		t.Error("a stage that was not read from a file has a place in one")
	}
}

func TestAStageThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if _, err := LoadStage(filepath.Join(folder, "test.yaml")); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "reading the stage: open ") {
		t.Errorf("got %v", err)
	}
	if err := os.Mkdir(StageFile(folder, "test"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{"one": second(DecodeStages(folder, "test")), "all": second(DecodeStages(folder, ""))} {
		if err == nil || !strings.HasPrefix(err.Error(), "reading the stage: read ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// Also a stage with faults can be explained, if it is YAML.
func TestStagesAreDecodedByNameWithoutAJudgement(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{"a": "plan: pro\n", "b": "plan: lite\n", "c": "plan: [\n"} {
		if err := os.WriteFile(StageFile(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	one, err := DecodeStages(folder, "b")
	if err != nil || len(one) != 1 || one[0].Name != "b" || one[0].Plan != PlanLite || one[0].Place("plan") == "" {
		t.Errorf("one: %+v, %v", one, err)
	}
	if _, err := DecodeStages(folder, "c"); err == nil || !strings.Contains(err.Error(), "c.yaml:1: ") {
		t.Errorf("what is no YAML: %v", err)
	}
	if err := os.Remove(StageFile(folder, "c")); err != nil {
		t.Fatal(err)
	}
	all, err := DecodeStages(folder, "")
	if err != nil || len(all) != 2 || all[0].Name != "a" || all[0].Plan != "pro" || all[1].Name != "b" {
		t.Errorf("all: %+v, %v", all, err)
	}
	var none NoStage
	if _, err := DecodeStages(folder, "d"); !errors.As(err, &none) || err.Error() != `there is no stage "d" in `+folder+"; the stages are: a, b" {
		t.Errorf("one that is not there: %v", err)
	}
	if stages, err := DecodeStages(t.TempDir(), ""); err != nil || stages != nil {
		t.Errorf("an empty folder: %v, %v", stages, err)
	}
}

func TestAStageHasItsWarningsAsLinesAndAsFaults(t *testing.T) {
	t.Parallel()
	s, err := FindStage("../stages", "prod")
	if err != nil {
		t.Fatal(err)
	}
	found := s.Found()
	if lines := s.Warnings(); len(lines) == 0 || strings.Join(lines, "\n") != found.Error() {
		t.Errorf("got %q and %v", lines, found)
	}
	if found[0].Line = -1; s.Found()[0].Line == -1 {
		t.Error("a caller changes the warnings of the stage")
	}
}

func TestAStackIsNamedAfterItsStage(t *testing.T) {
	t.Parallel()
	if name := StackName("dev"); name != "CognitoTriggers-dev" || StageOf(name) != "dev" {
		t.Errorf("%s is the stack of %s", name, StageOf(name))
	}
}

func TestAFolderWithoutStagesIsSaidToBeOne(t *testing.T) {
	t.Parallel()
	if _, err := FindStage("testdata", "dev"); err == nil || err.Error() != "there is no stage file in testdata: is this the project's folder?" {
		t.Errorf("got %v", err)
	}
}

func TestAStageCanBeJudgedAgain(t *testing.T) {
	t.Parallel()
	s, err := FindStage("../stages", "prod")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(); err != nil {
		t.Errorf("as it is in its file: %v", err)
	}
	s.MemoryMiB = 64
	onlyFault(t, "memoryMiB: 64 is out of range", s.Validate())
}

func TestUnknownStageNamesThoseThere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"stagging", "", "../stages/dev"} {
		_, err := FindStage("../stages", name)
		if err == nil || !strings.Contains(err.Error(), "the stages are: dev, prod") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
