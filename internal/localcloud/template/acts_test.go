package template

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// acting returns the paths of what acts.
func acting() []string {
	var paths []string
	for key, verdict := range known() {
		if path, _, _ := strings.Cut(key, "="); verdict.class == acts && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

const (
	arnOfF = "arn:aws:lambda:us-east-1:000000000000:function:f"
	arnOfG = "arn:aws:lambda:us-east-1:000000000000:function:g"
)

var ours, theirs = any(map[string]any{"Ref": "P"}), any("us-east-1_Another")

var (
	ourProvider, theirProvider     = any(map[string]any{"Fn::GetAtt": []any{"P", "ProviderName"}}), any("graph.facebook.com")
	ourIdentities, theirIdentities = any(map[string]any{"Ref": "IdentityPool"}), any("us-east-1:another")
)

func join(provider any, client string) any {
	return map[string]any{"Fn::Join": []any{":", []any{provider, client}}}
}

func roleARN(id string) any { return map[string]any{"Fn::GetAtt": []any{id, "Arn"}} }

// examples are two settings of each acting property.
var examples = map[string][2]any{
	"IdentityPool.AllowUnauthenticatedIdentities":                                    {true, false},
	"IdentityPool.CognitoIdentityProviders.ClientId":                                 {"a", "b"},
	"IdentityPool.CognitoIdentityProviders.ProviderName":                             {ourProvider, theirProvider},
	"IdentityPool.CognitoIdentityProviders.ServerSideTokenCheck":                     {true, false},
	"IdentityPoolPrincipalTag.IdentityPoolId":                                        {ourIdentities, theirIdentities},
	"IdentityPoolPrincipalTag.IdentityProviderName":                                  {ourProvider, theirProvider},
	"IdentityPoolPrincipalTag.PrincipalTags":                                         {map[string]any{"sub": "sub"}, map[string]any{"sub": "tenant"}},
	"IdentityPoolRoleAttachment.IdentityPoolId":                                      {ourIdentities, theirIdentities},
	"IdentityPoolRoleAttachment.RoleMappings.*.AmbiguousRoleResolution":              {"Deny", "AuthenticatedRole"},
	"IdentityPoolRoleAttachment.RoleMappings.*.IdentityProvider":                     {join(ourProvider, "c"), join(ourProvider, "d")},
	"IdentityPoolRoleAttachment.RoleMappings.*.RulesConfiguration.Rules.Claim":       {"a", "b"},
	"IdentityPoolRoleAttachment.RoleMappings.*.RulesConfiguration.Rules.MatchType":   {"Equals", "Contains"},
	"IdentityPoolRoleAttachment.RoleMappings.*.RulesConfiguration.Rules.RoleARN":     {roleARN("R"), roleARN("S")},
	"IdentityPoolRoleAttachment.RoleMappings.*.RulesConfiguration.Rules.Value":       {"a", "b"},
	"IdentityPoolRoleAttachment.RoleMappings.*.Type":                                 {"Rules", "Token"},
	"IdentityPoolRoleAttachment.Roles":                                               {map[string]any{"authenticated": roleARN("R")}, map[string]any{"unauthenticated": roleARN("R")}},
	"UserPool.AccountRecoverySetting.RecoveryMechanisms.Name":                        {"verified_email", "verified_phone_number"},
	"UserPool.AccountRecoverySetting.RecoveryMechanisms.Priority":                    {1, 3},
	"UserPool.AdminCreateUserConfig.AllowAdminCreateUserOnly":                        {true, false},
	"UserPool.AdminCreateUserConfig.UnusedAccountValidityDays":                       {1, 2},
	"UserPool.AliasAttributes":                                                       {[]string{"email"}, []string{"phone_number"}},
	"UserPool.AutoVerifiedAttributes":                                                {[]string{"email"}, []string{"phone_number"}},
	"UserPool.DeviceConfiguration.ChallengeRequiredOnNewDevice":                      {true, false},
	"UserPool.DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt":                  {true, false},
	"UserPool.WebAuthnFactorConfiguration":                                           {"SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION"},
	"UserPool.WebAuthnRelyingPartyID":                                                {"localhost", "example.com"},
	"UserPool.WebAuthnUserVerification":                                              {"required", "preferred"},
	"UserPool.DeletionProtection":                                                    {"ACTIVE", "INACTIVE"},
	"UserPool.EnabledMfas":                                                           {[]string{"SMS_MFA"}, []string{"SOFTWARE_TOKEN_MFA"}},
	"UserPool.IssuerConfiguration.Type":                                              {"ORIGINAL", "UPDATED"},
	"UserPool.MfaConfiguration":                                                      {"OFF", "ON"},
	"UserPool.Policies.SignInPolicy.AllowedFirstAuthFactors":                         {[]string{"PASSWORD"}, []string{"PASSWORD", "EMAIL_OTP"}},
	"UserPool.LambdaConfig.InboundFederation.LambdaArn":                              {arnOfF, arnOfG},
	"UserPool.AdminCreateUserConfig.InviteMessageTemplate.EmailMessage":              {"{####} {username}", "{username} {####}"},
	"UserPool.AdminCreateUserConfig.InviteMessageTemplate.EmailSubject":              {"{####} {username}", "{username} {####}"},
	"UserPool.AdminCreateUserConfig.InviteMessageTemplate.SMSMessage":                {"{####} {username}", "{username} {####}"},
	"UserPool.EmailAuthenticationMessage":                                            {"a {####}", "b {####}"},
	"UserPool.EmailAuthenticationSubject":                                            {"a {####}", "b {####}"},
	"UserPool.EmailVerificationMessage":                                              {"a {####}", "b {####}"},
	"UserPool.EmailVerificationSubject":                                              {"a {####}", "b {####}"},
	"UserPool.SmsAuthenticationMessage":                                              {"a {####}", "b {####}"},
	"UserPool.SmsVerificationMessage":                                                {"a {####}", "b {####}"},
	"UserPool.EmailConfiguration.EmailSendingAccount":                                {"DEVELOPER", "COGNITO_DEFAULT"},
	"UserPool.VerificationMessageTemplate.EmailMessage":                              {"a {####}", "b {####}"},
	"UserPool.VerificationMessageTemplate.EmailMessageByLink":                        {"a {####}", "b {####}"},
	"UserPool.VerificationMessageTemplate.EmailSubject":                              {"a {####}", "b {####}"},
	"UserPool.VerificationMessageTemplate.EmailSubjectByLink":                        {"a {####}", "b {####}"},
	"UserPool.VerificationMessageTemplate.SmsMessage":                                {"a {####}", "b {####}"},
	"UserPool.VerificationMessageTemplate.DefaultEmailOption":                        {"CONFIRM_WITH_CODE", "CONFIRM_WITH_LINK"},
	"UserPool.LambdaConfig.CustomMessage":                                            {arnOfF, arnOfG},
	"UserPool.LambdaConfig.DefineAuthChallenge":                                      {arnOfF, arnOfG},
	"UserPool.LambdaConfig.CreateAuthChallenge":                                      {arnOfF, arnOfG},
	"UserPool.LambdaConfig.VerifyAuthChallengeResponse":                              {arnOfF, arnOfG},
	"UserPool.LambdaConfig.UserMigration":                                            {arnOfF, arnOfG},
	"UserPool.LambdaConfig.PostAuthentication":                                       {arnOfF, arnOfG},
	"UserPool.LambdaConfig.PostConfirmation":                                         {arnOfF, arnOfG},
	"UserPool.LambdaConfig.PreAuthentication":                                        {arnOfF, arnOfG},
	"UserPool.LambdaConfig.PreSignUp":                                                {arnOfF, arnOfG},
	"UserPool.LambdaConfig.PreTokenGeneration":                                       {arnOfF, arnOfG},
	"UserPool.LambdaConfig.PreTokenGenerationConfig.LambdaArn":                       {arnOfF, arnOfG},
	"UserPool.LambdaConfig.PreTokenGenerationConfig.LambdaVersion":                   {"V1_0", "V2_0"},
	"UserPool.Policies.PasswordPolicy.MinimumLength":                                 {8, 9},
	"UserPool.Policies.PasswordPolicy.PasswordHistorySize":                           {1, 2},
	"UserPool.Policies.PasswordPolicy.RequireLowercase":                              {true, false},
	"UserPool.Policies.PasswordPolicy.RequireNumbers":                                {true, false},
	"UserPool.Policies.PasswordPolicy.RequireSymbols":                                {true, false},
	"UserPool.Policies.PasswordPolicy.RequireUppercase":                              {true, false},
	"UserPool.Policies.PasswordPolicy.TemporaryPasswordValidityDays":                 {1, 2},
	"UserPool.Schema.AttributeDataType":                                              {"String", "Number"},
	"UserPool.Schema.DeveloperOnlyAttribute":                                         {true, false},
	"UserPool.Schema.NumberAttributeConstraints.MaxValue":                            {"1", "2"},
	"UserPool.Schema.NumberAttributeConstraints.MinValue":                            {"1", "2"},
	"UserPool.Schema.StringAttributeConstraints.MaxLength":                           {"1", "2"},
	"UserPool.Schema.StringAttributeConstraints.MinLength":                           {"1", "2"},
	"UserPool.Schema.Mutable":                                                        {true, false},
	"UserPool.Schema.Name":                                                           {"email", "plan"},
	"UserPool.Schema.Required":                                                       {true, false},
	"UserPool.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate": {[]string{"email"}, []string{}},
	"UserPool.UserPoolAddOns.AdvancedSecurityMode":                                   {"AUDIT", "OFF"},
	"UserPool.UserPoolTier":                                                          {"LITE", "PLUS"},
	"UserPool.UsernameAttributes":                                                    {[]string{"email"}, []string{"phone_number"}},
	"UserPool.UsernameConfiguration.CaseSensitive":                                   {true, false},
	"UserPoolClient.AccessTokenValidity":                                             {10, 20},
	"UserPoolClient.AllowedOAuthFlows":                                               {[]string{"code"}, []string{}},
	"UserPoolClient.AllowedOAuthFlowsUserPoolClient":                                 {true, false},
	"UserPoolClient.AllowedOAuthScopes":                                              {[]string{"a/b"}, []string{"a/c"}},
	"UserPoolClient.AuthSessionValidity":                                             {3, 15},
	"UserPoolClient.CallbackURLs":                                                    {[]string{"https://a.example/"}, []string{"https://b.example/"}},
	"UserPoolClient.ClientName":                                                      {"a", "b"},
	"UserPoolClient.DefaultRedirectURI":                                              {"https://a.example/", ""},
	"UserPoolClient.EnableTokenRevocation":                                           {true, false},
	"UserPoolClient.ExplicitAuthFlows":                                               {[]string{"ALLOW_USER_PASSWORD_AUTH"}, []string{"ALLOW_REFRESH_TOKEN_AUTH"}},
	"UserPoolClient.GenerateSecret":                                                  {true, false},
	"UserPoolClient.IdTokenValidity":                                                 {10, 20},
	"UserPoolClient.LogoutURLs":                                                      {[]string{"https://a.example/"}, []string{"https://b.example/"}},
	"UserPoolClient.PreventUserExistenceErrors":                                      {"ENABLED", "LEGACY"},
	"UserPoolClient.ReadAttributes":                                                  {[]string{"email"}, []string{"name"}},
	"UserPoolClient.RefreshTokenRotation.Feature":                                    {"ENABLED", "DISABLED"},
	"UserPoolClient.RefreshTokenRotation.RetryGracePeriodSeconds":                    {10, 20},
	"UserPoolClient.RefreshTokenValidity":                                            {10, 20},
	"UserPoolClient.SupportedIdentityProviders":                                      {[]string{"COGNITO"}, []string{"COGNITO", "Corp"}},
	"UserPoolClient.TokenValidityUnits.AccessToken":                                  {"minutes", "seconds"},
	"UserPoolClient.TokenValidityUnits.IdToken":                                      {"minutes", "seconds"},
	"UserPoolClient.TokenValidityUnits.RefreshToken":                                 {"hours", "minutes"},
	"UserPoolClient.UserPoolId":                                                      {ours, theirs},
	"UserPoolClient.WriteAttributes":                                                 {[]string{"email"}, []string{"name"}},
	"UserPoolDomain.Domain":                                                          {"a", "b"},
	"UserPoolDomain.UserPoolId":                                                      {ours, theirs},
	"UserPoolGroup.Description":                                                      {"a", "b"},
	"UserPoolGroup.GroupName":                                                        {"a", "b"},
	"UserPoolGroup.Precedence":                                                       {0, 1},
	"UserPoolGroup.RoleArn":                                                          {"a", "b"},
	"UserPoolGroup.UserPoolId":                                                       {ours, theirs},
	"UserPoolIdentityProvider.AttributeMapping":                                      {map[string]any{"email": "mail"}, map[string]any{"email": "address"}},
	"UserPoolIdentityProvider.IdpIdentifiers":                                        {[]string{"a.example"}, []string{"b.example"}},
	"UserPoolIdentityProvider.ProviderDetails":                                       {map[string]any{"MetadataURL": "https://a.example"}, map[string]any{"MetadataURL": "https://b.example"}},
	"UserPoolIdentityProvider.ProviderName":                                          {"Corp", "Tenant"},
	"UserPoolIdentityProvider.ProviderType":                                          {"SAML", "OIDC"},
	"UserPoolIdentityProvider.UserPoolId":                                            {ours, theirs},
	"UserPoolResourceServer.Identifier":                                              {"a", "b"},
	"UserPoolResourceServer.Name":                                                    {"a", "b"},
	"UserPoolResourceServer.Scopes.ScopeDescription":                                 {"a", "b"},
	"UserPoolResourceServer.Scopes.ScopeName":                                        {"a", "b"},
	"UserPoolResourceServer.UserPoolId":                                              {ours, theirs},
	"UserPoolUser.ClientMetadata":                                                    {map[string]any{"a": "b"}, map[string]any{"a": "c"}},
	"UserPoolUser.DesiredDeliveryMediums":                                            {[]string{"EMAIL"}, []string{"SMS"}},
	"UserPoolUser.ForceAliasCreation":                                                {true, false},
	"UserPoolUser.MessageAction":                                                     {"SUPPRESS", ""},
	"UserPoolUser.UserAttributes.Name":                                               {"email", "name"},
	"UserPoolUser.UserAttributes.Value":                                              {"a", "b"},
	"UserPoolUser.UserPoolId":                                                        {ours, theirs},
	"UserPoolUser.Username":                                                          {"a", "b"},
	"UserPoolUser.ValidationData.Name":                                               {"a", "b"},
	"UserPoolUser.ValidationData.Value":                                              {"a", "b"},
	"UserPoolUserToGroupAttachment.GroupName":                                        {"a", "b"},
	"UserPoolUserToGroupAttachment.UserPoolId":                                       {ours, theirs},
	"UserPoolUserToGroupAttachment.Username":                                         {map[string]any{"Ref": "UserPoolUser"}, "another"},
}

// besides are the properties beside an example: without them it means nothing.
const besides = `{
	"IdentityPool": {"CognitoIdentityProviders": [{"ClientId": "c", "ProviderName": {"Fn::GetAtt": ["P", "ProviderName"]}}]},
	"IdentityPoolPrincipalTag": {"IdentityPoolId": {"Ref": "IdentityPool"}, "IdentityProviderName": {"Fn::GetAtt": ["P", "ProviderName"]}, "PrincipalTags": {"a": "b"}},
	"IdentityPoolRoleAttachment": {"IdentityPoolId": {"Ref": "IdentityPool"}, "RoleMappings": {"*": {
		"IdentityProvider": {"Fn::Join": [":", [{"Fn::GetAtt": ["P", "ProviderName"]}, "c"]]}, "Type": "Rules", "AmbiguousRoleResolution": "Deny",
		"RulesConfiguration": {"Rules": [{"Claim": "a", "MatchType": "Equals", "Value": "b", "RoleARN": {"Fn::GetAtt": ["R", "Arn"]}}]}
	}}},
	"UserPool": {
		"AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 2}, {"Name": "verified_phone_number", "Priority": 2}]},
		"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaArn": "` + arnOfF + `", "LambdaVersion": "V1_0"}, "InboundFederation": {"LambdaArn": "` + arnOfF + `", "LambdaVersion": "V1_0"}},
		"Policies": {"PasswordPolicy": {}}, "Schema": [{"Name": "email"}]
	},
	"UserPoolClient": {
		"UserPoolId": {"Ref": "P"}, "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "CallbackURLs": ["https://a.example/"],
		"AccessTokenValidity": 600, "IdTokenValidity": 600, "RefreshTokenValidity": 90, "RefreshTokenRotation": {"Feature": "ENABLED"},
		"TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "hours"}
	},
	"UserPoolDomain": {"UserPoolId": {"Ref": "P"}, "Domain": "d"},
	"UserPoolGroup": {"UserPoolId": {"Ref": "P"}},
	"UserPoolIdentityProvider": {"UserPoolId": {"Ref": "P"}, "ProviderName": "Corp"},
	"UserPoolResourceServer": {"UserPoolId": {"Ref": "P"}, "Identifier": "i", "Scopes": [{}]},
	"UserPoolUser": {"UserPoolId": {"Ref": "P"}, "UserAttributes": [{"Name": "name"}], "ValidationData": [{"Name": "n"}]},
	"UserPoolUserToGroupAttachment": {"UserPoolId": {"Ref": "P"}, "Username": {"Ref": "UserPoolUser"}, "GroupName": "g"}
}`

// set sets what is at the end of a path. Of a list it takes the first item.
func set(at any, path []string, value any) {
	if items, ok := at.([]any); ok {
		at = items[0]
	}
	object := at.(map[string]any)
	if len(path) == 1 {
		object[path[0]] = value
		return
	}
	if object[path[0]] == nil {
		object[path[0]] = map[string]any{}
	}
	set(object[path[0]], path[1:], value)
}

// poolWith reads a template with one setting and returns its pools as JSON.
func poolWith(t *testing.T, path string, value any) string {
	t.Helper()
	var properties map[string]any
	if err := json.Unmarshal([]byte(besides), &properties); err != nil {
		t.Fatal(err)
	}
	if path == "UserPool.LambdaConfig.PreTokenGeneration" { // the other form beats it
		set(properties, strings.Split("UserPool.LambdaConfig.PreTokenGenerationConfig", "."), nil)
	}
	set(properties, strings.Split(path, "."), value)
	resources := map[string]any{}
	for _, name := range []string{"f", "g"} {
		resources[name] = map[string]any{
			"Type": "AWS::Lambda::Function", "Metadata": map[string]any{"aws:asset:path": "f"},
			"Properties": map[string]any{"FunctionName": name, "Runtime": "provided.al2023"},
		}
	}
	for _, name := range []string{"R", "S"} {
		resources[name] = map[string]any{"Type": "AWS::IAM::Role", "Properties": map[string]any{"AssumeRolePolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{}}}}
	}
	for kind, of := range properties {
		id := map[string]string{"UserPool": "P"}[kind]
		if id == "" {
			id = kind
		}
		resources[id] = map[string]any{"Type": "AWS::Cognito::" + kind, "Properties": of}
	}
	text, err := json.Marshal(map[string]any{"Resources": resources})
	if err != nil {
		t.Fatal(err)
	}
	made := read(t, string(text))
	// The pool reads its schema in the settings.
	pool, err := json.Marshal([]any{made.Pool, made.Pool.Settings["SchemaAttributes"], made.IdentityPool})
	if err != nil {
		t.Fatal(err)
	}
	return string(pool)
}

// What the pool makes of its settings is for the tests of package userpool.
func TestR51_EachPropertyThatActsReachesThePool(t *testing.T) {
	ofPool := slices.DeleteFunc(acting(), func(path string) bool { kind, _, _ := strings.Cut(path, "."); return apiKindOf[kind] != "" })
	if got, want := ofPool, slices.Sorted(maps.Keys(examples)); !slices.Equal(got, want) {
		t.Fatalf("there are examples for\n%q and these act:\n%q", want, got)
	}
	for path, values := range examples {
		t.Run(path, func(t *testing.T) {
			if one, other := poolWith(t, path, values[0]), poolWith(t, path, values[1]); one == other {
				t.Errorf("%v and %v are read alike", values[0], values[1])
			}
		})
	}
}
