package localcloud

import (
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A template's properties are members of the API, whether the pool obeys them or not; what
// is known after a deployment only is left out.
func TestR58_TheTemplatesPropertiesAreDescribed(t *testing.T) {
	declared := resources()
	for name, value := range map[string]any{
		"UserPoolName": "people", "UserPoolTags": object{"team": "a"}, "EmailConfiguration": object{"SourceArn": object{"Fn::ImportValue": "x"}, "ReplyToEmailAddress": "a@b.example"},
		"Policies": object{"PasswordPolicy": object{"MinimumLength": "9"}}, "Schema": []object{{"Name": "plan", "Mutable": "false"}},
	} {
		property(declared, "Pool")[name] = value
	}
	cloud, _ := start(t, declared)
	out, err := cognitoOf(cloud).DescribeUserPool(t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: &cloud.Stack.Pool.ID})
	if err != nil {
		t.Fatal(err)
	}
	pool := out.UserPool
	if *pool.Name != "people" || pool.UserPoolTags["team"] != "a" || *pool.EmailConfiguration.ReplyToEmailAddress != "a@b.example" || pool.EmailConfiguration.SourceArn != nil ||
		*pool.Policies.PasswordPolicy.MinimumLength != 9 || *pool.Arn != cloud.Stack.Pool.ARN || *pool.LambdaConfig.PreSignUp != cloud.Stack.Functions[0].ARN {
		t.Errorf("got %+v", pool)
	}
	if plan := pool.SchemaAttributes[20]; *plan.Name != "custom:plan" || *plan.Mutable {
		t.Errorf("the last of %d attributes is %s", len(pool.SchemaAttributes), *plan.Name)
	}
}

// The permission of a function names the pool that may call it.
func TestR58_APoolBesideTheStacksMayNotCallItsFunctions(t *testing.T) {
	cloud, _ := start(t, resources())
	client := cognitoOf(cloud)
	made, err := client.CreateUserPool(t.Context(), &cognito.CreateUserPoolInput{
		PoolName: new("other"), LambdaConfig: &types.LambdaConfigType{PreSignUp: &cloud.Stack.Functions[0].ARN},
	})
	if err != nil {
		t.Fatal(err)
	}
	web, err := client.CreateUserPoolClient(t.Context(), &cognito.CreateUserPoolClientInput{UserPoolId: made.UserPool.Id, ClientName: new("web")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.SignUp(t.Context(), &cognito.SignUpInput{ClientId: web.UserPoolClient.ClientId, Username: new("ada"), Password: new("Correct-horse-7")})
	if err == nil || !strings.Contains(err.Error(), "PreSignUp invocation failed due to error AccessDeniedException") {
		t.Errorf("got %v", err)
	}
	if err := signUp(t, cloud, "ada@example.com"); err != nil {
		t.Errorf("the stack's own pool: %v", err)
	}
}

// An update by the API obeys --tolerate as the start did.
func TestR58_ATolerateIsKeptByAnUpdate(t *testing.T) {
	declared := resources()
	property(declared, "Pool")["LambdaConfig"] = object{"PreSignUp": "arn:aws:lambda:us-east-1:000000000000:function:far"}
	cloud, err := Start(t.Context(), Options{AssemblyDir: assembly(t, declared), Tolerate: []string{"UserPool.LambdaConfig.PreSignUp"}})
	if err != nil {
		t.Fatal(err)
	}
	defer cloud.Close()
	client := cognitoOf(cloud)
	out, err := client.DescribeUserPool(t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: &cloud.Stack.Pool.ID})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.UpdateUserPool(t.Context(), &cognito.UpdateUserPoolInput{
		UserPoolId: out.UserPool.Id, LambdaConfig: out.UserPool.LambdaConfig, AutoVerifiedAttributes: out.UserPool.AutoVerifiedAttributes,
	}); err != nil {
		t.Fatal(err)
	}
	if err := signUp(t, cloud, "ada@example.com"); err != nil {
		t.Errorf("a function that does not run here was called: %v", err)
	}
}
