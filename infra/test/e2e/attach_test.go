package e2e

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/ministack"
	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/project"
	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
)

// raw calls the emulated user pools.
func (a *account) raw(t *testing.T, operation, request string) (answer struct {
	UserPool       map[string]any
	UserPoolClient struct {
		ClientID string `json:"ClientId"`
	}
},
) {
	t.Helper()
	c := awsraw.Client{Credentials: a.config().Credentials, Region: ministack.Region, Endpoint: a.server.URL}
	text, _, err := c.Call(t.Context(), "cognito-idp", "AWSCognitoIdentityProviderService."+operation, json.RawMessage(request))
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// described returns a pool without what every update changes, and its hooks apart. UnusedAccountValidityDays is the
// older name of a setting that the emulator keeps under both.
func (a *account) described(t *testing.T, pool string) (all, hooks map[string]any) {
	t.Helper()
	all = a.raw(t, "DescribeUserPool", fmt.Sprintf(`{"UserPoolId":%q}`, pool)).UserPool
	hooks, _ = all["LambdaConfig"].(map[string]any)
	admin, _ := all["AdminCreateUserConfig"].(map[string]any)
	delete(admin, "UnusedAccountValidityDays")
	delete(all, "LambdaConfig")
	delete(all, "LastModifiedDate")
	delete(all, "EstimatedNumberOfUsers")
	return all, hooks
}

// attaches deploys a stage for a pool that was there before, uses it, and deletes the stack.
func (a *account) attaches(t *testing.T) {
	t.Helper()
	const theirs = "arn:aws:lambda:us-east-1:000000000000:function:theirs"
	id := a.raw(t, "CreateUserPool", `{"PoolName":"people","LambdaConfig":{"CustomMessage":"`+theirs+`"},"UserPoolTags":{"team":"a"},"DeletionProtection":"INACTIVE",
		"EmailVerificationMessage":"{####}!","AutoVerifiedAttributes":["email"],"Policies":{"PasswordPolicy":{"MinimumLength":14,"RequireNumbers":true,"TemporaryPasswordValidityDays":7}}}`).UserPool["Id"].(string)
	web := a.raw(t, "CreateUserPoolClient", fmt.Sprintf(`{"UserPoolId":%q,"ClientName":"web"}`, id)).UserPoolClient.ClientID
	before, hooksBefore := a.described(t, id)
	o := a.options
	o.Stage, o.Dir = "adopted", filepath.Join(filepath.Dir(a.options.Dir), "adopted")
	o.File = fmt.Appendf(nil, "disposable: true\npool: {mode: attach, id: %s}\ntriggers: [preSignUp, preTokenGeneration]\n"+
		"monitoring: {noAlarms: true, noDashboard: true}\npolicy: {signUp: {domains: {deny: [blocked.example]}}}\n", id)
	p, err := project.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	outputs, err := p.Deploy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	attached, hooks := a.described(t, id)
	if !reflect.DeepEqual(attached, before) {
		t.Errorf("attached, more than the hooks differs:\n%v\nnot\n%v", attached, before)
	}
	if hooks["PreSignUp"] != outputs["PreSignUpAliasArn"] || hooks["CustomMessage"] != theirs || hooks["PreTokenGenerationConfig"] == nil {
		t.Errorf("the hooks are %v", hooks)
	}
	c := client{idp.NewFromConfig(a.config()), nil, id, web}
	if said := c.refused(t, "eve@blocked.example"); said == "" {
		t.Error("the attached pool does not ask presignup")
	}
	step(t, "a pool that was there is attached by its stage: %v", hooks)
	if err := p.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	after, hooks := a.described(t, id)
	if !reflect.DeepEqual(after, before) || !reflect.DeepEqual(hooks, hooksBefore) {
		t.Errorf("the stack is deleted, and the pool is\n%v %v\nnot\n%v %v", after, hooks, before, hooksBefore)
	}
	step(t, "the stack is deleted, and the pool is described as before: %v", hooks)
}
