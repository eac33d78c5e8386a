package localcloud

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const theirs = "eu-west-1_Theirs123"

// beside returns the folder of a stack that is beside the pool theirs, with a function and the
// outputs of its alias.
func beside(t *testing.T, change func(resources, outputs object)) string {
	t.Helper()
	declared := resources()
	delete(declared, "Pool")
	delete(declared, "Web")
	property(declared, "Permission")["SourceArn"] = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/" + theirs
	property(declared, "Permission")["SourceAccount"] = "111122223333"
	outputs := object{"UserPoolId": object{"Value": theirs}, "PreSignUpAliasArn": object{"Value": arnOf("Sign")}, "TokenEventVersion": object{"Value": "V3_0"}}
	change(declared, outputs)
	dir := assembly(t, declared)
	text, err := json.Marshal(object{"Resources": declared, "Outputs": outputs})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "suite.template.json"), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func unchanged(object, object) {}

func startBeside(t *testing.T, opts Options) (*Cloud, *journal) {
	t.Helper()
	j := &journal{}
	opts.OnInvocation = j.add
	cloud, err := Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	return cloud, j
}

// signUpBy signs up by the only app client.
func signUpBy(t *testing.T, cloud *Cloud, name string) error {
	t.Helper()
	_, err := cognitoOf(cloud).SignUp(t.Context(), &cognito.SignUpInput{
		ClientId: &cloud.Stack.Pool.Clients[0].ID, Username: &name, Password: new("Correct-horse-7"),
		UserAttributes: []types.AttributeType{{Name: new("email"), Value: new("ada@example.com")}},
	})
	return err
}

func TestR89_AStackBesideAPoolRunsWithAPoolThatIsMadeForIt(t *testing.T) {
	cloud, j := startBeside(t, Options{AssemblyDir: beside(t, unchanged)})
	if err := signUpBy(t, cloud, "ada"); err != nil {
		t.Fatal(err)
	}
	seen := j.all(t, cloud)
	if len(seen) != 1 || !strings.Contains(string(seen[0].Event), `"userPoolId":"`+theirs+`"`) || !strings.Contains(string(seen[0].Event), `"region":"eu-west-1"`) {
		t.Errorf("got %+v", seen)
	}
	described, err := cognitoOf(cloud).DescribeUserPool(t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: new(theirs)})
	if err != nil || *described.UserPool.Arn != "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/"+theirs || *described.UserPool.LambdaConfig.PreSignUp != cloud.Stack.Outputs["PreSignUpAliasArn"] {
		t.Errorf("described %+v, %v", described, err)
	}
	said := strings.Join(cloud.Unsupported(), "\n")
	for _, part := range []string{"hooked PreSignUp into the pool " + theirs, "ops wiring", "is made here"} {
		if !strings.Contains(said, part) {
			t.Errorf("%q is not in\n%s", part, said)
		}
	}
}

func TestR89_APoolObeysThePermissionsOfTheStackBesideIt(t *testing.T) {
	for what, change := range map[string]func(resources, outputs object){
		"another account": func(r, _ object) { property(r, "Permission")["SourceAccount"] = "999999999999" },
		"an alias": func(_, o object) {
			o["PreSignUpAliasArn"] = object{"Value": object{"Fn::Sub": "${Sign.Arn}:live"}}
		},
	} {
		cloud, j := startBeside(t, Options{AssemblyDir: beside(t, change)})
		if err := signUpBy(t, cloud, "ada"); err == nil || !strings.Contains(err.Error(), "AccessDeniedException") || len(j.all(t, cloud)) > 0 {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// describedPool is the file of somebody who asked AWS.
func describedPool(change func(pool object)) []byte {
	pool := object{
		"Id": theirs, "Name": "shop", "Arn": "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/" + theirs, "CreationDate": "2021-01-01T12:00:00+01:00", "EstimatedNumberOfUsers": 4711,
		"LambdaConfig":       object{"CustomMessage": "arn:aws:lambda:eu-west-1:111122223333:function:texts"},
		"UsernameAttributes": []string{"email"}, "AutoVerifiedAttributes": []string{"email"}, "Domain": "shop", "MfaConfiguration": "OFF", "DeletionProtection": "ACTIVE",
		"SchemaAttributes":      []object{{"Name": "sub"}, {"Name": "custom:plan", "AttributeDataType": "String", "Mutable": true}},
		"Policies":              object{"PasswordPolicy": object{"MinimumLength": 12, "TemporaryPasswordValidityDays": 3}},
		"AdminCreateUserConfig": object{"AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 3},
		"Unheard":               object{"Of": json.Number("12345678901234567890123")},
	}
	change(pool)
	text, _ := json.Marshal(object{"UserPool": pool, "UserPoolClients": []object{{"UserPoolClient": object{
		"ClientId": "theirs", "ClientName": "shop", "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH"}, "CallbackURLs": []string{"https://shop.example/"},
	}}}})
	return text
}

func TestR89_ADescribedPoolIsMadeAsItIs(t *testing.T) {
	cloud, j := startBeside(t, Options{AssemblyDir: beside(t, unchanged), Described: describedPool(func(object) {})})
	if client, there := cloud.Client("shop"); !there || client.ID != "theirs" {
		t.Errorf("the client is %+v", client)
	}
	weak := (*types.InvalidPasswordException)(nil)
	if _, err := cognitoOf(cloud).SignUp(t.Context(), &cognito.SignUpInput{ClientId: new("theirs"), Username: new("ada@example.com"), Password: new("Correct-7")}); !errors.As(err, &weak) {
		t.Errorf("a password of nine: %v", err)
	}
	if err := signUpBy(t, cloud, "ada@example.com"); err != nil || len(j.all(t, cloud)) == 0 {
		t.Error(err)
	}
	out, err := cognitoOf(cloud).DescribeUserPool(t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: new(theirs)})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(cloud.Stack.Pool.Settings)
	if err != nil || !strings.Contains(string(text), `"Of":12345678901234567890123`) {
		t.Errorf("a member that nobody knows: %s, %v", text, err)
	}
	p := out.UserPool
	if *p.Name != "shop" || aws.ToString(p.Domain) != "shop" || p.DeletionProtection != "ACTIVE" || len(p.SchemaAttributes) != 21 || *p.LambdaConfig.CustomMessage != "arn:aws:lambda:eu-west-1:111122223333:function:texts" || p.LambdaConfig.PreSignUp == nil {
		t.Errorf("described %+v", p)
	}
	said := strings.Join(cloud.Unsupported(), "\n")
	if !strings.Contains(said, "CustomMessage (\"arn:aws:lambda:eu-west-1:111122223333:function:texts\") does not run here") || strings.Contains(said, "is made here") {
		t.Error(said)
	}
}

func TestR89_AFileThatIsOfNoPoolOfTheStackStopsTheStart(t *testing.T) {
	for want, opts := range map[string]Options{
		"the stack makes its pool itself":           {AssemblyDir: assembly(t, resources()), Described: describedPool(func(object) {})},
		"it is of the pool \"eu-west-1_Another99\"": {AssemblyDir: beside(t, unchanged), Described: describedPool(func(p object) { p["Id"] = "eu-west-1_Another99" })},
		"describe-user-pool writes":                 {AssemblyDir: beside(t, unchanged), Described: []byte(`{"Pool": {}}`)},
		"describe-user-pool writes: invalid":        {AssemblyDir: beside(t, unchanged), Described: []byte(`{"UserPool":` + strings.Repeat("[", 20_000))},
		"bytes, and no pool has more than":          {AssemblyDir: beside(t, unchanged), Described: describedPool(func(p object) { p["Novel"] = strings.Repeat("x", 9<<20) })},
		"AutoVerifiedAttributes: ":                  {AssemblyDir: beside(t, unchanged), Described: describedPool(func(p object) { p["AutoVerifiedAttributes"] = "email" })},
	} {
		if cloud, err := Start(t.Context(), opts); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v is not the line %q", err, want)
			if cloud != nil {
				_ = cloud.Close()
			}
		}
	}
}

// attaching adds the custom resource that hooks the pool, with its real function.
func attaching(t *testing.T, dir string) func(resources, outputs object) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "bootstrap"), "../../infra/functions/attach").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return func(r, _ object) {
		withTable(r)
		r["Attach"] = object{"Type": "AWS::Lambda::Function", "Properties": object{
			"Runtime": "provided.al2023", "Timeout": 60, "Role": arnOf("Role"), "Code": object{"S3Key": "attach.zip"}, "Environment": object{"Variables": object{"TABLE_NAME": ref("Table")}},
		}}
		r["Role"] = role(object{
			"Effect": "Allow", "Action": []string{"dynamodb:GetItem", "dynamodb:PutItem"}, "Resource": arnOf("Table"),
			"Condition": object{
				"ForAllValues:StringLike": object{"dynamodb:LeadingKeys": "ATTACH#*"}, "StringEqualsIfExists": object{"dynamodb:ReturnValues": "NONE"},
			},
		})
		r["Alias"] = object{"Type": "AWS::Lambda::Alias", "Properties": object{"FunctionName": ref("Sign"), "FunctionVersion": "1", "Name": "live"}}
		property(r, "Permission")["FunctionName"] = ref("Alias")
		r["Hooks"] = object{"Type": "Custom::Hooks", "Properties": object{"ServiceToken": arnOf("Attach"), "Pool": theirs, "Hooks": object{"PreSignUp": ref("Alias")}, "Carry": []string{"Unheard"}}}
	}
}

// withAsset adds a second asset to an assembly.
func withAsset(t *testing.T, assembly, folder string) string {
	t.Helper()
	name := filepath.Join(assembly, "suite.assets.json")
	text, err := os.ReadFile(name)
	if err == nil {
		text = []byte(strings.Replace(string(text), `{"files":{`, `{"files":{"2":{"source":{"path":"asset.2"},"destinations":{"here":{"objectKey":"attach.zip"}}},`, 1))
		err = errors.Join(os.WriteFile(name, text, 0o600), os.Symlink(folder, filepath.Join(assembly, "asset.2")))
	}
	if err != nil {
		t.Fatal(err)
	}
	return assembly
}

// The stage's own custom resource, not the local cloud, hooks the pool; it refuses as on AWS.
func TestR89_TheStagesOwnCustomResourceHooksThePool(t *testing.T) {
	needsDynalite(t)
	folder := t.TempDir()
	declare := attaching(t, folder)
	opts := Options{AssemblyDir: withAsset(t, beside(t, declare), folder), InfraDir: infra, Described: describedPool(func(object) {})}
	cloud, _ := startBeside(t, opts)
	if err := signUpBy(t, cloud, "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	alias := cloud.Pool.Hooks()["PreSignUp"].FunctionARN
	if !strings.HasSuffix(alias, ":live") || attachments(t, cloud) == 0 || strings.Contains(strings.Join(cloud.Unsupported(), "\n"), "ops wiring") {
		t.Errorf("the pool calls %s: %v", alias, cloud.Unsupported())
	}
	barred := opts
	barred.AssemblyDir = withAsset(t, beside(t, func(r, o object) {
		declare(r, o)
		property(r, "Permission")["FunctionName"] = ref("Attach")
	}), folder)
	if err := refused(t, barred); !strings.Contains(err.Error(), "AccessDeniedException") {
		t.Errorf("%v", err)
	}
	ungranted := opts
	ungranted.AssemblyDir = withAsset(t, beside(t, func(r, o object) {
		declare(r, o)
		r["Role"] = role(object{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"})
	}), folder)
	if err := refused(t, ungranted); !strings.Contains(err.Error(), "reading ATTACH: AccessDeniedException") {
		t.Errorf("%v", err)
	}
	taken := opts
	taken.Described = describedPool(func(p object) {
		p["LambdaConfig"] = object{"PreSignUp": "arn:aws:lambda:eu-west-1:111122223333:function:somebodys"}
	})
	if err := refused(t, taken); !strings.Contains(err.Error(), "somebodys") {
		t.Errorf("%v", err)
	}
}

// attachments returns how many records of the attachment the table has.
func attachments(t *testing.T, cloud *Cloud) int {
	t.Helper()
	out, err := cloud.DynamoDB().Query(t.Context(), &dynamodb.QueryInput{
		TableName: new(cloud.Table()), KeyConditionExpression: new("pk = :pool"), ExpressionAttributeValues: map[string]dbtypes.AttributeValue{":pool": &dbtypes.AttributeValueMemberS{Value: "ATTACH#" + theirs}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(out.Items)
}
