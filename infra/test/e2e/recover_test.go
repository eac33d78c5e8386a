package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/ministack"
	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/project"
)

// failing synthesizes a stack that cannot be made: when all is there it waits a second for a
// signal that nobody sends. The template's name in the assembly is its hash, by which the
// command line knows whether it is uploaded.
const failing = `./app && node -e '
const fs = require("fs"), path = require("path"), dir = process.env.CDK_OUTDIR
for (const name of fs.readdirSync(dir).filter(n => n.endsWith(".template.json"))) {
  const file = path.join(dir, name), was = require("crypto").createHash("sha256").update(fs.readFileSync(file)).digest("hex")
  const template = JSON.parse(fs.readFileSync(file)), all = Object.keys(template.Resources)
  template.Resources.Signal = {Type: "AWS::CloudFormation::WaitConditionHandle"}
  template.Resources.Wait = {Type: "AWS::CloudFormation::WaitCondition", DependsOn: all, Properties: {Handle: {Ref: "Signal"}, Timeout: "1"}}
  fs.writeFileSync(file, JSON.stringify(template))
  const now = was.split("").reverse().join("")
  for (const list of fs.readdirSync(dir).filter(n => n.endsWith(".assets.json") || n === "manifest.json")) {
    const text = fs.readFileSync(path.join(dir, list), "utf8")
    if (list === "manifest.json" && !text.includes(was)) throw new Error("the template has another hash")
    fs.writeFileSync(path.join(dir, list), text.replaceAll(was, now))
  }
}'`

// filled returns the stage prod as a team would fill it in.
func filled(prod []byte) []byte {
	text := strings.NewReplacer("trigger-suite-prod", "acme-sign-in", "app.example.com", "app.acme.org").Replace(string(prod))
	return []byte("account: \"" + ministack.Account + "\"\nregion: " + ministack.Region + "\nemail: {cognitoDefault: true}\n" + text)
}

// recovers deploys prod where nothing is deployed yet: with the credentials of another
// account, with a fault, and well.
func (a *account) recovers(t *testing.T, prod *project.Project) {
	t.Helper()
	before := a.remains(t)
	foreign := slices.Clone(prod.Environ())
	for i, entry := range foreign {
		foreign[i] = strings.Replace(entry, "AWS_ACCESS_KEY_ID="+ministack.Account, "AWS_ACCESS_KEY_ID=123456789012", 1)
	}
	said := a.ops(t, prod, foreign, 1, "deploy", "--stage", "prod")
	if !strings.Contains(said, "these credentials are of account 123456789012, and the stage prod belongs to "+ministack.Account) {
		t.Error("the wrong account is not named")
	}
	step(t, "the wrong credentials deploy nothing")

	a.use(t, prod, failing)
	a.ops(t, prod, prod.Environ(), 1, "deploy", "--stage", "prod", "--", "--require-approval", "never")
	status, _ := a.stack(t, prod.Stack())
	after := a.remains(t)
	if status != "ROLLBACK_COMPLETE" || !slices.Equal(before, after) {
		t.Errorf("the stack is in %s; there were\n%q\nand are\n%q", status, before, after)
	}
	step(t, "a first deployment that fails leaves a stack in %s, and no pool, table or log group", status)

	a.use(t, prod, "./app")
	a.ops(t, prod, prod.Environ(), 0, "deploy", "--stage", "prod", "--", "--require-approval", "never")
	status, protected := a.stack(t, prod.Stack())
	if status != "UPDATE_COMPLETE" || !protected {
		t.Errorf("the stack is in %s, protected %v", status, protected)
	}
	step(t, "the same again makes it, and protects it: %s", status)
}

// failsOnce deploys a changed stage as an update that fails. Its versions must not be in the way
// of the same update again.
func (a *account) failsOnce(t *testing.T) {
	t.Helper()
	a.use(t, a.project, failing)
	defer a.use(t, a.project, "./app")
	if _, err := a.project.Deploy(t.Context()); err == nil {
		t.Error("the update does not fail")
	}
	status, _ := a.stack(t, a.project.Stack())
	if status != "UPDATE_ROLLBACK_COMPLETE" {
		t.Errorf("the stack is in %s", status)
	}
	step(t, "an update that fails is taken back: %s", status)
}

// prunes publishes three more versions and deletes the one that nobody names. The oldest is
// live, since it was rolled back to; the stack names the next one; the update that failed took
// version 2 with it.
func (a *account) prunes(t *testing.T) {
	t.Helper()
	api, name := lambda.NewFromConfig(a.config()), a.outputs["PreSignUp"+settings.FunctionNameOutput]
	for _, description := range []string{"one", "two", "three"} {
		_, err := api.UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{FunctionName: &name, Description: &description})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: &name}); err != nil {
			t.Fatal(err)
		}
	}
	said := a.ops(t, a.project, a.project.Environ(), 0, "prune", "--stage", "dev", "--outputs", a.project.OutputsFile(), "--keep", "2", "--older", "1ms")
	if !strings.Contains(said, "PreSignUp: deleted 1 of 5 versions: 4\n") {
		t.Error("another version is deleted than the one that nobody names")
	}
}

// use sets what synthesizes.
func (a *account) use(t *testing.T, p *project.Project, app string) {
	t.Helper()
	if err := p.Use(app); err != nil {
		t.Fatal(err)
	}
}

// ops runs the operator's command in a project and returns what it says.
func (a *account) ops(t *testing.T, p *project.Project, env []string, status int, args ...string) string {
	t.Helper()
	program := filepath.Join(p.Dir(), "ops")
	if _, err := os.Stat(program); err != nil {
		if out, err := exec.Command("go", "build", "-o", program, "../../cmd/ops").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = p.Dir(), env
	out, _ := cmd.CombinedOutput()
	step(t, "ops %s\n%s", strings.Join(args, " "), out)
	if got := cmd.ProcessState.ExitCode(); got != status {
		t.Fatalf("ops %s: status %d, not %d", args[0], got, status)
	}
	return string(out)
}

// stack returns the status of a stack, and whether it refuses to be deleted.
func (a *account) stack(t *testing.T, name string) (status string, protected bool) {
	t.Helper()
	out, err := cloudformation.NewFromConfig(a.config()).DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil || len(out.Stacks) != 1 {
		t.Fatalf("%v, %v", out, err)
	}
	found := out.Stacks[0]
	return string(found.StackStatus), found.EnableTerminationProtection != nil && *found.EnableTerminationProtection
}

// remains returns what an account has that can hold data.
func (a *account) remains(t *testing.T) (names []string) {
	t.Helper()
	pools, err := idp.NewFromConfig(a.config()).ListUserPools(t.Context(), &idp.ListUserPoolsInput{MaxResults: new(int32(60))})
	if err != nil {
		t.Fatal(err)
	}
	for _, pool := range pools.UserPools {
		names = append(names, *pool.Id)
	}
	tables, err := dynamodb.NewFromConfig(a.config()).ListTables(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	groups, err := cloudwatchlogs.NewFromConfig(a.config()).DescribeLogGroups(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range groups.LogGroups {
		names = append(names, *group.LogGroupName)
	}
	names = append(names, tables.TableNames...)
	slices.Sort(names)
	return names
}
