package infra

import (
	"reflect"
	"slices"
	"testing"
)

const (
	poolType       = "AWS::Cognito::UserPool"
	clientType     = "AWS::Cognito::UserPoolClient"
	tableType      = "AWS::DynamoDB::GlobalTable"
	functionType   = "AWS::Lambda::Function"
	permissionType = "AWS::Lambda::Permission"
	logsType       = "AWS::Logs::LogGroup"
	roleType       = "AWS::IAM::Role"
)

// setting is one row of the security bar for the pool: what must hold, and a change of
// the template that the check must notice.
type setting struct {
	name   string
	holds  func(web, machine, pool map[string]any, tpl template) bool
	mutate func(web, machine, pool map[string]any, tpl template)
}

// bar are the fourteen settings in which the default of the CDK or Cognito is weaker
// than the bar, or which only a test keeps.
var bar = []setting{
	{
		"read and write attributes are explicit, and none is verified or decided by its own user",
		func(web, machine, _ map[string]any, _ template) bool {
			return reflect.DeepEqual(texts(web["WriteAttributes"]), []string{"email", "name", "locale"}) &&
				reflect.DeepEqual(texts(web["ReadAttributes"]), []string{"email", "email_verified", "name", "locale"}) &&
				reflect.DeepEqual(texts(machine["WriteAttributes"]), []string{"name"}) &&
				reflect.DeepEqual(texts(machine["ReadAttributes"]), []string{"name"})
		},
		func(web, _, _ map[string]any, _ template) { delete(web, "WriteAttributes") },
	},
	{
		"authorization code alone for people, client credentials alone for services",
		func(web, machine, _ map[string]any, _ template) bool {
			return reflect.DeepEqual(texts(web["AllowedOAuthFlows"]), []string{"code"}) &&
				reflect.DeepEqual(texts(machine["AllowedOAuthFlows"]), []string{"client_credentials"})
		},
		func(web, _, _ map[string]any, _ template) { web["AllowedOAuthFlows"] = []any{"implicit", "code"} },
	},
	{
		"no scope with which a token changes its own user",
		func(web, machine, _ map[string]any, _ template) bool {
			const admin = "aws.cognito.signin.user.admin"
			return !slices.Contains(texts(web["AllowedOAuthScopes"]), admin) && len(texts(web["AllowedOAuthScopes"])) > 0 &&
				!slices.Contains(texts(machine["AllowedOAuthScopes"]), admin)
		},
		func(web, _, _ map[string]any, _ template) {
			web["AllowedOAuthScopes"] = append(web["AllowedOAuthScopes"].([]any), "aws.cognito.signin.user.admin")
		},
	},
	{
		"callback addresses are the stage's own",
		func(web, machine, _ map[string]any, _ template) bool {
			return reflect.DeepEqual(texts(web["CallbackURLs"]), []string{"https://app.example.com/callback"}) && machine["CallbackURLs"] == nil
		},
		func(web, _, _ map[string]any, _ template) { web["CallbackURLs"] = []any{"https://example.com"} },
	},
	{
		"a sign-in does not tell whether the user exists",
		func(web, machine, _ map[string]any, _ template) bool {
			return web["PreventUserExistenceErrors"] == "ENABLED" && machine["PreventUserExistenceErrors"] == "ENABLED"
		},
		func(web, _, _ map[string]any, _ template) { delete(web, "PreventUserExistenceErrors") },
	},
	{
		"user names are compared without regard to case",
		func(_, _, pool map[string]any, _ template) bool {
			return at(pool, "UsernameConfiguration", "CaseSensitive") == false
		},
		func(_, _, pool map[string]any, _ template) { delete(pool, "UsernameConfiguration") },
	},
	{
		"a new address counts once it is verified",
		func(_, _, pool map[string]any, _ template) bool {
			// The list may only hold what is verified automatically, and no user here has
			// a phone number.
			return reflect.DeepEqual(texts(at(pool, "UserAttributeUpdateSettings", "AttributesRequireVerificationBeforeUpdate")), []string{"email"}) &&
				reflect.DeepEqual(texts(pool["AutoVerifiedAttributes"]), []string{"email"})
		},
		func(_, _, pool map[string]any, _ template) { delete(pool, "UserAttributeUpdateSettings") },
	},
	{
		"self sign-up is what the stage says",
		func(_, _, pool map[string]any, _ template) bool {
			return at(pool, "AdminCreateUserConfig", "AllowAdminCreateUserOnly") == false
		},
		func(_, _, pool map[string]any, _ template) { delete(pool, "AdminCreateUserConfig") },
	},
	{
		"an account is recovered by e-mail alone",
		func(_, _, pool map[string]any, _ template) bool {
			ways, _ := at(pool, "AccountRecoverySetting", "RecoveryMechanisms").([]any)
			return len(ways) == 1 && at(ways, 0, "Name") == "verified_email"
		},
		func(_, _, pool map[string]any, _ template) {
			ways := at(pool, "AccountRecoverySetting", "RecoveryMechanisms").([]any)
			pool["AccountRecoverySetting"].(map[string]any)["RecoveryMechanisms"] = append(ways, map[string]any{"Name": "verified_phone_number", "Priority": 2.0})
		},
	},
	{
		"the pool is protected against deletion",
		func(_, _, pool map[string]any, _ template) bool { return pool["DeletionProtection"] == "ACTIVE" },
		func(_, _, pool map[string]any, _ template) { pool["DeletionProtection"] = "INACTIVE" },
	},
	{
		"threat protection is what the stage says",
		func(_, _, pool map[string]any, _ template) bool {
			return at(pool, "UserPoolAddOns", "AdvancedSecurityMode") == "ENFORCED" && pool["UserPoolTier"] == "PLUS"
		},
		func(_, _, pool map[string]any, _ template) { delete(pool, "UserPoolAddOns") },
	},
	{
		"tokens can be revoked",
		func(web, machine, _ map[string]any, _ template) bool {
			return web["EnableTokenRevocation"] == true && machine["EnableTokenRevocation"] == true
		},
		func(web, _, _ map[string]any, _ template) { web["EnableTokenRevocation"] = false },
	},
	{
		"refresh tokens rotate, which excludes the flow that reuses one",
		func(web, _, _ map[string]any, _ template) bool {
			return at(web, "RefreshTokenRotation", "Feature") == "ENABLED" &&
				reflect.DeepEqual(texts(web["ExplicitAuthFlows"]), []string{"ALLOW_USER_SRP_AUTH"})
		},
		func(web, _, _ map[string]any, _ template) {
			web["ExplicitAuthFlows"] = append(web["ExplicitAuthFlows"].([]any), "ALLOW_REFRESH_TOKEN_AUTH")
		},
	},
	{
		"only this pool, of this account, may call a function",
		func(_, _, _ map[string]any, tpl template) bool { return len(unguarded(tpl)) == 0 },
		func(_, _, _ map[string]any, tpl template) {
			for _, r := range tpl.resources(permissionType) {
				delete(r["Properties"].(map[string]any), "SourceAccount")
				return
			}
		},
	},
}

func TestR11_TheSettingsOfTheBar(t *testing.T) {
	s := quiet(t, "prod")
	s.Plan, s.ThreatProtection.Standard = PlanPlus, ThreatsEnforced
	tpl := synthesize(t, s)
	parts := func(tpl template) (web, machine, pool map[string]any) {
		return tpl.properties(t, clientType, "WebClient"), tpl.properties(t, clientType, "MachineClient"), tpl.properties(t, poolType, "Pool")
	}
	for _, s := range bar {
		t.Run(s.name, func(t *testing.T) {
			web, machine, pool := parts(tpl)
			if !s.holds(web, machine, pool, tpl) {
				t.Errorf("does not hold")
			}
			mutant := tpl.clone(t)
			web, machine, pool = parts(mutant)
			s.mutate(web, machine, pool, mutant)
			if s.holds(web, machine, pool, mutant) {
				t.Errorf("the mutant is not noticed")
			}
		})
	}
}

func TestNoThreatProtectionUnlessAsked(t *testing.T) {
	pool := ofStage(t, "prod").properties(t, poolType, "Pool")
	if pool["UserPoolAddOns"] != nil || pool["UserPoolTier"] != "ESSENTIALS" {
		t.Errorf("add-ons %v, tier %v", pool["UserPoolAddOns"], pool["UserPoolTier"])
	}
}

// A machine client without explicit flows would accept SRP and custom authentication;
// with rotation it could not list the refresh flow.
func TestMachineClientSignsNobodyIn(t *testing.T) {
	machine := ofStage(t, "prod").properties(t, clientType, "MachineClient")
	if got := texts(machine["ExplicitAuthFlows"]); !reflect.DeepEqual(got, []string{"ALLOW_REFRESH_TOKEN_AUTH"}) {
		t.Errorf("flows %v", got)
	}
	if machine["RefreshTokenRotation"] != nil {
		t.Errorf("rotation %v", machine["RefreshTokenRotation"])
	}
	if machine["GenerateSecret"] != true {
		t.Errorf("no secret")
	}
	if got := texts(machine["AllowedOAuthScopes"]); !reflect.DeepEqual(got, []string{"app/read"}) {
		t.Errorf("scopes %v", got)
	}
}

// The client names its scopes in plain text: without the dependency CloudFormation makes
// it before they exist, and Cognito refuses it.
func TestMachineClientWaitsForItsScopes(t *testing.T) {
	machine := ofStage(t, "prod").resources(clientType)["SuiteMachineClient26C3BE57"]
	if got := texts(machine["DependsOn"]); !reflect.DeepEqual(got, []string{"SuiteResourceServerC49DB66C"}) {
		t.Errorf("depends on %v", got)
	}
}

// amplify-backend#3299: a later update fails on schema entries for standard attributes
// without a data type.
func TestPoolHasNoSchema(t *testing.T) {
	if schema := ofStage(t, "dev").properties(t, poolType, "Pool")["Schema"]; schema != nil {
		t.Errorf("schema %v", schema)
	}
}
