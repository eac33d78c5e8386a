package e2e

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/ministack"
	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/project"
)

// instead has the steps that run otherwise here, each with its reason.
var instead = map[string]string{
	"Install the CDK command line": "test -x infra/node_modules/.bin/cdk", // it is there, and shared with the other tests
	"Test":                         "",                                    // this test is one of make test's
}

// Every step of the example runs in a clean copy of the sources, from the build to the
// changes of prod, on the emulator. What it refuses is left out of the stages by name
// (withoutAlarms); the actions of GitHub are not run.
func TestR76_ThePipelineDeploysOneBuildToBothStages(t *testing.T) {
	a, dir := emulate(t)
	m := a.checkout(t, filepath.Join(dir, "checkout"))
	// A pipeline changes a prod that is there.
	const before = `{"Resources":{"Before":{"Type":"AWS::SSM::Parameter","Properties":{"Type":"String","Value":"v"}}}}`
	a.cloudformation(t, url.Values{"Action": {"CreateStack"}, "StackName": {"CognitoTriggers-prod"}, "TemplateBody": {before}})
	w := pipeline(t)
	for _, name := range pipelineJobs {
		if status, _ := a.stack(t, "CognitoTriggers-prod"); status != "CREATE_COMPLETE" {
			t.Errorf("before %s, prod is %q", name, status)
		}
		for _, s := range w.Jobs[name].Steps {
			script, other := instead[s.Name]
			if !other {
				script = s.Run
			}
			if said := m.shell(t, name+": "+s.Name, script); s.Name == "Print the changes" && !strings.Contains(said, "[+] AWS::Cognito::UserPool") {
				t.Errorf("the changes are not printed:\n%s", said)
			}
		}
		if name == "build" { // what is deployed is what Unpack finds
			m.shell(t, "cdk bootstrap", "npx --prefix infra cdk bootstrap --build true --app dist/assemblies/dev")
			m.shell(t, "the next machine", "rm -rf dist/assemblies dist/"+runtime.GOARCH)
		}
	}
	for stack, want := range map[string]string{"CognitoTriggers-dev": "CREATE_COMPLETE", "CognitoTriggers-prod": "UPDATE_COMPLETE"} {
		if status, _ := a.stack(t, stack); status != want {
			t.Errorf("%s is %q", stack, status)
		}
	}
	samePrograms(t, filepath.Join(m.root, "dist", "assemblies"))
}

// machine runs the steps in a copy of the sources.
type machine struct {
	root string
	env  []string
}

// checkout copies the sources.
func (a *account) checkout(t *testing.T, root string) machine {
	t.Helper()
	copySources(t, a.options.Root, root)
	if err := os.Symlink(filepath.Join(a.options.Root, "infra", "node_modules"), filepath.Join(root, "infra", "node_modules")); err != nil {
		t.Fatal(err)
	}
	useApp(t, root)
	for _, stage := range []string{"dev", "prod"} {
		file := filepath.Join(root, "infra", "stages", stage+".yaml")
		src, err := os.ReadFile(file)
		if err := errors.Join(err, os.WriteFile(file, withoutAlarms(src), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return machine{root, append(project.Emulated(a.server.URL, ministack.Account, ministack.Region, t.TempDir()),
		"ARCH="+runtime.GOARCH, "GITHUB_RUN_ID=7", "GOCACHE="+goEnv(t, "GOCACHE"), "GOMODCACHE="+goEnv(t, "GOMODCACHE"))}
}

// shell runs a step as GitHub's shell bash does, and returns what it prints.
func (m machine) shell(t *testing.T, name, script string) string {
	t.Helper()
	start := time.Now()
	cmd := exec.CommandContext(t.Context(), "bash", "-eo", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = m.root, m.env
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, said)
	}
	if script != "" {
		fmt.Printf("  %-32s %.1f s\n", name, time.Since(start).Seconds())
	}
	return string(said)
}

// useApp lets a copy run the app of the sources that it is a copy of: to compile it again
// would take as long as the rest.
func useApp(t *testing.T, root string) {
	t.Helper()
	compiled, err := app()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "cdk.json")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := regexp.MustCompile(`"app": "[^"]*"`).ReplaceAll(src, []byte(`"app": "`+compiled+`"`))
	if err := os.WriteFile(file, changed, 0o644); err != nil {
		t.Fatal(err)
	}
}

// samePrograms compares what the stages deploy of each function: by the asset that its
// resource names, with the mode that Lambda needs.
func samePrograms(t *testing.T, assemblies string) {
	t.Helper()
	programs := map[string]map[string]string{}
	for _, stage := range []string{"dev", "prod"} {
		programs[stage] = map[string]string{}
		file := filepath.Join(assemblies, stage, "CognitoTriggers-"+stage+".template.json")
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`"aws:cdk:path": "CognitoTriggers-\w+/Suite/(\w+)/Resource",\s+"aws:asset:path": "(asset\.\w+)"`).FindAllStringSubmatch(string(src), -1) {
			program := filepath.Join(assemblies, stage, found[2], "bootstrap")
			info, err := os.Stat(program)
			if err != nil || info.Mode().Perm() != 0o755 {
				t.Errorf("%s of %s: %v, %v", found[1], stage, info, err)
			}
			sums := map[string]string{}
			sum(t, assemblies, filepath.Join(stage, found[2], "bootstrap"), sums)
			for _, each := range sums {
				programs[stage][found[1]] = each
			}
		}
	}
	both := 0
	for function, program := range programs["dev"] {
		if other, there := programs["prod"][function]; there {
			both++
			if other != program {
				t.Errorf("%s is another program in prod", function)
			}
		}
	}
	if both < 5 { // the triggers and the register
		t.Errorf("the stages share %d functions: %v", both, programs)
	}
	step(t, "%d functions are the same programs in dev and prod", both)
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
