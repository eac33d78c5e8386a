package doctor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

func TestTheTokenTriggerIsTheOneWithAVersion(t *testing.T) {
	for _, row := range triggers.All() {
		if row.Versioned != (row.Name == doctor.TokenTrigger) {
			t.Errorf("%s is versioned: %t", row.Name, row.Versioned)
		}
	}
}

// A hook that is none of a pool's would be written by the tripwire.
func TestOnlyAPoolHasAliases(t *testing.T) {
	trigger := doctor.Trigger{Name: "PreSignUp", Function: "presignup", Alias: "live"}
	for pool, want := range map[string]string{
		"": "", poolID: "", "arn:aws:cognito-idp:eu-west-1:111122223333": "",
		"arn:aws-cn:cognito-idp:cn-north-1:111122223333:userpool/cn-north-1_X": "arn:aws-cn:lambda:cn-north-1:111122223333:function:presignup:live",
	} {
		if got := trigger.ARN(pool); got != want {
			t.Errorf("of the pool %q it is %q, not %q", pool, got, want)
		}
	}
}

func TestTheTripwireWatchesSevenChecks(t *testing.T) {
	var numbers []int
	for _, c := range doctor.Watched() {
		numbers = append(numbers, c.Number)
	}
	if !slices.Equal(numbers, []int{1, 2, 3, 4, 6, 8, 35}) {
		t.Errorf("it watches %v", numbers)
	}
}

// well is a subject that looks ill and is not: the check passes.
var wells = []ill{
	{1, pool, "UserPool.LambdaConfig.PreTokenGeneration", "", "the older member is not needed", nil},
	{1, pool, "UserPool.LambdaConfig.PreTokenGenerationConfig", "", "the older member calls the alias, too", nil},
	{1, pool, "UserPool.LambdaConfig", `{"PostConfirmation":"arn:aws:lambda:eu-west-1:111122223333:function:postconfirmation:live"}`, "a stage with one trigger", only(1)},
	{1, pool, "UserPool.LambdaConfig", "", "a stage without triggers", only()},
	{2, "lambda GetFunctionConfiguration", "State", `"Inactive"`, "the next call wakes the function", nil},
	{3, "lambda GetPolicy", "Policy", quoted(`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"lambda:InvokeFunction"},{"Effect":"Allow","Principal":{"Service":["cognito-idp.amazonaws.com"]},"Condition":{"ArnLike":{"aws:sourceArn":["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_EXAMPLE12"]},"StringEquals":{"aws:sourceaccount":"111122223333"}}},{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"}}]}`), "keys of conditions have no case, and others may call, too", nil},
	{3, "lambda GetPolicy", "Policy", quoted(`{"Statement":[` + cognitoFor("eu-west-1_EXAMPLE12") + `,` + cognitoFor("eu-west-1_ANOTHER") + `]}`), "another pool may have a permission of its own", nil},
	{4, pool, "UserPool.LambdaConfig.PreTokenGenerationConfig.LambdaVersion", `"V1_0"`, "no trigger of tokens", only(0, 1)},
	{4, pool, "UserPool.LambdaConfig.PreTokenGenerationConfig", "", "V1_0 is what the older member means", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.TokenVersion = "V1_0" }},
	{4, pool, "UserPool.LambdaConfig", `{}`, "check 1 says that there is no hook", nil},
	{5, pool, "UserPool.UserPoolTier", `"LITE"`, "V1_0 is for every plan", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.TokenVersion, s.Stage.Plan = "V1_0", "LITE" }},
	{5, pool, "UserPool.UserPoolTier", `"PLUS"`, "a higher plan", nil},
	{5, pool, "UserPool.UserPoolTier", `"LITE"`, "no trigger of tokens, and no stage", func(t *testing.T, s *doctor.Subject, r *recorded) {
		only(0, 1)(t, s, r)
		s.Stage = nil
	}},
	{6, "lambda GetAlias", "FunctionVersion", `"7"`, "the version is said", func(_ *testing.T, s *doctor.Subject, _ *recorded) {
		for i := range s.Triggers {
			s.Triggers[i].Version = "7"
		}
	}},
	{6, "", "", "", "check 2 says that there is no alias", refused("lambda GetAlias", "ResourceNotFoundException")},
	{7, "lambda ListVersionsByFunction", "Versions", `[{"Version":"$LATEST"},{"Version":"1"},{"Version":"2"},{"Version":"3"},{"Version":"4"},{"Version":"5"},{"Version":"6"}]`, "the live one and 5 others", nil},
	{7, "", "", "", "check 2 says that there is no function", refused("lambda ListVersionsByFunction", "ResourceNotFoundException")},
	{8, "lambda GetFunctionConcurrency", "ReservedConcurrentExecutions", "", "no reserve", nil},
	{8, "lambda GetAccountSettings", "AccountLimit.UnreservedConcurrentExecutions", `100`, "the least that Lambda keeps", nil},
	{8, "lambda GetAccountSettings", "AccountLimit.UnreservedConcurrentExecutions", `10`, "no functions", only()},
	{8, "", "", "", "check 2 says that there is no function", refused("lambda GetFunctionConcurrency", "ResourceNotFoundException")},
	{9, client, "UserPoolClient.WriteAttributes", "", "nothing is trusted", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Stage.Trusted = nil }},
	{10, client, "UserPoolClient", machine, "a machine has no users", nil},
	{11, client, "UserPoolClient.AccessTokenValidity", `0`, "the default is an hour", nil},
	{11, client, "UserPoolClient.RefreshTokenValidity", `0`, "the default is 30 days", nil},
	{11, client, "UserPoolClient.TokenValidityUnits", `{"AccessToken":"seconds","RefreshToken":"days"}`, "seconds", nil},
	{11, client, "UserPoolClient", `{"ClientId":"1example23456789abcdefghij","AccessTokenValidity":1,"RefreshTokenValidity":30,"EnableTokenRevocation":true}`, "a number without a unit", nil},
	{12, client, "UserPoolClient", machine, "a machine has no refresh token", nil},
	{12, client, "UserPoolClient", `{"ClientId":"1example23456789abcdefghij","ClientSecret":"s","AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["code"]}`, "a server keeps its secret", nil},
	{12, client, "UserPoolClient", `{"ClientId":"1example23456789abcdefghij","ClientSecretArn":"arn:aws:secretsmanager:x","AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["code"]}`, "a secret elsewhere", nil},
	{12, client, "UserPoolClient", `{"ClientId":"1example23456789abcdefghij","ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH"]}`, "no refresh token", nil},
	{13, client, "UserPoolClient.AllowedOAuthFlowsUserPoolClient", `false`, "OAuth is off", func(t *testing.T, _ *doctor.Subject, r *recorded) {
		r.set(t, client, "UserPoolClient.AllowedOAuthFlows", `["implicit"]`)
	}},
	{13, client, "UserPoolClient.ExplicitAuthFlows", `["ALLOW_USER_PASSWORD_AUTH"]`, "the stage asks for it", func(_ *testing.T, s *doctor.Subject, _ *recorded) {
		s.Stage.Clients[web] = doctor.Client{Password: true}
	}},
	{13, client, "UserPoolClient.CallbackURLs", `["http://localhost:3000/"]`, "a stage to try things out", disposable},
	{14, client, "UserPoolClient", machine, "a machine of its own", nil},
	{16, pool, "UserPool.DcrConfiguration", `{"EnableStatus":"DISABLED","OpenDcrEnabled":true,"AllowedScopes":["app/read"]}`, "it is turned off", nil},
	{16, pool, "UserPool.DcrConfiguration", `{"OpenDcrEnabled":true}`, "no scopes", nil},
	{17, pool, "UserPool.EmailConfiguration", "", "the stage says that it is enough", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Stage.DefaultMail = true }},
	{17, pool, "UserPool.EmailConfiguration", "", "a stage to try things out", disposable},
	{17, pool, "UserPool.EmailConfiguration", "", "a function sends the e-mails", func(t *testing.T, _ *doctor.Subject, r *recorded) {
		r.set(t, pool, "UserPool.LambdaConfig.CustomEmailSender", `{"LambdaVersion":"V1_0","LambdaArn":"arn:x"}`)
	}},
	{18, pool, "UserPool.SmsConfiguration", "", "no text messages", nil},
	{18, pool, "UserPool.SmsConfiguration", `{}`, "no role", nil},
	{19, pool, "UserPool.DeletionProtection", `"INACTIVE"`, "a stage to try things out", disposable},
	{20, "cognito-idp GetUserPoolMfaConfig", "MfaConfiguration", `"OFF"`, "a stage to try things out", disposable},
	{20, "cognito-idp GetUserPoolMfaConfig", "MfaConfiguration", `"ON"`, "required", nil},
	{20, "cognito-idp GetUserPoolMfaConfig", "SoftwareTokenMfaConfiguration.Enabled", `false`, "e-mail, too", func(t *testing.T, _ *doctor.Subject, r *recorded) {
		r.set(t, "cognito-idp GetUserPoolMfaConfig", "EmailMfaConfiguration", `{"Message":"{####}"}`)
	}},
	{20, "cognito-idp GetUserPoolMfaConfig", "SmsMfaConfiguration", "", "no text messages", nil},
	{21, pool, "UserPool.AdminCreateUserConfig.AllowAdminCreateUserOnly", `true`, "nobody is to sign up", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Stage.Closed = true }},
	{21, "", "", "", "one rule is enough", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Stage.SelfRules = 1 }},
	{22, pool, "UserPool.AliasAttributes", `["preferred_username"]`, "which nobody can verify", nil},
	{23, pool, "UserPool.AutoVerifiedAttributes", `[]`, "nothing is verified", nil},
	{25, pool, "UserPool.Policies.PasswordPolicy", `{"MinimumLength":8,"TemporaryPasswordValidityDays":7}`, "just enough", nil},
	{26, pool, "UserPool.UserPoolTier", `"PLUS"`, "it is used", func(t *testing.T, _ *doctor.Subject, r *recorded) {
		r.set(t, pool, "UserPool.UserPoolAddOns.AdvancedSecurityMode", `"ENFORCED"`)
	}},
	{27, provider, "IdentityProvider.ProviderDetails.oidc_issuer", `"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0"`, "one tenant", nil},
	{27, provider, "IdentityProvider", `{"ProviderName":"Corp","ProviderDetails":{"oidc_issuer":"https://login.microsoftonline.com/common/v2.0"},"AttributeMapping":{"name":"name"}}`, "it names no address", nil},
	{28, provider, "IdentityProvider.ProviderType", `"OIDC"`, "no SAML", nil},
	{28, provider, "IdentityProvider.ProviderDetails.MetadataFile", "", "Cognito fetches it", nil},
	{28, "", "", "", "one lasts", func(t *testing.T, _ *doctor.Subject, r *recorded) {
		r.set(t, provider, "IdentityProvider.ProviderDetails.MetadataFile", quoted(metadata(t, now.AddDate(0, 0, 1), now.AddDate(0, 0, 30))))
	}},
	{29, "dynamodb DescribeTable", "Table.DeletionProtectionEnabled", `false`, "a stage to try things out", disposable},
	{29, "dynamodb DescribeContinuousBackups", "ContinuousBackupsDescription", "", "a stage to try things out", disposable},
	{29, "dynamodb DescribeTimeToLive", "TimeToLiveDescription.TimeToLiveStatus", `"ENABLING"`, "soon", nil},
	{30, "dynamodb GetItem", "Item", "", "no schedule", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Stage.PromisedHours = 0 }},
	{30, "dynamodb GetItem", "Item.pass.B", `"eyJ3aG9sZUF0IjoiMjAyNi0xMS0yNlQxMjowMDowMFoifQ=="`, "just in time", nil},
	{31, "dynamodb BatchGetItem", "Responses.suite", `[{"pk":{"S":"USER#eu-west-1_EXAMPLE12#4f9d"},"deletedAt":{"S":"2026-11-01T00:00:00.000Z"}}]`, "erased", nil},
	{31, "dynamodb BatchGetItem", "Responses.suite", `[]`, "nothing writes rows", only(0)},
	{32, "cloudwatch DescribeAlarms", "CompositeAlarms.0.AlarmActions", `["arn:aws:lambda:eu-west-1:111122223333:function:pager"]`, "no topic", refused("sns ListSubscriptionsByTopic", "AccessDenied")},
	{34, "cloudwatch GetMetricData", "MetricDataResults", `[]`, "no calls", nil},
	{34, "cloudwatch GetMetricData", "MetricDataResults.0.Values", `[5040]`, "seven tenths of the limit", throttlesNothing},
	{35, "cloudtrail GetEventSelectors", "EventSelectors", `[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":true}]`, "the basic form", func(t *testing.T, _ *doctor.Subject, r *recorded) {
		r.set(t, "cloudtrail GetEventSelectors", "AdvancedEventSelectors", "")
	}},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(`[{"Effect":"Deny","Action":"*","Resource":"*"},{"Effect":"Allow","Action":"logs:PutLogEvents","Resource":["arn:aws:logs:eu-west-1:111122223333:log-group:presignup"]}]`), "less than the template", nil},
}

const machine = `{"ClientId":"1example23456789abcdefghij","ClientSecret":"s","AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["client_credentials"],"ExplicitAuthFlows":["ALLOW_REFRESH_TOKEN_AUTH"]}`

func cognitoFor(pool string) string {
	return `{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/` + pool + `"},"StringEquals":{"AWS:SourceAccount":"111122223333"}}}`
}

func disposable(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Stage.Disposable = true }

// only leaves a stage some of the four triggers.
func only(which ...int) func(*testing.T, *doctor.Subject, *recorded) {
	return func(_ *testing.T, s *doctor.Subject, _ *recorded) {
		var some []doctor.Trigger
		for _, i := range which {
			some = append(some, s.Triggers[i])
		}
		s.Triggers = some
	}
}

func TestR84_WhatLooksIllAndIsNotPasses(t *testing.T) {
	for i, c := range wells {
		t.Run(fmt.Sprintf("%d.%d", c.check, i), func(t *testing.T) {
			s, r := sound(t)
			c.make(t, &s, r)
			if got := result(t, c.check, s, r); got.Status != doctor.Passed {
				t.Errorf("the check is %s (%v), %+v, but: %s", got.Status, got.Unasked, got.Findings, c.says)
			}
		})
	}
}

// What a stage wants is not guessed.
func TestR84_WithoutAStageFileSomeChecksAreNotAsked(t *testing.T) {
	s, r := sound(t)
	s.Stage, s.Stack = nil, ""
	results, err := doctor.Examine(t.Context(), doctor.All(), s, r)
	if err != nil {
		t.Fatal(err)
	}
	var unasked []int
	for _, got := range results {
		if got.Status == doctor.NotAsked {
			unasked = append(unasked, got.Number)
		} else if got.Status != doctor.Passed {
			t.Errorf("check %d is %s", got.Number, got.Status)
		}
	}
	if want := []int{6, 9, 15, 21, 27, 30, 32, 33, 36}; !slices.Equal(unasked, want) {
		t.Errorf("not asked are %v, not %v", unasked, want)
	}
}

// paged answers with a page for each token that comes in.
type paged struct {
	*recorded
	pages int
}

func (p paged) Ask(ctx context.Context, service, operation string, input any) (json.RawMessage, error) {
	if operation != "ListVersionsByFunction" {
		return p.recorded.Ask(ctx, service, operation, input)
	}
	text, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	var in struct{ Marker string }
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, err
	}
	next := in.Marker + "x"
	if len(next) == p.pages {
		next = ""
	}
	return json.Marshal(map[string]any{"Versions": []any{map[string]string{"Version": fmt.Sprint(len(next))}}, "NextMarker": next})
}

func TestAListIsReadToItsEnd(t *testing.T) {
	s, r := sound(t)
	check := slices.DeleteFunc(doctor.All(), func(c doctor.Check) bool { return c.Number != 7 })
	for pages, want := range map[int]doctor.Status{1: doctor.Passed, 6: doctor.Passed, 7: doctor.Failed, 101: doctor.NotAsked} {
		got, err := doctor.Examine(t.Context(), check, s, paged{r, pages})
		if err != nil || got[0].Status != want {
			t.Errorf("of %d pages the check is %s, %v", pages, got[0].Status, err)
		}
	}
}

// What could be read of a list is judged, and the rest is said.
func TestAListWithoutAnEndIsJudgedAsFarAsItWasRead(t *testing.T) {
	s, r := sound(t)
	r.answers["cognito-idp ListUserPoolClients"] = json.RawMessage(`{"UserPoolClients":[{"ClientId":"stranger"}],"NextToken":"x"}`)
	also(map[string]string{"cognito-idp DescribeUserPoolClient@stranger": `{"UserPoolClient":{"ClientId":"stranger"}}`})(t, &s, r)
	if got := result(t, 15, s, r); len(got.Findings) == 0 || len(got.Unasked) != 1 {
		t.Errorf("it finds %d and says %v", len(got.Findings), got.Unasked)
	}
}

func TestAQuestionIsAskedOnce(t *testing.T) {
	s, r := sound(t)
	if _, err := doctor.Examine(t.Context(), doctor.All(), s, r); err != nil {
		t.Fatal(err)
	}
	if n := r.asked["cognito-idp DescribeUserPool"]; n != 1 {
		t.Errorf("the pool is asked for %d times", n)
	}
}

// An answer of another form is neither passed nor a fault, whatever is in it.
func TestR84_AnAnswerThatCannotBeReadIsNotPassed(t *testing.T) {
	for _, body := range []string{`[]`, `"x"`, `{"UserPool":[]}`, `{"UserPool":{"LambdaConfig":[]}}`} {
		s, r := sound(t)
		r.answers["cognito-idp DescribeUserPool"] = json.RawMessage(body)
		if got := result(t, 19, s, r); got.Status != doctor.NotAsked || !strings.Contains(got.Unasked[0], "another form") {
			t.Errorf("%s: %s %v", body, got.Status, got.Unasked)
		}
	}
	for question, number := range map[string]int{"lambda GetPolicy": 3, "iam GetRolePolicy": 36, "cloudformation GetTemplate": 36} {
		s, r := sound(t)
		for _, member := range []string{"Policy", "PolicyDocument", "TemplateBody"} {
			r.set(t, question, member, `"%zz{"`)
		}
		if got := result(t, number, s, r); got.Status != doctor.NotAsked {
			t.Errorf("%s: %s %v", question, got.Status, got.Findings)
		}
	}
}

func TestAnExaminationEndsWithItsContext(t *testing.T) {
	s, r := sound(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := doctor.Examine(ctx, doctor.All(), s, r); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// AWS's sentence names who asks.
func TestNoFindingHasAWSsSentence(t *testing.T) {
	s, r := sound(t)
	r.refuses["cognito-idp DescribeUserPool"] = code("AccessDeniedException")
	if got := result(t, 19, s, r); strings.Contains(strings.Join(got.Unasked, ""), "ada") {
		t.Errorf("it says %v", got.Unasked)
	}
}

func FuzzNoAnswerEndsAnExamination(f *testing.F) {
	for _, body := range []string{`{"UserPool":{}}`, `{"Policy":"{}"}`, `null`, `{"Versions":null,"NextMarker":"x"}`, `{"trailList":[{}]}`, `{"Item":{"pass":{"B":"e30="}}}`} {
		f.Add(body, uint8(3))
	}
	f.Fuzz(func(t *testing.T, body string, at uint8) {
		s, r := sound(t)
		questions := slices.Sorted(func(yield func(string) bool) {
			for q := range r.answers {
				if !yield(q) {
					return
				}
			}
		})
		r.answers[questions[int(at)%len(questions)]] = json.RawMessage(body)
		results, err := doctor.Examine(t.Context(), doctor.All(), s, r)
		if err != nil || len(results) != len(doctor.All()) {
			t.Errorf("%d results, %v", len(results), err)
		}
		for _, got := range results {
			if (got.Status == doctor.Passed) != (len(got.Findings)+len(got.Unasked) == 0) {
				t.Errorf("check %d is %s with %d findings", got.Number, got.Status, len(got.Findings))
			}
		}
	})
}

func FuzzNoMetadataEndsAnExamination(f *testing.F) {
	f.Add(metadata(f, now))
	f.Add("<a><KeyDescriptor><X509Certificate>eA==</X509Certificate>")
	f.Fuzz(func(t *testing.T, text string) {
		s, r := sound(t)
		body, err := json.Marshal(map[string]any{"IdentityProvider": map[string]any{"ProviderType": "SAML", "ProviderName": "Corp", "ProviderDetails": map[string]string{"MetadataFile": text}}})
		if err != nil {
			t.Fatal(err)
		}
		r.answers[provider] = body
		_ = result(t, 28, s, r)
	})
}
