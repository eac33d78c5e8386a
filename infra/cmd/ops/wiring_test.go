package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// arnOf is the alias of a trigger.
func arnOf(trigger string) string {
	return "arn:aws:lambda:eu-west-1:210987654321:function:prod-" + trigger + ":live"
}

// wired returns what ops wiring prints for the triggers, and the LambdaConfig that it must
// amount to.
func wired(t *testing.T, tool string, names ...string) (text string, want map[string]any) {
	t.Helper()
	outputs, want := map[string]string{"UserPoolId": "eu-west-1_AbCdEf123", "TokenEventVersion": "V3_0"}, map[string]any{}
	for _, each := range triggers.Usual() {
		if !slices.Contains(names, each.Name) {
			continue
		}
		outputs[each.Name+"AliasArn"] = arnOf(each.Name)
		if each.Versioned {
			want[each.Name+"Config"] = map[string]any{"LambdaArn": arnOf(each.Name), "LambdaVersion": "V3_0"}
		} else {
			want[each.Name] = arnOf(each.Name)
		}
	}
	text = must(t, "wiring", "--for", tool, "--stage", "prod", "--outputs", outputsFile(t, outputs))
	return text, want
}

func outputsFile(t *testing.T, outputs map[string]string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "outputs.json")
	body, err := json.Marshal(map[string]any{"CognitoTriggers-prod": outputs})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// tool runs a program of the project's own files over a snippet.
func tool(t *testing.T, installed, install string, args ...string) string {
	t.Helper()
	if _, err := os.Stat(installed); err != nil {
		t.Skipf("%s is missing, %s installs it: %v", filepath.Base(installed), install, err)
	}
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func snippet(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const venv = "../../../dist/venv/bin/"

func TestR81_CloudFormationsWiringIsATemplate(t *testing.T) {
	for _, names := range [][]string{triggers.UsualNames(), {"PreTokenGeneration"}, {"PostConfirmation", "PostAuthentication"}} {
		text, want := wired(t, "cloudformation", names...)
		var template struct {
			Resources struct {
				UserPool struct {
					Properties struct {
						LambdaConfig map[string]any `yaml:"LambdaConfig"`
					} `yaml:"Properties"`
				} `yaml:"UserPool"`
			} `yaml:"Resources"`
		}
		if err := yaml.Unmarshal([]byte(text), &template); err != nil || fmt.Sprint(template.Resources.UserPool.Properties.LambdaConfig) != fmt.Sprint(want) {
			t.Errorf("%v: %v\n%s", names, err, text)
		}
		serverless, _ := wired(t, "serverless", names...)
		nested := map[string]map[string]any{}
		if err := yaml.Unmarshal([]byte(serverless), &nested); err != nil || fmt.Sprint(nested["resources"]) != fmt.Sprint(yamlOf(t, text)) {
			t.Errorf("%v: %v\n%s", names, err, serverless)
		}
	}
	text, _ := wired(t, "cloudformation", triggers.UsualNames()...)
	tool(t, venv+"cfn-lint", "make venv", venv+"cfn-lint", "--regions", "eu-west-1", "--template", snippet(t, "template.yaml", text))
}

func yamlOf(t *testing.T, text string) (value map[string]any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestR81_TerraformsWiringIsReadAsHCL(t *testing.T) {
	text, want := wired(t, "terraform", triggers.UsualNames()...)
	const script = "import hcl2, json, sys\nprint(json.dumps(hcl2.load(open(sys.argv[1]))))"
	var read struct {
		Resource []map[string]map[string]struct {
			LambdaConfig []map[string]any `json:"lambda_config"`
		}
	}
	out := tool(t, venv+"python", "make venv", venv+"python", "-c", script, snippet(t, "pool.tf", text))
	if err := json.Unmarshal([]byte(out), &read); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got := map[string]any{}
	for _, kinds := range read.Resource {
		for _, pools := range kinds {
			for _, pool := range pools {
				got = pool.LambdaConfig[0]
			}
		}
	}
	// The provider's names (registry.terraform.io, aws_cognito_user_pool, lambda_config).
	for name, snake := range map[string]string{"PreSignUp": "pre_sign_up", "PostConfirmation": "post_confirmation", "PostAuthentication": "post_authentication"} {
		if bare(got[snake]) != want[name] {
			t.Errorf("%s is %v", snake, got[snake])
		}
	}
	config, _ := got["pre_token_generation_config"].([]any)
	if len(config) != 1 || bare(config[0].(map[string]any)["lambda_arn"]) != arnOf("PreTokenGeneration") || bare(config[0].(map[string]any)["lambda_version"]) != "V3_0" || got["pre_token_generation"] != nil {
		t.Errorf("the token's trigger is %v", got)
	}
}

// bare takes away the quotes that the reader leaves around a text.
func bare(value any) string { return strings.Trim(fmt.Sprint(value), `"`) }

// The declarations hold what the snippets use. Their sources: addPropertyOverride is that of
// CfnResource (aws-cdk-lib, core/lib/cfn-resource), which Amplify's cfnUserPool is; transform is
// SST's Transform (sst/sst, platform/src/components/component), the arguments are those of
// Pulumi's aws.cognito.UserPool, where each may be an Output: a component with triggers sets one
// (sst/sst, cognito-user-pool).
const declarations = `
declare const backend: { auth: { resources: { cfnResources: { cfnUserPool: { addPropertyOverride(propertyPath: string, value: any): void } } } } };
interface Output<T> { apply<U>(f: (value: T) => U): Output<U> }
type Input<T> = T | Promise<T> | Output<T>;
declare const $util: { output<T>(value: Input<T> | undefined): Output<T | undefined> };
interface LambdaConfig {
  customMessage?: Input<string>;
  preSignUp?: Input<string>; postConfirmation?: Input<string>; postAuthentication?: Input<string>; preTokenGeneration?: Input<string>;
  preTokenGenerationConfig?: Input<{ lambdaArn: Input<string>; lambdaVersion: Input<string> }>;
}
type Transform<T> = Partial<T> | ((args: T, opts: unknown, name: string) => undefined);
declare namespace sst.aws {
  class CognitoUserPool { constructor(name: string, args?: { transform?: { userPool?: Transform<{ lambdaConfig?: Input<LambdaConfig> }> } }) }
}
`

// The snippets have no types of their own, so that they run as they are: beside a trigger of
// the pool's own, which stays.
const wiringHost = `
const seen = {CustomMessage: "own"}, output = (value) => value?.apply ? value : {apply: (f) => output(f(value)), value};
const backend = {auth: {resources: {cfnResources: {cfnUserPool: {addPropertyOverride: (path, value) => { seen[path.replace("LambdaConfig.", "")] = value }}}}}};
const sst = {aws: {CognitoUserPool: class { constructor(_, args) {
  const pool = {lambdaConfig: output({customMessage: "own"})};
  args.transform.userPool(pool);
  delete seen.CustomMessage;
  for (const [name, value] of Object.entries(pool.lambdaConfig.value)) seen[name[0].toUpperCase() + name.slice(1)] = value.lambdaArn ? {LambdaArn: value.lambdaArn, LambdaVersion: value.lambdaVersion} : value;
}}}};
require("node:vm").runInNewContext(require("node:fs").readFileSync(process.argv[1], "utf8"), {backend, sst, $util: {output}}); console.log(JSON.stringify(seen))`

func TestR81_AmplifysAndSSTsWiringCompile(t *testing.T) {
	const tsc = "../local/testdata/js/node_modules/typescript/bin/tsc"
	compile := []string{"node", tsc, "--strict", "--noUnusedLocals", "--noEmit", "--target", "es2022", snippet(t, "declarations.d.ts", declarations)}
	files, wants := map[string]string{}, map[string]map[string]any{}
	for _, name := range []string{"amplify", "sst"} {
		text, want := wired(t, name, triggers.UsualNames()...)
		want["CustomMessage"] = "own"
		files[name], wants[name] = snippet(t, name+".ts", text), want
		compile = append(compile, files[name])
	}
	tool(t, tsc, "make peer", compile...)
	for name, want := range wants {
		var got map[string]any
		out := tool(t, tsc, "make peer", "node", "-e", wiringHost, files[name])
		if err := json.Unmarshal([]byte(out), &got); err != nil || !maps.EqualFunc(got, want, func(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

func TestR81_WhatCannotBeWiredIsSaid(t *testing.T) {
	file := outputsFile(t, map[string]string{"UserPoolId": "eu-west-1_AbCdEf123"})
	for _, c := range []struct {
		args []string
		want string
		code int
	}{
		{[]string{"--for", "terraform", "--stage", "prod", "--outputs", file}, "has no output …AliasArn: the stage needs pool: {mode: owner, id: …}, and a deployment", failed},
		{[]string{"--for", "pulumi", "--stage", "prod", "--outputs", file}, "the tools are amplify, cloudformation, serverless, sst, terraform", misuse},
		{[]string{"--for", "terraform"}, "pass --stage NAME", misuse},
	} {
		if got := ops(t, append([]string{"wiring"}, c.args...)...); got.status != c.code || !strings.Contains(got.err, c.want) {
			t.Errorf("%v: status %d, %s", c.args, got.status, got.err)
		}
	}
}

// Without any of those programs: a tool's lines name each alias once, and no other trigger.
func TestR81_EachHookIsWiredOnce(t *testing.T) {
	for tool := range snippets() {
		for _, each := range triggers.Usual() {
			text, _ := wired(t, tool, each.Name)
			version := regexp.MustCompile(`(?i)lambda_?version *[:=] *"?V3_0`).MatchString(text)
			if strings.Count(text, arnOf(each.Name)) != 1 || strings.Count(text, ":live") != 1 || version != each.Versioned {
				t.Errorf("%s, %s:\n%s", tool, each.Name, text)
			}
		}
	}
}
