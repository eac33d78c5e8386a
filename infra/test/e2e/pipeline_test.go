package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// workflow is what the tests read of the pipeline's example.
type workflow struct {
	On          map[string]any
	Permissions map[string]string
	Env         map[string]string
	Jobs        map[string]job
}

type job struct {
	Needs       string
	Environment string
	Permissions map[string]string
	Steps       []pipelineStep
}

type pipelineStep struct {
	Name, Uses, Run string
	With            map[string]any
}

// pipelineFile is the example, from the repository's folder.
const pipelineFile = "infra/stages/deploy.example.yml"

// pipelineJobs are the jobs of the example, in their order.
var pipelineJobs = []string{"build", "dev", "prod-changes", "prod"}

func pipeline(t *testing.T) workflow {
	t.Helper()
	var w workflow
	if err := yaml.Unmarshal([]byte(read(t, pipelineFile)), &w); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestR76_ThePipelineRunsPinnedActionsOfOneBranch(t *testing.T) {
	w := pipeline(t)
	if !reflect.DeepEqual(w.On, map[string]any{"push": map[string]any{"branches": []any{"main"}}}) {
		t.Errorf("it runs on %v: a pull request must not reach credentials", w.On)
	}
	pinned := regexp.MustCompile(`^ *- uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	for line := range strings.Lines(read(t, pipelineFile)) {
		if strings.Contains(line, "uses:") && !pinned.MatchString(strings.TrimRight(line, "\n")) {
			t.Errorf("not pinned to a commit, with its version behind: %s", line)
		}
	}
	for i, name := range pipelineJobs {
		if i > 0 && w.Jobs[name].Needs != pipelineJobs[i-1] {
			t.Errorf("%s waits for %q", name, w.Jobs[name].Needs)
		}
	}
	if len(w.Jobs) != len(pipelineJobs) {
		t.Errorf("%d jobs", len(w.Jobs))
	}
}

// Credentials come by OpenID Connect, for the jobs with an environment alone, and nothing
// that an event carries becomes a command.
func TestR76_ThePipelineHoldsNoKey(t *testing.T) {
	text, w := read(t, pipelineFile), pipeline(t)
	if found := regexp.MustCompile(`(?i)secrets\.|access[-_]key|session[-_]token|github\.event|password`).FindString(text); found != "" {
		t.Errorf("it has %q", found)
	}
	if w.Permissions == nil || len(w.Permissions) > 0 {
		t.Errorf("a job that asks for nothing may %v", w.Permissions)
	}
	for name, environment := range map[string]string{"build": "", "dev": "dev", "prod-changes": "prod", "prod": "prod"} {
		j, want := w.Jobs[name], map[string]string{"contents": "read"}
		if environment != "" {
			want["id-token"] = "write"
		}
		if j.Environment != environment || !reflect.DeepEqual(j.Permissions, want) {
			t.Errorf("%s has the environment %q and may %v", name, j.Environment, j.Permissions)
		}
		credentials := 0
		for _, s := range j.Steps {
			switch action, _, _ := strings.Cut(s.Uses, "@"); action {
			case "actions/checkout":
				if s.With["persist-credentials"] != false {
					t.Errorf("%s leaves the token of the repository on disk", name)
				}
			case "aws-actions/configure-aws-credentials":
				credentials++
				if want := map[string]any{"role-to-assume": "${{ vars.DEPLOY_ROLE }}", "aws-region": "${{ vars.AWS_REGION }}"}; !reflect.DeepEqual(s.With, want) {
					t.Errorf("%s asks for credentials with %v", name, s.With)
				}
			}
			if strings.Contains(s.Run, "${{") {
				t.Errorf("%s: the shell runs an expression: %s", name, s.Run)
			}
			if environment != "" && strings.Contains(s.Run, "npm ") && !strings.Contains(s.Run, "--ignore-scripts") {
				t.Errorf("%s: any package may ask for the credentials: %s", name, s.Run)
			}
			if environment != "" && regexp.MustCompile(`make |go |cdk synth|deploy [^\n]*--app cdk`).MatchString(s.Run) {
				t.Errorf("%s builds again: %s", name, s.Run)
			}
		}
		if (credentials > 0) != (environment != "") {
			t.Errorf("%s asks for credentials %d times", name, credentials)
		}
	}
}

func TestR76_TheRoleOfThePipelineIsForOneEnvironmentAndTheBootstrapsRoles(t *testing.T) {
	for file, want := range map[string]string{
		"infra/stages/deploy.trust.json": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
			"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
			"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{
				"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",
				"token.actions.githubusercontent.com:sub":"repo:ORG/REPO:environment:prod"}}}]}`,
		"infra/stages/deploy.policy.json": `{"Version":"2012-10-17","Statement":[{"Sid":"UseTheRolesOfTheBootstrap","Effect":"Allow",
			"Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/cdk-hnb659fds-*","Condition":{"StringEquals":{
				"iam:ResourceTag/aws-cdk:bootstrap-role":["deploy","file-publishing","lookup"]}}}]}`,
	} {
		var got, exactly any
		if err := json.Unmarshal([]byte(read(t, file)), &got); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if err := json.Unmarshal([]byte(want), &exactly); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, exactly) {
			t.Errorf("%s is not exactly\n%s", file, want)
		}
	}
	// The tags are those of the pinned command line's own bootstrap.
	template := "infra/node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"
	if _, err := os.Stat("../../../" + template); err != nil {
		t.Skipf("the CDK command line is missing, make synth installs it: %v", err)
	}
	tags := regexp.MustCompile(`Key: aws-cdk:bootstrap-role\n\s+Value: (\S+)`).FindAllStringSubmatch(read(t, template), -1)
	var roles []string
	for _, tag := range tags {
		roles = append(roles, tag[1])
	}
	for _, role := range []string{"deploy", "file-publishing", "lookup"} {
		if !slices.Contains(roles, role) {
			t.Errorf("the bootstrap has the roles %v, and no %s", roles, role)
		}
	}
}

func TestR76_ActionlintFindsNothing(t *testing.T) {
	lint := exec.CommandContext(t.Context(), "go", "tool", "-modfile=internal/dev/actionlint.mod", "actionlint", "-shellcheck=", "-pyflakes=", pipelineFile)
	lint.Dir = "../../.."
	said, err := lint.CombinedOutput()
	if err != nil && regexp.MustCompile(`module lookup disabled|dial tcp|no such host`).Match(said) {
		t.Skipf("actionlint is not in the module cache, and cannot be fetched:\n%s", said)
	}
	if err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}
