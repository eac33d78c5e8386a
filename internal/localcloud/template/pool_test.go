package template

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

func TestR51_TheSchemaSaysWhatIsRequiredAndWhatMayChange(t *testing.T) {
	pool := read(t, `{"Resources":{"P":{"Type":"AWS::Cognito::UserPool","Properties":{"Schema":[
		{"Name":"email","Required":true},{"Name":"locale","Mutable":false},{"Name":"sub","Mutable":false,"Required":true},
		{"Name":"custom:plan"},{"Name":"origin","Mutable":false,"Required":false}]}}}}`).Pool
	if !slices.Equal(pool.RequiredAttributes, []string{"email"}) || !slices.Equal(pool.ImmutableAttributes, []string{"locale"}) ||
		!reflect.DeepEqual(pool.CustomAttributes, map[string]bool{"custom:plan": true, "custom:origin": false}) {
		t.Errorf("required %q, immutable %q, custom %v", pool.RequiredAttributes, pool.ImmutableAttributes, pool.CustomAttributes)
	}
}

func TestR51_RecoveryIsInTheOrderOfThePriorities(t *testing.T) {
	for text, want := range map[string][]string{
		`{}`: nil,
		`{"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"admin_only","Priority":1}]}}`:                                                   {},
		`{"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"verified_email","Priority":2},{"Name":"verified_phone_number","Priority":1}]}}`: {"phone_number", "email"},
		`{"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"verified_email","Priority":1},{"Name":"verified_phone_number","Priority":2}]}}`: {"email", "phone_number"},
	} {
		got := read(t, `{"Resources":{"P":{"Type":"AWS::Cognito::UserPool","Properties":`+text+`}}}`).Pool.Recovery
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v", text, got)
		}
	}
}

func TestAGroupWithoutPrecedenceHasNone(t *testing.T) {
	groups := read(t, `{"Resources":{"P":{"Type":"AWS::Cognito::UserPool"},
		"A":{"Type":"AWS::Cognito::UserPoolGroup","Properties":{"UserPoolId":{"Ref":"P"}}},
		"B":{"Type":"AWS::Cognito::UserPoolGroup","Properties":{"UserPoolId":{"Ref":"P"},"Precedence":0}}}}`).Pool.Groups
	if len(groups) != 2 || groups[0].Precedence != nil || groups[1].Precedence == nil || *groups[1].Precedence != 0 {
		t.Errorf("got %+v", groups)
	}
}

// The guide's "Adding user pool password requirements" and the API reference, CreateUserPool.
func TestAPoolThatSaysNothingHasAWSsDefaults(t *testing.T) {
	pool := read(t, `{"Resources":{"P":{"Type":"AWS::Cognito::UserPool"}}}`).Pool
	want := userpool.PasswordPolicy{MinimumLength: 8, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true, TemporaryPasswordValidityDays: 7}
	if pool.PasswordPolicy != want || !pool.CaseSensitive || pool.AllowAdminCreateUserOnly || len(pool.Triggers) != 0 || pool.Tier != "ESSENTIALS" {
		t.Errorf("got %+v", pool)
	}
	pool = read(t, `{"Resources":{"P":{"Type":"AWS::Cognito::UserPool","Properties":{"Policies":{"PasswordPolicy":{"RequireNumbers":true}}}}}}`).Pool
	if want := (userpool.PasswordPolicy{MinimumLength: 8, RequireNumbers: true, TemporaryPasswordValidityDays: 7}); pool.PasswordPolicy != want {
		t.Errorf("a policy that says one thing: %+v", pool.PasswordPolicy)
	}
}

func TestR51_PreTokenGenerationHasItsVersionInBothForms(t *testing.T) {
	const function = `"F":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"FunctionName":"f","Runtime":"provided.al2023"}}`
	for config, want := range map[string]string{
		`"PreTokenGeneration":{"Fn::GetAtt":["F","Arn"]}`:                                                                                            "",
		`"PreTokenGenerationConfig":{"LambdaArn":{"Fn::GetAtt":["F","Arn"]},"LambdaVersion":"V2_0"}`:                                                 "V2_0",
		`"PreTokenGeneration":{"Fn::GetAtt":["F","Arn"]},"PreTokenGenerationConfig":{"LambdaArn":{"Fn::GetAtt":["F","Arn"]},"LambdaVersion":"V3_0"}`: "V3_0",
	} {
		pool := read(t, `{"Resources":{`+function+`,"P":{"Type":"AWS::Cognito::UserPool","Properties":{"LambdaConfig":{`+config+`}}}}}`).Pool
		if got := pool.Triggers["PreTokenGeneration"]; len(pool.Triggers) != 1 || got != (userpool.Trigger{FunctionARN: arnOfF, Version: want}) {
			t.Errorf("%s: %+v", config, pool.Triggers)
		}
	}
}

func TestWhatBelongsToAnotherPoolIsSaid(t *testing.T) {
	got := read(t, `{"Resources":{"P":{"Type":"AWS::Cognito::UserPool"},
		"C":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"UserPoolId":"us-east-1_Another"}}}}`).Unsupported
	if !slices.Equal(got, []string{"C: it belongs to the user pool us-east-1_Another, which this stack does not create"}) {
		t.Errorf("got %q", got)
	}
}

// A stack may belong to a pool of another one as a whole.
func TestWithoutAPoolEachResourceOfAnotherIsSaid(t *testing.T) {
	got := read(t, `{"Resources":{"C":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"UserPoolId":"us-east-1_Another"}}}}`)
	if got.Pool != nil || !slices.Equal(got.Unsupported, []string{"C: it belongs to the user pool us-east-1_Another, which this stack does not create"}) {
		t.Errorf("got %+v", got)
	}
}

func TestAnAttachmentOfAnUnknownUserIsSaid(t *testing.T) {
	got := read(t, `{"Resources":{"P":{"Type":"AWS::Cognito::UserPool"},"U":{"Type":"AWS::Cognito::UserPoolUser","Properties":{"UserPoolId":{"Ref":"P"},"Username":"ada"}},
		"A":{"Type":"AWS::Cognito::UserPoolUserToGroupAttachment","Properties":{"UserPoolId":{"Ref":"P"},"Username":"bob","GroupName":"g"}}}}`)
	if !slices.Equal(got.Unsupported, []string{"A: the template creates no user bob, so none is in the group"}) || got.Pool.Users[0].Groups != nil {
		t.Errorf("said %q, users %+v", got.Unsupported, got.Pool.Users)
	}
}

// A member may come from a function, be absent by AWS::NoValue or be known only after a
// deployment, if the pool does not obey it.
func TestSettingsOfAPoolReachItsRequest(t *testing.T) {
	read := func(properties string) userpool.Settings {
		return read(t, `{"Conditions":{"C":{"Fn::Equals":["a","a"]}},"Resources":{"P":{"Type":"AWS::Cognito::UserPool","Properties":{`+properties+`}}}}`).Pool.Settings
	}
	if got := read(`"KeyConfiguration":{"Fn::ImportValue":"x"},"UserPoolTags":null,"MfaConfiguration":{"Ref":"AWS::NoValue"},"UsernameAttributes":["email"]`); got["Name"] != "P" ||
		!reflect.DeepEqual(got["UsernameAttributes"], []any{"email"}) {
		t.Errorf("got %v", got)
	}
	if got := read(`"Policies":{"Fn::If":["C",{"PasswordPolicy":{"MinimumLength":"9"}},4]}`); !strings.Contains(fmt.Sprint(got["Policies"]), "MinimumLength:9") {
		t.Errorf("got %v", got)
	}
	if got := read(`"UserPoolName":"n","AliasAttributes":{"Fn::If":["C",["email"],[]]}`); got["Name"] != "n" || !reflect.DeepEqual(got["AliasAttributes"], []any{"email"}) {
		t.Errorf("got %v", got)
	}
}

func TestTwoPropertiesMayBeMembersOfOneObject(t *testing.T) {
	p := (&reading{resolver: &resolver{resources: map[string]resource{"P": {Properties: map[string]any{
		"WebAuthnFactorConfiguration": nil, "WebAuthnRelyingPartyID": "localhost", "WebAuthnUserVerification": "required",
	}}}}}).propertiesOf("P")
	want := map[string]any{"PoolName": "P", "WebAuthnConfiguration": map[string]any{"RelyingPartyId": "localhost", "UserVerification": "required"}}
	if got := p.poolRequest("P"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestThePoolObeysWhatActsOrHasAPartThatDoes(t *testing.T) {
	for path, want := range map[string]bool{
		"UserPool.AliasAttributes": true, "UserPool.Policies": true, "UserPool.WebAuthnRelyingPartyID": true,
		"UserPool.UserPoolTags": false, "UserPool.Alias": false, "UserPool.LambdaConfig.CustomSMSSender": false, "UserPool.WebAuthnRelyingParty": false,
	} {
		if got := (&properties{}).obeyed(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

// A secret that only AWS knows: the page in the place of a provider needs none, a provider on
// this machine does.
func TestR72_ASecretOfAWSIsSaidToBeMissing(t *testing.T) {
	provider := func(name, issuer string) string {
		return `"` + name + `":{"Type":"AWS::Cognito::UserPoolIdentityProvider","Properties":{"UserPoolId":{"Ref":"P"},"ProviderName":"` + name + `","ProviderType":"OIDC","ProviderDetails":{
			"client_id":"c","client_secret":"{{resolve:secretsmanager:arn:x:SecretString:::}}","oidc_issuer":"` + issuer + `","authorize_scopes":"openid","attributes_request_method":"GET"}}}`
	}
	got := read(t, `{"Resources":{"P":{"Type":"AWS::Cognito::UserPool"},`+provider("Far", "https://op.example")+`,`+provider("Here", "http://localhost:8080")+`}}`)
	const line = ".Properties.ProviderDetails.client_secret: the local cloud reads no secret of AWS: "
	if want := []string{
		"Far" + line + "a page takes the place of Far, which needs none",
		"Here" + line + "nobody signs in by Here until UpdateIdentityProvider names one",
	}; !slices.Equal(got.Unsupported, want) || got.Pool.Providers[0].Name != "Far" {
		t.Errorf("said %q", got.Unsupported)
	}
}
