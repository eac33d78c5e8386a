package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// live returns the version of each trigger's function that the pool's calls reach.
func (a *account) live(t *testing.T) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for _, trigger := range triggers.Names() {
		name := a.outputs[trigger+settings.FunctionNameOutput]
		alias, err := lambda.NewFromConfig(a.config()).GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: &name, Name: new(settings.LiveAlias)})
		if err != nil {
			t.Fatal(err)
		}
		versions[trigger] = *alias.FunctionVersion
	}
	return versions
}

// rollBack runs the operator's `make rollback` with the outputs of the deployment.
func (a *account) rollBack(t *testing.T) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "ops")
	if out, err := exec.Command("go", "build", "-o", program, "../../cmd/ops").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, verb := range []string{"rollback", "status"} {
		cmd := exec.Command(program, verb, "--outputs", a.project.OutputsFile(), "--region", "us-east-1")
		cmd.Env = a.project.Environ()
		out, err := cmd.CombinedOutput()
		step(t, "ops %s\n%s", verb, out)
		if err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Stdout.Sync()
}
