package infra

import (
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
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
