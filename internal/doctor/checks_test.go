package doctor_test

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
)

// The questions whose answers are changed most.
const (
	pool     = "cognito-idp DescribeUserPool"
	client   = "cognito-idp DescribeUserPoolClient"
	provider = "cognito-idp DescribeIdentityProvider"
)

// ill is a subject that one check is to fail: an answer that is changed at a path, or more, and
// what the finding says.
type ill struct {
	check               int
	question, at, value string
	says                string
	more                func(*testing.T, *doctor.Subject, *recorded)
}

func (c ill) make(t *testing.T, s *doctor.Subject, r *recorded) {
	t.Helper()
	if c.question != "" {
		r.set(t, c.question, c.at, c.value)
	}
	if c.more != nil {
		c.more(t, s, r)
	}
}

func permission(principal, condition string) string {
	return quoted(`{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"x","Effect":"Allow","Principal":` + principal + `,"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:eu-west-1:111122223333:function:presignup:live","Condition":` + condition + `}]}`)
}

const byCognito = `{"Service":"cognito-idp.amazonaws.com"}`

func granted(statements string) string {
	return quoted(url.PathEscape(`{"Version":"2012-10-17","Statement":` + statements + `}`))
}

// query is the statement of the recorded template with another resource.
func query(resource string) string {
	return `[{"Effect":"Allow","Action":"dynamodb:Query","Resource":` + resource + `,"Condition":{"StringEquals":{"dynamodb:Select":"COUNT"}}}]`
}

// ills has at least one subject for each check.
var ills = []ill{
	{1, pool, "UserPool.LambdaConfig.PreSignUp", "", "PreSignUp has no function", nil},
	{1, pool, "UserPool.LambdaConfig.PreSignUp", `"arn:aws:lambda:eu-west-1:111122223333:function:another:live"`, "which is not of this suite", nil},
	{1, pool, "UserPool.LambdaConfig.PreSignUp", `"arn:aws:lambda:eu-west-1:111122223333:function:presignup-2:live"`, "which is not of this suite", nil},
	{1, pool, "UserPool.LambdaConfig.PreSignUp", `"arn:aws:lambda:eu-west-1:111122223333:function:presignup"`, "not the alias live", nil},
	{1, pool, "UserPool.LambdaConfig.PreSignUp", `"arn:aws:lambda:eu-west-1:111122223333:function:presignup:3"`, "not the alias live", nil},
	{1, pool, "UserPool.LambdaConfig.PreTokenGenerationConfig", `{"LambdaVersion":"V3_0","LambdaArn":"arn:aws:lambda:eu-west-1:444455556666:function:pretokengeneration:live"}`, "PreTokenGeneration calls arn:aws:lambda:eu-west-1:444455556666", nil},
	{1, pool, "UserPool.LambdaConfig", `{}`, "PostAuthentication has no function", nil},
	{2, "", "", "", "there is no presignup with the alias live", refused("lambda GetFunctionConfiguration", "ResourceNotFoundException")},
	{2, "lambda GetFunctionConfiguration", "State", `"Failed"`, "cannot be called, its state is Failed", nil},
	{2, "lambda GetFunctionConfiguration", "State", `"Pending"`, "cannot be called, its state is Pending", nil},
	{3, "", "", "", "which has no policy", refused("lambda GetPolicy", "ResourceNotFoundException")},
	{3, "lambda GetPolicy", "Policy", permission(byCognito, `{"ArnLike":{"AWS:SourceArn":"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_OTHER"},"StringEquals":{"AWS:SourceAccount":"111122223333"}}`), "is for this pool and account", nil},
	{3, "lambda GetPolicy", "Policy", permission(byCognito, `{"ArnLike":{"AWS:SourceArn":"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_EXAMPLE12"}}`), "is for this pool and account", nil},
	{3, "lambda GetPolicy", "Policy", permission(byCognito, `{"StringEquals":{"AWS:SourceAccount":"111122223333"}}`), "for any pool", nil},
	{3, "lambda GetPolicy", "Policy", permission(`"*"`, `{}`), "for any pool", nil},
	{3, "lambda GetPolicy", "Policy", permission(`{"Service":"s3.amazonaws.com"}`, `{"StringEquals":{"AWS:SourceAccount":"111122223333"}}`), "is for this pool and account", nil},
	{4, pool, "UserPool.LambdaConfig.PreTokenGenerationConfig.LambdaVersion", `"V1_0"`, "has the event's version V1_0, and the stack wants V3_0", nil},
	{4, pool, "UserPool.LambdaConfig.PreTokenGeneration", `"arn:aws:lambda:eu-west-1:111122223333:function:other"`, "another function", nil},
	{4, pool, "UserPool.LambdaConfig.PreTokenGenerationConfig", "", "has the event's version V1_0", nil},
	{5, pool, "UserPool.UserPoolTier", `"LITE"`, "the plan is LITE, and the stage needs ESSENTIALS", nil},
	{5, pool, "UserPool.UserPoolTier", `"LITE"`, "the plan is LITE, and the stage needs ESSENTIALS", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Stage = nil }},
	{5, "", "", "", "the plan is ESSENTIALS, and the stage needs PLUS", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Stage.Plan = "PLUS" }},
	{6, "lambda GetAlias", "FunctionVersion", `"2"`, "points to version 2 of presignup, and the stack to 3", nil},
	{6, "lambda GetAlias", "RoutingConfig.AdditionalVersionWeights.2", `0.1`, "also calls another version", nil},
	{7, "lambda ListVersionsByFunction", "Versions", `[{"Version":"$LATEST"},{"Version":"1"},{"Version":"2"},{"Version":"3"},{"Version":"4"},{"Version":"5"},{"Version":"6"},{"Version":"7"}]`, "presignup has 7 versions", nil},
	{8, "lambda GetFunctionConcurrency", "ReservedConcurrentExecutions", `0`, "presignup is stopped", nil},
	{8, "lambda GetAccountSettings", "AccountLimit.UnreservedConcurrentExecutions", `10`, "the account has 10 executions", nil},
	{8, "lambda GetAccountSettings", "AccountLimit.UnreservedConcurrentExecutions", `99`, "the account has 99 executions", nil},
	{9, client, "UserPoolClient.WriteAttributes", `["email","custom:role"]`, "lets its users write custom:role", nil},
	{9, client, "UserPoolClient.WriteAttributes", "", "lets its users write custom:role", nil},
	{9, client, "UserPoolClient.ReadAttributes", `["birthdate"]`, "lets its users read birthdate", nil},
	{9, client, "UserPoolClient.ReadAttributes", "", "lets its users read birthdate", nil},
	{10, client, "UserPoolClient.PreventUserExistenceErrors", `"LEGACY"`, "says whether a user exists", nil},
	{10, client, "UserPoolClient", `{"ClientId":"1example23456789abcdefghij","AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["client_credentials"],"ExplicitAuthFlows":["ALLOW_REFRESH_TOKEN_AUTH","ALLOW_USER_SRP_AUTH"]}`, "says whether a user exists", nil},
	{10, client, "UserPoolClient", `{"ClientId":"1example23456789abcdefghij","AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["code"],"ExplicitAuthFlows":["ALLOW_REFRESH_TOKEN_AUTH"]}`, "says whether a user exists", nil},
	{11, client, "UserPoolClient.EnableTokenRevocation", `false`, "cannot be revoked", nil},
	{11, client, "UserPoolClient.AccessTokenValidity", `61`, "access tokens that are good for 61 minutes", nil},
	{11, client, "UserPoolClient.RefreshTokenValidity", `31`, "refresh tokens that are good for 31 days", nil},
	{11, client, "UserPoolClient", `{"ClientId":"1example23456789abcdefghij","RefreshTokenValidity":31}`, "refresh tokens that are good for 31 days", nil},
	{11, client, "UserPoolClient", `{"ClientId":"1example23456789abcdefghij","AccessTokenValidity":3660,"TokenValidityUnits":{"AccessToken":"seconds"}}`, "access tokens that are good for 61 minutes", nil},
	{11, client, "UserPoolClient", `{"ClientId":"1example23456789abcdefghij","AccessTokenValidity":2,"TokenValidityUnits":{"AccessToken":"hours"}}`, "access tokens that are good for 120 minutes", nil},
	{12, client, "UserPoolClient.RefreshTokenRotation", "", "does not rotate refresh tokens", nil},
	{12, client, "UserPoolClient", `{"ClientId":"1example23456789abcdefghij"}`, "does not rotate refresh tokens", nil},
	{12, client, "UserPoolClient", `{"ClientId":"1example23456789abcdefghij","ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]}`, "does not rotate refresh tokens", nil},
	{13, client, "UserPoolClient.AllowedOAuthFlows", `["implicit"]`, "has the implicit grant", nil},
	{13, client, "UserPoolClient.AllowedOAuthFlows", `["implicit"]`, "has the implicit grant", disposable},
	{13, client, "UserPoolClient.ExplicitAuthFlows", `["ALLOW_USER_PASSWORD_AUTH"]`, "takes the password itself", nil},
	{13, client, "UserPoolClient.ExplicitAuthFlows", `["USER_PASSWORD_AUTH"]`, "takes the password itself", nil},
	{13, client, "UserPoolClient.CallbackURLs", `["http://localhost:3000/callback"]`, "sends codes to http://localhost", nil},
	{14, client, "UserPoolClient.AllowedOAuthFlows", `["client_credentials"]`, "is one of browsers", nil},
	{15, "", "", "", "is in no stage file", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Stage.Clients = nil }},
	{15, client, "UserPoolClient.ClientType", `"DCR"`, "has registered itself", nil},
	{16, pool, "UserPool.DcrConfiguration.OpenDcrEnabled", `true`, "with the scopes app/read", nil},
	{16, pool, "UserPool.DcrConfiguration", `{"OpenDcrEnabled":true,"AllowedScopes":["app/read","app/write"]}`, "with the scopes app/read, app/write", nil},
	{17, pool, "UserPool.EmailConfiguration", `{"EmailSendingAccount":"COGNITO_DEFAULT"}`, "at most 50 e-mails a day", nil},
	{17, pool, "UserPool.EmailConfiguration", "", "at most 50 e-mails a day", nil},
	{17, pool, "UserPool.EmailConfigurationFailure", `"The role is gone"`, "cannot send e-mails: The role is gone", nil},
	{18, pool, "UserPool.SmsConfigurationFailure", `"InvalidSmsRoleAccessPolicyException"`, "cannot send text messages", nil},
	{18, pool, "UserPool.SmsConfiguration.ExternalId", "", "has no external id", nil},
	{19, pool, "UserPool.DeletionProtection", `"INACTIVE"`, "deletion protection is off", nil},
	{20, "cognito-idp GetUserPoolMfaConfig", "MfaConfiguration", `"OFF"`, "no second factor", nil},
	{20, "cognito-idp GetUserPoolMfaConfig", "SoftwareTokenMfaConfiguration.Enabled", `false`, "text messages are the only second factor", nil},
	{20, "cognito-idp GetUserPoolMfaConfig", "MfaConfiguration", `"OFF"`, "no second factor", func(t *testing.T, _ *doctor.Subject, r *recorded) {
		r.set(t, "cognito-idp GetUserPoolMfaConfig", "SoftwareTokenMfaConfiguration", "")
	}},
	{21, "", "", "", "no rule judges them", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Stage.SelfRules = 0 }},
	{21, "", "", "", "no rule judges them", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Triggers = s.Triggers[1:] }},
	{21, pool, "UserPool.AdminCreateUserConfig.AllowAdminCreateUserOnly", `true`, "2 rules are for people who do", nil},
	{22, pool, "UserPool.AutoVerifiedAttributes", `[]`, "sign in with email, which is not verified automatically", nil},
	{22, pool, "UserPool.AliasAttributes", `["phone_number","preferred_username"]`, "sign in with phone_number", nil},
	{23, pool, "UserPool.UserAttributeUpdateSettings", "", "a change of email takes effect", nil},
	{24, pool, "UserPool.UsernameConfiguration", "", "case sensitive", nil},
	{24, pool, "UserPool.UsernameConfiguration.CaseSensitive", `true`, "case sensitive", nil},
	{25, pool, "UserPool.Policies.PasswordPolicy.MinimumLength", `7`, "may have 7 characters", nil},
	{25, pool, "UserPool.Policies.PasswordPolicy.TemporaryPasswordValidityDays", `8`, "good for 8 days", nil},
	{25, pool, "UserPool.AccountRecoverySetting.RecoveryMechanisms", `[{"Priority":2,"Name":"verified_email"},{"Priority":1,"Name":"verified_phone_number"}]`, "text message first", nil},
	{25, pool, "UserPool.AccountRecoverySetting", "", "text message first", nil},
	{25, pool, "UserPool.AccountRecoverySetting.RecoveryMechanisms", `[{"Priority":1,"Name":"verified_phone_number"}]`, "text message first", nil},
	{26, pool, "UserPool.UserPoolTier", `"PLUS"`, "threat protection is OFF", nil},
	{26, pool, "UserPool", `{"UserPoolTier":"PLUS"}`, "threat protection is OFF", nil},
	{27, provider, "IdentityProvider.AttributeMapping.email_verified", `"email_verified"`, "says which addresses are verified", nil},
	{27, provider, "IdentityProvider.ProviderDetails.oidc_issuer", `"https://login.microsoftonline.com/common/v2.0"`, "every tenant of Microsoft Entra", nil},
	{27, provider, "IdentityProvider.ProviderDetails.authorize_url", `"https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize"`, "every tenant of Microsoft Entra", nil},
	{27, provider, "IdentityProvider.ProviderDetails.MetadataURL", `"https://login.microsoftonline.com/common/federationmetadata/2007-06/federationmetadata.xml"`, "every tenant of Microsoft Entra", nil},
	{27, provider, "IdentityProvider.AttributeMapping.custom:role", `"role"`, "provider Corp writes custom:role", nil},
	{28, "", "", "", "the certificate of provider Corp ends on 2026-12-27", func(t *testing.T, _ *doctor.Subject, r *recorded) {
		r.set(t, provider, "IdentityProvider.ProviderDetails.MetadataFile", quoted(metadata(t, now.AddDate(0, 0, 29), now.AddDate(0, 0, 3))))
	}},
	{29, "dynamodb DescribeTable", "Table.DeletionProtectionEnabled", `false`, "deleted with one call", nil},
	{29, "dynamodb DescribeTable", "Table.GlobalSecondaryIndexes.0.IndexStatus", `"CREATING"`, "the index byEmail is CREATING", nil},
	{29, "dynamodb DescribeContinuousBackups", "ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus", `"DISABLED"`, "restored to a point in time", nil},
	{29, "dynamodb DescribeTimeToLive", "TimeToLiveDescription.TimeToLiveStatus", `"DISABLED"`, "time to live is disabled", nil},
	{30, "dynamodb GetItem", "Item.pass.B", `"eyJ3aG9sZUF0IjoiMjAyNi0xMS0yNlQxMTo1OTowMFoifQ=="`, "ended 48 hours ago, and the stage promises 48 at most", nil},
	{30, "dynamodb GetItem", "Item", "", "no pass over the whole pool has ended", nil},
	{31, "dynamodb BatchGetItem", "Responses.suite", `[]`, "of 1 users 1 have no row and 0", nil},
	{31, "dynamodb BatchGetItem", "Responses.suite", `[]`, "of 1 users 1 have no row and 0", only(0, 1)},
	{31, "dynamodb BatchGetItem", "Responses.suite.0.disabled.BOOL", `true`, "of 1 users 0 have no row and 1", nil},
	{31, "dynamodb BatchGetItem", "Responses.suite.0.email.S", `"eve@example.org"`, "of 1 users 0 have no row and 1", nil},
	{32, "cloudwatch DescribeAlarms", "MetricAlarms.0.ActionsEnabled", `false`, "the alarm suite-sign-in-dead is muted", nil},
	{32, "cloudwatch DescribeAlarms", "MetricAlarms", `[]`, "the alarm suite-sign-in-dead is gone", nil},
	{32, "sns ListSubscriptionsByTopic", "Subscriptions.0.SubscriptionArn", `"PendingConfirmation"`, "1 subscriptions of the topic", nil},
	{32, "sns ListSubscriptionsByTopic", "Subscriptions", "", "nobody has subscribed", nil},
	{32, "", "", "", "the topic arn:aws:sns:eu-west-1:111122223333:on-call is gone", refused("sns ListSubscriptionsByTopic", "NotFound")},
	{33, "cloudformation DescribeStacks", "Stacks.0.StackStatus", `"UPDATE_ROLLBACK_FAILED"`, "the stack is in UPDATE_ROLLBACK_FAILED", nil},
	{33, "cloudformation DetectStackDrift", "StackDriftStatus", `"DRIFTED"`, "SuitePool5B9D4F59 (AWS::Cognito::UserPool) was modified by hand", nil},
	{34, "cloudwatch GetMetricData", "MetricDataResults.0.Values", `[3,6000,12]`, "had a minute of 100 calls a second, of 120", nil},
	{34, "cloudwatch GetMetricData", "MetricDataResults.0.Values", `[5100]`, "had a minute of 85 calls a second, of 120", nil},
	{34, "cloudwatch GetMetricData", "MetricDataResults.0.Values", `[1]`, "were throttled in the last 7 days", nil},
	{35, "cloudtrail DescribeTrails", "trailList", `[]`, "none of 0 trails", nil},
	{35, "cloudtrail GetTrailStatus", "IsLogging", `false`, "none of 1 trails", nil},
	{35, "cloudtrail GetEventSelectors", "AdvancedEventSelectors.0.FieldSelectors", `[{"Field":"eventCategory","Equals":["Management"]},{"Field":"readOnly","Equals":["true"]}]`, "none of 1 trails", nil},
	{35, "cloudtrail GetEventSelectors", "AdvancedEventSelectors.0.FieldSelectors", `[{"Field":"eventCategory","Equals":["Data"]}]`, "none of 1 trails", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(`[{"Effect":"Allow","Action":["logs:PutLogEvents"],"Resource":"*"}]`), "may logs:PutLogEvents", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(`[{"Effect":"Allow","Action":"dynamodb:Query","Resource":"arn:aws:dynamodb:eu-west-1:111122223333:table/suite/index/*"}]`), "may dynamodb:Query", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(`[{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}]`), "template does not say so", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(`[{"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*"}]`), "may all but iam:*, s3:*, and", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(query(`"arn:aws:dynamodb:*:111122223333:table/suite/index/*"`)), "may dynamodb:Query", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(query(`"arn:x/index/*/more"`)), "may dynamodb:Query", nil},
	{36, "iam ListAttachedRolePolicies", "AttachedPolicies", `[{"PolicyName":"AdministratorAccess","PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}]`, "managed policy AdministratorAccess", nil},
	{36, "iam ListRolePolicies", "PolicyNames", `["Trigger","ByHand"]`, "has the policy ByHand", nil},
	{37, pool, "UserPool.NewThing", `{}`, "NewThing, which this release does not know", nil},
}

func refused(question, with string) func(*testing.T, *doctor.Subject, *recorded) {
	return func(_ *testing.T, _ *doctor.Subject, r *recorded) { r.refuses[question] = code(with) }
}

func TestR84_EachCheckFailsOnASubjectThatIsMadeToFailIt(t *testing.T) {
	for i, c := range ills {
		t.Run(fmt.Sprintf("%d.%d", c.check, i), func(t *testing.T) {
			s, r := sound(t)
			c.make(t, &s, r)
			got := result(t, c.check, s, r)
			if got.Status != doctor.Failed || !slices.ContainsFunc(got.Findings, func(f doctor.Finding) bool { return strings.Contains(f.Text, c.says) }) {
				t.Errorf("the check is %s (%v): %+v, and should say %q", got.Status, got.Unasked, got.Findings, c.says)
			}
		})
	}
	for _, c := range doctor.All() {
		if !slices.ContainsFunc(ills, func(i ill) bool { return i.check == c.Number }) {
			t.Errorf("nothing fails check %d", c.Number)
		}
	}
}

func TestR84_ASoundSuitePassesEveryCheck(t *testing.T) {
	s, r := sound(t)
	results, err := doctor.Examine(t.Context(), doctor.All(), s, r)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 37 {
		t.Errorf("%d checks", len(results))
	}
	for i, got := range results {
		if got.Number != i+1 || got.Status != doctor.Passed {
			t.Errorf("check %d at place %d is %s: %+v %v", got.Number, i+1, got.Status, got.Findings, got.Unasked)
		}
		for _, text := range []string{got.Title, got.Asked, got.Means, got.Fix, string(got.Severity), got.Source} {
			if text == "" {
				t.Errorf("check %d says too little: %+v", got.Number, got.Check)
			}
		}
	}
	for question := range r.answers {
		needless := slices.Contains([]string{"cloudformation DescribeStackResourceDrifts", "cognito-idp GetProvisionedLimit"}, question)
		if needless != (r.asked[question] == 0) {
			t.Errorf("%s is asked %d times", question, r.asked[question])
		}
	}
}

// What is refused is never passed: every check depends on every question that it asks.
func TestR84_WhatCannotBeAskedIsNotPassed(t *testing.T) {
	_, all := sound(t)
	for _, question := range slices.Sorted(maps.Keys(all.answers)) {
		s, r := sound(t)
		before, err := doctor.Examine(t.Context(), doctor.All(), s, r)
		if err != nil {
			t.Fatal(err)
		}
		s, r = sound(t)
		r.refuses[question] = code("AccessDeniedException")
		after, err := doctor.Examine(t.Context(), doctor.All(), s, r)
		if err != nil {
			t.Fatal(err)
		}
		lost := 0
		for i, got := range after {
			if got.Status == doctor.Failed {
				t.Errorf("without %s, check %d fails: %v", question, got.Number, got.Findings)
			}
			if before[i].Status == doctor.Passed && got.Status == doctor.NotAsked {
				lost++
				if !slices.Equal(got.Unasked, []string{question + ": AccessDeniedException"}) {
					t.Errorf("without %s, check %d says %v", question, got.Number, got.Unasked)
				}
			}
		}
		if lost == 0 && r.asked[question] > 0 {
			t.Errorf("without %s, every check passes", question)
		}
	}
}
