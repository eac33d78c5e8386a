package template

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// aws-cdk-go 2.220.0 synthesized the assembly in testdata with all that the suite uses
// and more; its bootstraps and its table of Regions were shortened by hand.
func TestSynthesizedAssemblyIsReadWhole(t *testing.T) {
	stack, err := Read("testdata/assembly", "")
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(stack, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(bytes.ReplaceAll(got, []byte(here), []byte("HERE")), '\n')
	const golden = "testdata/assembly.golden.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the stack reads as\n%s", got)
	}
}

func TestIdsStayTheSame(t *testing.T) {
	first, err := Read("testdata/assembly", "")
	if err != nil {
		t.Fatal(err)
	}
	second, err := Read("testdata/assembly", "Suite")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first, second) {
		t.Errorf("read twice: %+v and %+v", first, second)
	}
}

// write makes an assembly of one stack from a template's resources.
func write(t *testing.T, template string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"manifest.json":    `{"artifacts":{"S":{"type":"aws:cloudformation:stack","properties":{"templateFile":"S.template.json"}}}}`,
		"S.template.json":  template,
		"f/bootstrap":      "#!/bin/sh\n",
		"nested/README.md": "",
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t *testing.T, template string) *Stack {
	t.Helper()
	stack, err := Read(write(t, template), "")
	if err != nil {
		t.Fatal(err)
	}
	return stack
}

func TestFaultsNameResourceAndPath(t *testing.T) {
	const pool = `"P":{"Type":"AWS::Cognito::UserPool","Properties":{}}`
	for _, c := range []struct{ name, resources, want string }{
		{
			"unknown intrinsic", `"T":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":{"Fn::Base64":"x"}}}`,
			"T.Properties.TableName: the local cloud does not know the intrinsic function Fn::Base64",
		},
		{
			"unknown intrinsic deep down", `"F":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"Runtime":"provided.al2023","Environment":{"Variables":{"A":{"Fn::ImportValue":"x"}}}}}`,
			"F.Properties.Environment.Variables.A: the local cloud does not know the intrinsic function Fn::ImportValue",
		},
		{
			"reference to nothing", `"T":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":{"Ref":"Gone"}}}`,
			"T.Properties.TableName: Ref: there is no resource or parameter Gone",
		},
		{
			"unknown attribute", pool + `,"G":{"Type":"AWS::Cognito::UserPoolGroup","Properties":{"UserPoolId":{"Fn::GetAtt":["P","Colour"]}}}`,
			"G.Properties.UserPoolId: Fn::GetAtt: the local cloud does not know P.Colour of a AWS::Cognito::UserPool",
		},
		{
			"circle of names", `"A":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":{"Ref":"B"}}},"B":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":{"Fn::Join":["",[{"Ref":"A"},{"Ref":"A"}]]}}}`,
			"A.TableName refers to itself",
		},
		{"alias of itself", `"L":{"Type":"AWS::Lambda::Alias","Properties":{"Name":"live","FunctionName":{"Ref":"L"}}}`, "L: FunctionName: Ref: L refers to itself"},
		{
			"function without asset", `"F":{"Type":"AWS::Lambda::Function","Properties":{"Runtime":"provided.al2023","Code":{"S3Key":"k.zip"}}}`,
			`F.Properties.Code: no asset of the assembly has the key "k.zip"`,
		},
		{
			"key without type", `"T":{"Type":"AWS::DynamoDB::Table","Properties":{"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}}`,
			`T.Properties.KeySchema: AttributeDefinitions lacks "pk"`,
		},
		{
			"no number", pool + `,"C":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"UserPoolId":{"Ref":"P"},"AccessTokenValidity":"soon"}}`,
			`C.Properties.AccessTokenValidity: want a whole number, not "soon"`,
		},
		{"two pools", pool + `,"Q":{"Type":"AWS::Cognito::UserPool"}`, "the local cloud runs one user pool a stack, and P is one already"},
		{
			"version of the pre token trigger", `"P":{"Type":"AWS::Cognito::UserPool","Properties":{"LambdaConfig":{"PreTokenGenerationConfig":{"LambdaArn":"a","LambdaVersion":"V9"}}}}`,
			`P.Properties.LambdaConfig: PreTokenGenerationConfig.LambdaVersion: want V1_0, V2_0 or V3_0, not "V9"`,
		},
		{"a list for a name", `"T":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":["x"]}}`, "T.Properties.TableName: want a single value, not []interface {}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(write(t, `{"Resources":{`+c.resources+`}}`), "")
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "reading stack S") {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestAllFaultsComeTogether(t *testing.T) {
	_, err := Read(write(t, `{"Resources":{
		"A":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":{"Ref":"Gone"}}},
		"B":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":{"Fn::GetAtt":["Gone","Arn"]}}}}}`), "")
	if err == nil || !strings.Contains(err.Error(), "A.Properties") || !strings.Contains(err.Error(), "B.Properties") {
		t.Errorf("got %v", err)
	}
}

func TestWhatMattersNotIsPassedOver(t *testing.T) {
	stack := read(t, `{"Resources":{
		"R":{"Type":"AWS::IAM::Role","Properties":{"X":{"Fn::Unheard":1}}},
		"M":{"Type":"AWS::CDK::Metadata"},
		"A":{"Type":"AWS::CloudWatch::Alarm","Properties":{"Y":{"Ref":"Gone"}}}}}`)
	if len(stack.Unsupported) != 0 || stack.Pool != nil {
		t.Errorf("got %+v", stack)
	}
}

func TestWhatCannotRunIsSaid(t *testing.T) {
	stack := read(t, `{"Resources":{
		"Email":{"Type":"Custom::AWS","Properties":{"ServiceToken":"x","Create":"{\"service\":\"SES\",\"action\":\"sendEmail\"}"}},
		"F":{"Type":"AWS::Lambda::Function","Properties":{"Runtime":"nodejs22.x"}},
		"Other":{"Type":"Custom::Thing","Properties":{"ServiceToken":"arn:aws:lambda:us-east-1:1:function:far"}},
		"P":{"Type":"AWS::Cognito::UserPool"},
		"U":{"Type":"AWS::Cognito::UserPoolReplica"}}}`)
	want := []string{
		`F (AWS::Lambda::Function) needs the runtime "nodejs22.x"; only provided.* runs here`,
		"Email (Custom::AWS) is not run: it calls sendEmail of SES, which the local cloud does not have",
		"Other (Custom::Thing) is not run: its function arn:aws:lambda:us-east-1:1:function:far is not one that runs here",
		"U: UserPoolReplica: there is one pool, in one Region",
	}
	if !reflect.DeepEqual(stack.Unsupported, want) {
		t.Errorf("got %q", stack.Unsupported)
	}
}

func TestStackIsFoundByNameAndInNestedAssemblies(t *testing.T) {
	dir := t.TempDir()
	for path, text := range map[string]string{
		"manifest.json":               `{"artifacts":{"A":{"type":"aws:cloudformation:stack","properties":{"templateFile":"t.json","stackName":"suite-dev"}},"prod":{"type":"cdk:cloud-assembly","properties":{"directoryName":"assembly-prod"}}}}`,
		"t.json":                      `{}`,
		"assembly-prod/manifest.json": `{"artifacts":{"B":{"type":"aws:cloudformation:stack","properties":{"templateFile":"t.json","stackName":"suite-prod"}}}}`,
		"assembly-prod/t.json":        `{}`,
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, path)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, path), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for wanted, name := range map[string]string{"suite-dev": "suite-dev", "A": "suite-dev", "suite-prod": "suite-prod", "B": "suite-prod"} {
		if stack, err := Read(dir, wanted); err != nil || stack.Name != name {
			t.Errorf("%q: %+v, %v", wanted, stack, err)
		}
	}
	for wanted, want := range map[string]string{
		"":     "it has 2 stacks (suite-dev, suite-prod); name one",
		"nope": "it has no stack nope, but suite-dev, suite-prod",
	} {
		if _, err := Read(dir, wanted); err == nil || err.Error() != "reading the cloud assembly "+dir+": "+want {
			t.Errorf("%q: %v", wanted, err)
		}
	}
	if _, err := Read(t.TempDir(), ""); err == nil || !strings.Contains(err.Error(), "make synth") {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestAnAssemblyThatCannotBeReadIsAFault(t *testing.T) {
	const manifest = `{"artifacts":{"S":{"type":"aws:cloudformation:stack","properties":{"templateFile":"t.json"}},
		"A":{"type":"cdk:asset-manifest","properties":{"file":"a.json"}}}}`
	for _, c := range []struct{ manifest, template, assets, want string }{
		{"[", "{}", "{}", "decoding DIR/manifest.json: "},
		{manifest, "[", "{}", "decoding DIR/t.json: "},
		{manifest, "{}", "[", "decoding DIR/a.json: "},
	} {
		dir := t.TempDir()
		for name, text := range map[string]string{"manifest.json": c.manifest, "t.json": c.template, "a.json": c.assets} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Read(dir, "")
		if want := "reading the cloud assembly " + dir + ": " + strings.Replace(c.want, "DIR", dir, 1); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestAnAssetMayStandOutsideTheAssembly(t *testing.T) {
	if got := within("/a", "/b/c"); got != "/b/c" {
		t.Errorf("an absolute path is read as %s", got)
	}
}

// The order of the artifacts is that of a map.
func TestTheStacksAreListedByName(t *testing.T) {
	dir, artifacts := t.TempDir(), []string{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
		artifacts = append(artifacts, `"`+name+`":{"type":"aws:cloudformation:stack","properties":{"templateFile":"t.json"}}`)
	}
	for name, text := range map[string]string{"manifest.json": `{"artifacts":{` + strings.Join(artifacts, ",") + `}}`, "t.json": "{}"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Read(dir, ""); err == nil || !strings.Contains(err.Error(), "(a, b, c, d, e, f, g, h, i)") {
		t.Errorf("got %v", err)
	}
}

// What decides how users sign in is read, so that it acts in the local user pool.
func TestR54_SettingsOfASignInAreRead(t *testing.T) {
	pool := read(t, `{"Resources":{
		"P":{"Type":"AWS::Cognito::UserPool","Properties":{"MfaConfiguration":"ON","EnabledMfas":["SOFTWARE_TOKEN_MFA","EMAIL_OTP"],
			"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","SMS_OTP"]}}}},
		"C":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"UserPoolId":{"Ref":"P"},"AuthSessionValidity":5,"EnableTokenRevocation":false}},
		"D":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"UserPoolId":{"Ref":"P"}}}}}`).Pool
	if pool.MfaConfiguration != "ON" || !reflect.DeepEqual(pool.EnabledMfas, []string{"SOFTWARE_TOKEN_MFA", "EMAIL_OTP"}) ||
		!reflect.DeepEqual(pool.FirstFactors, []string{"PASSWORD", "SMS_OTP"}) {
		t.Errorf("the pool reads as %+v", pool)
	}
	if c, d := pool.Clients[0], pool.Clients[1]; c.AuthSessionValidity != 5*time.Minute || !c.NoTokenRevocation || d.AuthSessionValidity != 3*time.Minute || d.NoTokenRevocation {
		t.Errorf("the clients read as %+v and %+v", c, d)
	}
}
