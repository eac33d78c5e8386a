package template

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/identity"
)

const (
	usersAnd = `{"Resources":{"P":{"Type":"AWS::Cognito::UserPool"},
		"A":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]}}},
		"B":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]}}},
		"G":{"Type":"AWS::Cognito::UserPoolGroup","Properties":{"UserPoolId":{"Ref":"P"},"RoleArn":{"Fn::GetAtt":["A","Arn"]}}},
		"H":{"Type":"AWS::Cognito::UserPoolGroup","Properties":{"UserPoolId":{"Ref":"P"}}},`
	ofUsers = `{"ClientId":"c","ProviderName":{"Fn::GetAtt":["P","ProviderName"]}}`
	pool1   = `"I":{"Type":"AWS::Cognito::IdentityPool","Properties":{"CognitoIdentityProviders":[` + ofUsers + `]}}`
)

// attached returns a role attachment of the identity pool.
func attachedTo(properties string) string {
	return `,"J":{"Type":"AWS::Cognito::IdentityPoolRoleAttachment","Properties":{"IdentityPoolId":{"Ref":"I"},` + properties + `}}`
}

func TestR94_TheRolesOfAnIdentityPoolAreThoseThatItLends(t *testing.T) {
	const a, b = "arn:aws:iam::000000000000:role/S-A", "arn:aws:iam::000000000000:role/S-B"
	byKey := `"RoleMappings":{"cognito-idp.us-east-1.amazonaws.com/` // the key is the provider
	pool := read(t, usersAnd+pool1+`}}`).Pool
	for name, c := range map[string]struct {
		properties string
		lends      []string
		want       identity.Config
	}{
		"by default": {
			`"Roles":{"authenticated":{"Fn::GetAtt":["A","Arn"]},"unauthenticated":{"Fn::GetAtt":["B","Arn"]}}`,
			[]string{a, b},
			identity.Config{Authenticated: a, Unauthenticated: b},
		},
		"by rules": {
			byKey + pool.ID + `:c":{"Type":"Rules","AmbiguousRoleResolution":"Deny","RulesConfiguration":{"Rules":[{"Claim":"x","MatchType":"Contains","Value":"y","RoleARN":{"Fn::GetAtt":["B","Arn"]}}]}}}`,
			[]string{b},
			identity.Config{Mappings: map[string]identity.Mapping{"c": {Rules: []identity.Rule{{Claim: "x", Match: "Contains", Value: "y", RoleARN: b}}}}},
		},
		"by the groups in the token": {
			byKey + pool.ID + `:c":{"Type":"Token","AmbiguousRoleResolution":"AuthenticatedRole"}}`,
			[]string{a},
			identity.Config{Mappings: map[string]identity.Mapping{"c": {FromToken: true, Default: true}}},
		},
		"of another provider": {byKey + `us-east-1_another:c":{"Type":"Token","AmbiguousRoleResolution":"Deny"}}`, nil, identity.Config{}},
	} {
		got := read(t, usersAnd+pool1+attachedTo(c.properties)+`}}`).IdentityPool
		if !slices.Equal(got.Lends, c.lends) || got.Authenticated != c.want.Authenticated || got.Unauthenticated != c.want.Unauthenticated ||
			len(got.Mappings) != len(c.want.Mappings) || !reflect.DeepEqual(got.Mappings["c"], c.want.Mappings["c"]) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestWhatAnIdentityPoolCannotBeHereIsNamed(t *testing.T) {
	for want, template := range map[string]string{
		"I.Properties.CognitoIdentityProviders[0]: the identity pool takes no token of cognito-idp.us-east-1.amazonaws.com/another": usersAnd +
			strings.Replace(pool1, `{"Fn::GetAtt":["P","ProviderName"]}`, `"cognito-idp.us-east-1.amazonaws.com/another"`, 1) + `}}`,
		"the identity pool takes no token of graph.facebook.com":                              usersAnd + strings.Replace(pool1, `{"Fn::GetAtt":["P","ProviderName"]}`, `"graph.facebook.com"`, 1) + `}}`,
		"I: it is left out, since the stack has no user pool":                                 `{"Resources":{"I":{"Type":"AWS::Cognito::IdentityPool","Properties":{"AllowUnauthenticatedIdentities":true}}}}`,
		"J: it belongs to the identity pool another, which this stack does not create":        usersAnd + pool1 + `,"J":{"Type":"AWS::Cognito::IdentityPoolRoleAttachment","Properties":{"IdentityPoolId":"another"}}}}`,
		"I: IdentityPool.SupportedLoginProviders (an object): the identity pool takes tokens": usersAnd + strings.Replace(pool1, `"Properties":{`, `"Properties":{"SupportedLoginProviders":{"graph.facebook.com":"7"},`, 1) + `}}`,
	} {
		if got := strings.Join(read(t, template).Unsupported, "\n"); !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for want, template := range map[string]string{
		"K.Properties.: the local cloud runs one identity pool a stack, and I is one already":         usersAnd + pool1 + `,` + strings.Replace(pool1, `"I"`, `"K"`, 1) + `}}`,
		"J.Properties.Roles.everybody: want authenticated or unauthenticated":                         usersAnd + pool1 + attachedTo(`"Roles":{"everybody":"arn"}`) + `}}`,
		"J: IdentityPoolRoleAttachment.RoleMappings.*.Type (Guess): AWS knows no such value":          usersAnd + pool1 + attachedTo(`"RoleMappings":{"graph.facebook.com":{"Type":"Guess"}}`) + `}}`,
		"J: Role (arn:aws:iam::111122223333:role/Foreign): not modelled: a role outside the stack":    usersAnd + pool1 + attachedTo(`"Roles":{"authenticated":"arn:aws:iam::111122223333:role/Foreign"}`) + `}}`,
		"T: IdentityPoolPrincipalTag.UseDefaults (true): sessions have no tags of the default claims": usersAnd + pool1 + `,"T":{"Type":"AWS::Cognito::IdentityPoolPrincipalTag","Properties":{"IdentityPoolId":{"Ref":"I"},"IdentityProviderName":{"Fn::GetAtt":["P","ProviderName"]},"UseDefaults":true}}}}`,
	} {
		if _, err := Read(write(t, template), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
