package infra

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// existing is a suite for a pool that somebody else makes.
func existing(t testing.TB, mode PoolMode, hooks ...settings.Hook) staged {
	t.Helper()
	s := Settings{
		Disposable: true, Triggers: hooks, ExistingPool: ExistingPool{Mode: mode, ID: "eu-west-1_AbCdEf123"},
		Monitoring: Monitoring{NoAlarms: true, NoDashboard: true}, Tripwire: Tripwire{EveryMinutes: settings.Never},
	}
	if len(hooks) == 0 || slices.Contains(hooks, "preTokenGeneration") {
		s.ForeignClients = map[string]string{"1example23456789abcdefghij": "app"}
		s.Policy.Tokens.Profiles = map[string]policy.Profile{"app": {}}
	}
	return staged{"existing", Props{Settings: s, Bundles: stubs(t, ARM64)}}
}

// The golden template shows all that an owner's stack has: no pool, and for each alias a
// permission of that pool alone.
func ownersTemplate(t testing.TB) template {
	return synthesize(t, existing(t, PoolOwner, "preTokenGeneration", "postAuthentication"))
}

func TestR80_ASuiteHasTheFunctionsOfItsTriggers(t *testing.T) {
	tpl := ownersTemplate(t)
	if pools := tpl.resources("AWS::Cognito::UserPool"); len(pools) > 0 {
		t.Errorf("the stack makes %v", pools)
	}
	permissions := tpl.resources("AWS::Lambda::Permission")
	if len(permissions) != 2 {
		t.Errorf("%d permissions", len(permissions))
	}
	for id, r := range permissions {
		p := r["Properties"].(map[string]any)
		if p["Principal"] != "cognito-idp.amazonaws.com" || p["SourceAccount"] == nil || p["SourceArn"] == nil {
			t.Errorf("%s is %v", id, p)
		}
	}
	outputs := tpl["Outputs"].(map[string]any)
	for _, name := range []string{"PreTokenGenerationAliasArn", "PostAuthenticationAliasArn", "TokenEventVersion", "UserPoolId", "TableName"} {
		if outputs[name] == nil {
			t.Errorf("there is no output %s", name)
		}
	}
	for _, name := range []string{"PreSignUpAliasArn", "PreSignUpFunctionName", "UserPoolDomain"} {
		if outputs[name] != nil {
			t.Errorf("there is an output %s", name)
		}
	}
}

// A smaller stage has the same resources as a whole one, without those of the others.
func TestR80_ASubsetOfTheStacksOwnPoolLeavesTheRestAsItIs(t *testing.T) {
	s := quiet(t, "dev")
	s.Triggers, s.Policy.SignUp = []settings.Hook{"postConfirmation", "preTokenGeneration", "postAuthentication"}, policy.SignUp{}
	tpl := synthesize(t, s)
	pool := tpl.resources("AWS::Cognito::UserPool")
	for _, r := range pool {
		config := at(r, "Properties", "LambdaConfig").(map[string]any)
		if config["PreSignUp"] != nil || config["PostConfirmation"] == nil || config["PreTokenGenerationConfig"] == nil || config["PostAuthentication"] == nil {
			t.Errorf("the hooks are %v", config)
		}
	}
	whole := ofQuiet(t, "dev").resources(functionType)
	for id := range tpl.resources(functionType) {
		if whole[id] == nil {
			t.Errorf("%s has another id in a whole stage", id)
		}
	}
}

// Each trigger can be alone, with everything that looks at functions. The pool's own hooks
// stay beside those of the suite.
func TestR80_EachTriggerCanBeAlone(t *testing.T) {
	stack := awscdk.NewStack(newApp(t), new("App"), nil)
	theirs := awslambda.NewFunction(stack, new("Theirs"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_PROVIDED_AL2023(), Handler: new("bootstrap"), Code: awslambda.Code_FromAsset(new(stubs(t, ARM64)), nil),
	})
	pool := awscognito.NewUserPool(stack, new("Users"), &awscognito.UserPoolProps{LambdaTriggers: &awscognito.UserPoolTriggers{PreSignUp: theirs, CustomMessage: theirs}})
	bundles := stubs(t, ARM64)
	for _, each := range triggers.Usual() {
		props := existing(t, PoolOwner, settings.HookOf(each)).Props
		props.Bundles, props.Monitoring = bundles, Monitoring{}
		switch {
		case each.Name == "PostConfirmation":
			props.ExistingPool, props.Pool = ExistingPool{}, pool
		case each.Versioned:
			props.API, props.IdentityPool = API{On: true}, IdentityPool{Roles: []IdentityRole{{Name: "Acme", Claim: "tenant", Value: "acme"}}}
			props.Policy.Tokens.Profiles = map[string]policy.Profile{"app": {ID: policy.Token{Claims: []policy.Claim{{Name: "tenant", From: "authz.tenant"}}}}}
		}
		suite := NewTriggerSuite(stack, each.Name+"Alone", &props)
		AddOutputs(stack, suite, each.Name+"Alone")
		for _, other := range triggers.UsualNames() {
			_, rings := suite.Alarms[other+broken]
			if _, made := suite.Functions[other]; made != (other == each.Name) || rings != made {
				t.Errorf("%s alone: the function %s is %v, its alarm is %v", each.Name, other, made, rings)
			}
		}
	}
	tpl := template(*assertions.Template_FromStack(stack, nil).ToJSON())
	config := tpl.properties(t, poolType, "Users")["LambdaConfig"].(map[string]any)
	if len(config) != 3 || at(config, "PreSignUp", "Fn::GetAtt", 0) == nil || at(config, "CustomMessage", "Fn::GetAtt", 0) == nil || at(config, "PostConfirmation", "Ref") == nil {
		t.Errorf("the app's pool calls %v", config)
	}
	for kind, want := range map[string]int{poolType: 1, settings.ClientProfilesType: 1, "AWS::CloudWatch::Dashboard": 4, "AWS::ApiGatewayV2::Api": 1, "AWS::Cognito::IdentityPool": 1} {
		if got := len(tpl.resources(kind)); got != want {
			t.Errorf("%d of %s", got, kind)
		}
	}
	// A token of the pool is taken, of no other one.
	for _, r := range tpl.resources("AWS::ApiGatewayV2::Authorizer") {
		if issuer := fmt.Sprint(at(r, "Properties", "JwtConfiguration", "Issuer")); !strings.Contains(issuer, "https://cognito-idp.") || !strings.Contains(issuer, "/eu-west-1_AbCdEf123") {
			t.Errorf("the issuer is %s", issuer)
		}
	}
}
