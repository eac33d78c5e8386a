package localcloud

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// built is lambdahost's test function. It echoes what it does not know, a valid reply to
// every trigger.
var built string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "localcloud")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	built = filepath.Join(dir, "bootstrap")
	if out, err := exec.Command("go", "build", "-o", built, "./lambdahost/testdata/bootstrap").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the test function: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

type object = map[string]any

func ref(id string) object { return object{"Ref": id} }

func arnOf(id string) object { return object{"Fn::GetAtt": []string{id, "Arn"}} }

// resources returns a pool with one trigger and its permission.
func resources() object {
	return object{
		"Sign": object{"Type": "AWS::Lambda::Function", "Properties": object{
			"Runtime": "provided.al2023", "Timeout": 4, "Code": object{"S3Key": "sign.zip"},
			"Environment": object{"Variables": object{"STAGE": "dev"}},
		}},
		"Pool": object{"Type": "AWS::Cognito::UserPool", "Properties": object{
			"UsernameAttributes": []string{"email"}, "AutoVerifiedAttributes": []string{"email"},
			"LambdaConfig": object{"PreSignUp": arnOf("Sign")},
		}},
		"Permission": object{"Type": "AWS::Lambda::Permission", "Properties": object{
			"Action": "lambda:InvokeFunction", "FunctionName": arnOf("Sign"), "Principal": "cognito-idp.amazonaws.com",
			"SourceArn": arnOf("Pool"), "SourceAccount": ref("AWS::AccountId"),
		}},
		"Web": object{"Type": "AWS::Cognito::UserPoolClient", "Properties": object{
			"UserPoolId": ref("Pool"), "ClientName": "web", "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH"},
		}},
	}
}

// role returns the role of a function with these statements.
func role(statements ...object) object {
	document := func(statements ...object) object { return object{"Version": "2012-10-17", "Statement": statements} }
	return object{"Type": "AWS::IAM::Role", "Properties": object{
		"AssumeRolePolicyDocument": document(object{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": "lambda.amazonaws.com"}}),
		"Policies":                 []object{{"PolicyName": "Function", "PolicyDocument": document(statements...)}},
	}}
}

// withTable adds a table like the suite's.
func withTable(resources object) object {
	attribute := func(name string) object { return object{"AttributeName": name, "AttributeType": "S"} }
	key := func(name, kind string) object { return object{"AttributeName": name, "KeyType": kind} }
	resources["Table"] = object{"Type": "AWS::DynamoDB::GlobalTable", "Properties": object{
		"AttributeDefinitions": []object{attribute("pk"), attribute("sk"), attribute("emailKey")},
		"KeySchema":            []object{key("pk", "HASH"), key("sk", "RANGE")},
		"GlobalSecondaryIndexes": []object{{
			"IndexName": "byEmail", "KeySchema": []object{key("emailKey", "HASH")}, "Projection": object{"ProjectionType": "KEYS_ONLY"},
		}},
		"TimeToLiveSpecification": object{"Enabled": true, "AttributeName": "expiresAt"},
	}}
	return resources
}

// assembly writes a cloud assembly of one stack, "suite".
func assembly(t *testing.T, resources object) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, content object) {
		data, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("manifest.json", object{"artifacts": object{
		"suite":        object{"type": "aws:cloudformation:stack", "properties": object{"templateFile": "suite.template.json"}},
		"suite.assets": object{"type": "cdk:asset-manifest", "properties": object{"file": "suite.assets.json"}},
	}})
	write("suite.assets.json", object{"files": object{"1": object{
		"source": object{"path": "asset.1"}, "destinations": object{"here": object{"objectKey": "sign.zip"}},
	}}})
	write("suite.template.json", object{"Resources": resources, "Outputs": object{"WebClientId": object{"Value": ref("Web")}}})
	if err := os.Mkdir(filepath.Join(dir, "asset.1"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(built, filepath.Join(dir, "asset.1", "bootstrap")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// infra is the folder with dynalite, relative to this one.
const infra = "../../infra"

// needsDynalite skips the test if the npm packages are not installed.
func needsDynalite(t *testing.T) {
	t.Helper()
	if _, err := findDynalite(Options{InfraDir: infra}); err != nil {
		t.Skip(err)
	}
}

type journal struct {
	mu   sync.Mutex
	seen []lambdahost.Invocation
}

func (j *journal) add(in lambdahost.Invocation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen = append(j.seen, in)
}

func (j *journal) all(t *testing.T, cloud *Cloud) []lambdahost.Invocation {
	t.Helper()
	if err := cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.seen)
}

func start(t *testing.T, resources object) (*Cloud, *journal) {
	t.Helper()
	j := &journal{}
	cloud, err := Start(t.Context(), Options{AssemblyDir: assembly(t, resources), InfraDir: infra, OnInvocation: j.add})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	return cloud, j
}

func cognitoOf(cloud *Cloud) *cognito.Client {
	return cognito.New(cognito.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(cloud.Endpoints().CognitoIDP), Credentials: localCredentials(),
		HTTPClient: awshttp.NewBuildableClient(),
	})
}

func signUp(t *testing.T, cloud *Cloud, email string) error {
	t.Helper()
	web, ok := cloud.Client("web")
	if !ok {
		t.Fatal("no client called web")
	}
	_, err := cognitoOf(cloud).SignUp(t.Context(), &cognito.SignUpInput{
		ClientId: aws.String(web.ID), Username: aws.String(email), Password: aws.String("Correct-horse-7"),
	})
	return err
}
