package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

const wiringHelp = `
wiring: print what the code of a pool must say to call the functions

  go run ./infra/cmd/ops wiring --for TOOL --stage NAME

TOOL is cloudformation, terraform, amplify, sst or serverless: whatever makes the pool.
For a stage with pool: {mode: owner}, whose stack changes nothing of the pool. The stack
has made the permissions already: no tool needs to. What is printed also says how the hooks
are taken out again, which comes before their triggers leave the stage, or the stack goes.
` + suiteHelp + `
Example:
  go run ./infra/cmd/ops wiring --for terraform --stage prod
`

// hook is a trigger that the suite serves, and what the pool must name.
type hook struct {
	Name, Small, Snake string // PreSignUp, preSignUp, pre_sign_up
	ARN, Version       string // Version is "" for a trigger without one
}

func wiring(ctx context.Context, args []string, t terminal) error {
	var s target
	tool := ""
	flags := newFlags("wiring")
	s.stackFlags(flags)
	s.fileFlags(flags)
	flags.StringVar(&tool, "for", "", "")
	if err := s.parseOnly(flags, args); err != nil {
		return err
	}
	snippet, known := snippets()[tool]
	if !known {
		return misused("--for %s: the tools are %s", tool, strings.Join(slices.Sorted(maps.Keys(snippets())), ", "))
	}
	outputs, err := s.stackOutputs(ctx, "pass --outputs")
	if err != nil {
		return err
	}
	hooks := hooksOf(outputs)
	if len(hooks) == 0 {
		return fmt.Errorf("%s has no output …%s: the stage needs pool: {mode: owner, id: …}, and a deployment", s.from, settings.AliasOutput)
	}
	text, err := template.New(tool).Parse(strings.TrimLeft(snippet, "\n"))
	if err != nil {
		return fmt.Errorf("reading the snippet for %s: %w", tool, err)
	}
	mark := "#"
	if tool == "amplify" || tool == "sst" {
		mark = "//"
	}
	fmt.Fprint(t.out, strings.ReplaceAll(strings.ReplaceAll(wiringRemarks, "POOL", outputs["UserPoolId"]), "#", mark))
	return text.Execute(t.out, map[string]any{"Hooks": hooks})
}

// wiringRemarks precede every snippet. A function of Lambda that does not exist, or may not be
// called, fails the request (developer guide, "Things to know about Lambda triggers").
const wiringRemarks = `# The pool POOL calls the suite by these lines. Only this pool may: where the same
# code makes others (branches, stages, sandboxes), leave the lines out.
# To take the hooks out: remove the lines, apply, and look:
#   aws cognito-idp describe-user-pool --user-pool-id POOL --query UserPool.LambdaConfig
# Then remove the triggers from the stage, or the stack. In the other order, every request that
# calls a function which is gone fails.
#
`

// hooksOf returns what the pool must name, as the outputs of the stack say.
func hooksOf(outputs map[string]string) (hooks []hook) {
	for _, t := range triggers.All() {
		h := hook{Name: t.Name, Small: string(settings.HookOf(t)), ARN: outputs[t.Name+settings.AliasOutput]}
		for _, r := range h.Small {
			if r < 'a' {
				h.Snake += "_"
			}
			h.Snake += strings.ToLower(string(r))
		}
		if t.Versioned {
			h.Version = outputs[settings.EventVersionOutput]
		}
		if h.ARN != "" {
			hooks = append(hooks, h)
		}
	}
	return hooks
}

// snippets are what each tool wants, templates over the hooks. The members are those of
// AWS::Cognito::UserPool LambdaConfig. The older PreTokenGeneration is left out: beside
// PreTokenGenerationConfig it must be the same ARN, and Cognito sets it itself.
func snippets() map[string]string {
	return map[string]string{
		"cloudformation": forCloudFormation,
		"terraform":      forTerraform,
		"amplify":        forAmplify,
		"sst":            forSST,
		"serverless":     forServerless,
	}
}

const (
	forCloudFormation = `
# Add LambdaConfig to the properties of the pool; what else stands there stays.
Resources:
  UserPool:
    Type: AWS::Cognito::UserPool
    Properties:
      LambdaConfig:
{{- range .Hooks}}{{if .Version}}
        {{.Name}}Config:
          LambdaArn: {{.ARN}}
          LambdaVersion: {{.Version}}
{{- else}}
        {{.Name}}: {{.ARN}}
{{- end}}{{end}}
`

	forTerraform = `
# Add lambda_config to the resource of the pool; what else stands there stays.
# Leave pre_token_generation out: pre_token_generation_config sets it.
# The block pre_token_generation_config that is removed later stays in the pool, and the plan
# shows no difference (hashicorp/terraform-provider-aws#45529, #38617): delete that trigger in
# the console, too. An apply drops hooks that the provider does not know (#49707), and the plan
# shows nothing of it: run ops doctor after each.
resource "aws_cognito_user_pool" "pool" {
  lambda_config {
{{- range .Hooks}}{{if .Version}}
    {{.Snake}}_config {
      lambda_arn     = "{{.ARN}}"
      lambda_version = "{{.Version}}"
    }
{{- else}}
    {{.Snake}} = "{{.ARN}}"
{{- end}}{{end}}
  }
}
`

	forAmplify = `
// amplify/backend.ts, behind defineBackend: defineAuth takes functions of its own alone.
const { cfnUserPool } = backend.auth.resources.cfnResources;
{{- range .Hooks}}{{if .Version}}
cfnUserPool.addPropertyOverride("LambdaConfig.{{.Name}}Config", {
  LambdaArn: "{{.ARN}}",
  LambdaVersion: "{{.Version}}",
});
{{- else}}
cfnUserPool.addPropertyOverride("LambdaConfig.{{.Name}}", "{{.ARN}}");
{{- end}}{{end}}
`

	forSST = `
// sst.config.ts: transform of the pool's component, whose own triggers have no version V3_0
// (sst/sst#4535) and stay. SST uses Terraform's provider: a preTokenGenerationConfig that is
// removed later stays in the pool (hashicorp/terraform-provider-aws#45529): delete it in the
// console, too.
new sst.aws.CognitoUserPool("UserPool", {
  transform: {
    userPool: (args) => {
      args.lambdaConfig = $util.output(args.lambdaConfig).apply((own) => ({
        ...own,
{{- range .Hooks}}{{if .Version}}
        {{.Small}}Config: {
          lambdaArn: "{{.ARN}}",
          lambdaVersion: "{{.Version}}",
        },
{{- else}}
        {{.Small}}: "{{.ARN}}",
{{- end}}{{end}}
      }));
    },
  },
});
`

	forServerless = `
# serverless.yml: the pool under resources. The event cognitoUserPool takes functions of the
# service alone, and with existing: true it finds the pool by its name and overwrites how many
# days a temporary password is good.
resources:
  Resources:
    UserPool:
      Type: AWS::Cognito::UserPool
      Properties:
        LambdaConfig:
{{- range .Hooks}}{{if .Version}}
          {{.Name}}Config:
            LambdaArn: {{.ARN}}
            LambdaVersion: {{.Version}}
{{- else}}
          {{.Name}}: {{.ARN}}
{{- end}}{{end}}
`
)
