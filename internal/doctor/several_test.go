package doctor_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
)

// also makes answers for single resources.
func also(answers map[string]string) func(*testing.T, *doctor.Subject, *recorded) {
	return func(_ *testing.T, _ *doctor.Subject, r *recorded) {
		for question, body := range answers {
			r.answers[question] = json.RawMessage(body)
		}
	}
}

// denied refuses single questions, and then makes answers.
func denied(answers map[string]string, questions ...string) func(*testing.T, *doctor.Subject, *recorded) {
	return func(t *testing.T, s *doctor.Subject, r *recorded) {
		also(answers)(t, s, r)
		for _, question := range questions {
			r.refuses[question] = code("AccessDeniedException")
		}
	}
}

func goneThen(question string, then string, value string) func(*testing.T, *doctor.Subject, *recorded) {
	return func(_ *testing.T, _ *doctor.Subject, r *recorded) {
		r.refuses[question] = code("ResourceNotFoundException")
		r.answers[then] = json.RawMessage(value)
	}
}

const (
	drifting = `{"Versions":[{"Version":"1"},{"Version":"2"},{"Version":"3"},{"Version":"4"},{"Version":"5"},{"Version":"6"},{"Version":"7"}]}`
	stopped  = `{"ReservedConcurrentExecutions":0}`
)

// mores are subjects of which one resource is gone, refused or sound, and the next one is ill:
// the next one is judged, too.
var mores = []ill{
	{2, "", "", "", "PostConfirmation", goneThen("lambda GetFunctionConfiguration@presignup", "lambda GetFunctionConfiguration@postconfirmation", `{"State":"Failed","StateReasonCode":"ImageDeleted"}`)},
	{3, "", "", "", "PostConfirmation", goneThen("lambda GetPolicy@presignup", "lambda GetPolicy@postconfirmation", `{"Policy":"{}"}`)},
	{3, "", "", "", "PostConfirmation", denied(map[string]string{"lambda GetPolicy@postconfirmation": `{"Policy":"{}"}`}, "lambda GetPolicy@presignup")},
	{3, "", "", "", "PostConfirmation", also(map[string]string{"lambda GetPolicy@presignup": `{"Policy":"x"}`, "lambda GetPolicy@postconfirmation": `{"Policy":"{}"}`})},
	{6, "", "", "", "PostConfirmation", goneThen("lambda GetAlias@presignup", "lambda GetAlias@postconfirmation", `{"FunctionVersion":"9"}`)},
	{6, "", "", "", "PostConfirmation", denied(map[string]string{"lambda GetAlias@postconfirmation": `{"FunctionVersion":"9"}`}, "lambda GetAlias@presignup")},
	{6, "cloudformation ListStackResources", "StackResourceSummaries", `"x"`, "", nil},
	{6, "", "", "", "PostConfirmation", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Triggers[1].Version = "4" }},
	{6, "cloudformation ListStackResources", "StackResourceSummaries.0.PhysicalResourceId", `"arn:aws:lambda:eu-west-1:111122223333:function:another:3"`, "PostConfirmation", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Triggers[1].Version = "4" }},
	{6, "cloudformation ListStackResources", "StackResourceSummaries.0.PhysicalResourceId", `"arn:aws:lambda:eu-west-1:111122223333:layer:presignup:3"`, "PostConfirmation", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.Triggers[1].Version = "4" }},
	{7, "", "", "", "postconfirmation", goneThen("lambda ListVersionsByFunction@presignup", "lambda ListVersionsByFunction@postconfirmation", drifting)},
	{7, "lambda ListVersionsByFunction", "NextMarker", `"x"`, "", nil},
	{8, "", "", "", "postconfirmation", goneThen("lambda GetFunctionConcurrency@presignup", "lambda GetFunctionConcurrency@postconfirmation", stopped)},
	{9, "", "", "", "app client b", twoClients(`"WriteAttributes":["custom:role"]`, "a")},
	{15, "", "", "", "app client b", twoClients(`"ClientName":"b"`, "a")},
	{15, "", "", "", "app client b", pages(`{"UserPoolClients":[{"ClientId":"b"}]}`)},
	{15, "", "", "", "app client a", pages(`{"UserPoolClients":"b"}`)},
	{15, "", "", "", "app client a", func(t *testing.T, s *doctor.Subject, r *recorded) {
		pages(`{}`)(t, s, r)
		r.refuses["cognito-idp ListUserPoolClients@2"] = code("AccessDeniedException")
	}},
	{19, "", "", "", "", func(_ *testing.T, _ *doctor.Subject, r *recorded) { r.refuses[pool] = errors.New("no network") }},
	{27, "", "", "", "provider B", also(map[string]string{
		"cognito-idp ListIdentityProviders":      `{"Providers":[{"ProviderName":"A"},{"ProviderName":"B"}]}`,
		"cognito-idp DescribeIdentityProvider@B": `{"IdentityProvider":{"ProviderName":"B","AttributeMapping":{"email_verified":"v"}}}`,
	})},
	{27, "", "", "", "", func(t *testing.T, s *doctor.Subject, r *recorded) {
		s.Stage = nil
		also(map[string]string{
			"cognito-idp ListIdentityProviders":      `{"Providers":[{"ProviderName":"A"},{"ProviderName":"B"}]}`,
			"cognito-idp DescribeIdentityProvider@B": `{"IdentityProvider":{"ProviderName":"B","AttributeMapping":{"email":"email"},"ProviderDetails":{"authorize_url":"https://login.microsoftonline.com/organizations/oauth2","oidc_issuer":"https://login.microsoftonline.com/common"}}}`,
		})(t, s, r)
	}},
	{28, "", "", "", "", func(t *testing.T, s *doctor.Subject, r *recorded) {
		also(map[string]string{
			"cognito-idp ListIdentityProviders":      `{"Providers":[{"ProviderName":"A"},{"ProviderName":"B"},{"ProviderName":"C"},{"ProviderName":"D"},{"ProviderName":"E"}]}`,
			"cognito-idp DescribeIdentityProvider@A": `{"IdentityProvider":{"ProviderName":"A","ProviderType":"OIDC"}}`,
			"cognito-idp DescribeIdentityProvider@B": `{"IdentityProvider":{"ProviderName":"B","ProviderType":"SAML","ProviderDetails":{"MetadataFile":"<a><KeyDescriptor/></a>"}}}`,
			"cognito-idp DescribeIdentityProvider@C": `{"IdentityProvider":{"ProviderName":"C","ProviderType":"SAML","ProviderDetails":{"MetadataFile":` + quoted(metadata(t, now)) + `}}}`,
			"cognito-idp DescribeIdentityProvider@D": `{"IdentityProvider":{"ProviderName":"D","ProviderType":"SAML","ProviderDetails":{"MetadataFile":"<a><KeyDescriptor><X509Certificate>eA==</X509Certificate></KeyDescriptor></a>"}}}`,
			"cognito-idp DescribeIdentityProvider@E": `{"IdentityProvider":{"ProviderName":"E","ProviderType":"SAML","ProviderDetails":{"MetadataFile":"<a>"}}}`,
		})(t, s, r)
	}},
	{31, "", "", "", "of 2 users 1 have no row and 1", twoPages(`{"pk":{"S":"USER#eu-west-1_EXAMPLE12#4f9d"},"email":{"S":"eve@example.org"}}`)},
	{31, "", "", "", "of 1 users 1 have no row", func(t *testing.T, s *doctor.Subject, r *recorded) {
		twoPages(`{"pk":{"S":"USER#eu-west-1_EXAMPLE12#4f9d"}}`)(t, s, r)
		r.set(t, "cognito-idp ListUsers", "Users.0.UserStatus", `"UNCONFIRMED"`)
	}},
	{4, "", "", "", "", func(_ *testing.T, s *doctor.Subject, _ *recorded) { s.TokenVersion = "" }},
	{29, "dynamodb DescribeTable", "Table.GlobalSecondaryIndexes", "", "byShard", nil},
	{29, "dynamodb DescribeTable", "Table.DeletionProtectionEnabled", "", "", nil},
	{30, "dynamodb GetItem", "Item.pass.B", `"eA=="`, "", nil},
	{31, "", "", "", "", func(t *testing.T, s *doctor.Subject, r *recorded) {
		r.set(t, "dynamodb BatchGetItem", "UnprocessedKeys.suite", `{}`)
	}},
	{31, "cognito-idp ListUsers", "Users.0.UserStatus", `"EXTERNAL_PROVIDER"`, "have no row", also(map[string]string{"dynamodb BatchGetItem": `{"Responses":{}}`})},
	{31, "cognito-idp ListUsers", "Users.0.UserStatus", `"FORCE_CHANGE_PASSWORD"`, "", also(map[string]string{"dynamodb BatchGetItem": `{"Responses":{}}`})},
	{33, "cloudformation DetectStackDrift", "DetectionStatus", `"DETECTION_FAILED"`, "", nil},
	{33, "cloudformation DetectStackDrift", "StackDriftStatus", `"DRIFTED"`, "the stack has drifted", also(map[string]string{"cloudformation DescribeStackResourceDrifts": `{}`})},
	{35, "", "", "", "", twoTrails(`{"IsLogging":false}`, `{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true}]}`)},
	{35, "", "", "", "none of 2", twoTrails(`{"IsLogging":false}`, `{"EventSelectors":[{"ReadWriteType":"ReadOnly","IncludeManagementEvents":true},{"ReadWriteType":"All"}]}`)},
	{35, "", "", "", "", func(t *testing.T, s *doctor.Subject, r *recorded) {
		twoTrails(`{}`, `{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true}]}`)(t, s, r)
		r.refuses["cloudtrail GetTrailStatus@a"] = code("AccessDeniedException")
	}},
	{35, "", "", "", "", twoTrails(`{"IsLogging":true}`, `{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]},{"Field":"resources.ARN","Equals":["true"]},{"Field":"readOnly","Equals":["false"]}]}]}`)},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(`[{"Effect":"Allow","Action":["logs:PutLogEvents","s3:GetObject"],"Resource":"arn:aws:logs:eu-west-1:111122223333:log-group:presignup"}]`), "s3:GetObject", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(`[{"Effect":"Allow","Action":"logs:PutLogEvents","Resource":["arn:x","*"]}]`), "logs:PutLogEvents", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(`[{"Effect":"Allow","Action":"logs:PutLogEvents"}]`), "logs:PutLogEvents", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(`[{"Effect":"Allow","Resource":"arn:x"}]`), "may", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(`[{"Effect":"Allow","Action":"dynamodb:Query","Resource":"arn:x/index/a","Condition":{"StringEquals":{"dynamodb:Select":"COUNT"}}}]`), "dynamodb:Query", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", granted(`[{"Effect":"Allow","Action":"dynamodb:Query","Resource":"arn:x/index/*","Condition":{"StringEquals":{"dynamodb:Select":"ALL"}}}]`), "dynamodb:Query", nil},
	{36, "cloudformation GetTemplate", "TemplateBody", `"{\"Resources\":{\"SuitePreSignUpRole5E82780F\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":{\"Policies\":[{\"PolicyName\":\"Trigger\",\"PolicyDocument\":{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":[\"logs:PutLogEvents\",\"logs:CreateLogStream\"],\"Resource\":{\"Ref\":\"Logs\"}}]}}]}}}}"`, "PutLogEvents", nil},
	{36, "", "", "", "Second", also(map[string]string{
		"iam ListAttachedRolePolicies":   `{"AttachedPolicies":[{"PolicyName":"First"}],"Marker":"2"}`,
		"iam ListAttachedRolePolicies@2": `{"AttachedPolicies":[{"PolicyName":"Second"}]}`,
		"iam ListRolePolicies":           `{"PolicyNames":["Third"],"Marker":"3"}`,
		"iam ListRolePolicies@2":         `{}`,
		"iam ListRolePolicies@3":         `{"PolicyNames":["Fourth"]}`,
	})},
	{36, "cloudformation GetTemplate", "TemplateBody", `"{\"Resources\":{\"SuitePreSignUpRole5E82780F\":{\"Type\":\"AWS::IAM::Role\",\"Properties\":[]}}}"`, "", nil},
	{36, "iam GetRolePolicy", "PolicyDocument", `"%zz"`, "", nil},
}

func twoClients(member, known string) func(*testing.T, *doctor.Subject, *recorded) {
	return func(t *testing.T, s *doctor.Subject, r *recorded) {
		s.Stage.Clients = map[string]doctor.Client{known: {}}
		also(map[string]string{
			"cognito-idp ListUserPoolClients":      `{"UserPoolClients":[{"ClientId":"c"},{"ClientId":"a"},{"ClientId":"b"}]}`,
			"cognito-idp DescribeUserPoolClient@a": `{"UserPoolClient":{"ClientId":"a","WriteAttributes":["email"]}}`,
			"cognito-idp DescribeUserPoolClient@b": `{"UserPoolClient":{"ClientId":"b",` + member + `}}`,
		})(t, s, r)
		r.refuses["cognito-idp DescribeUserPoolClient@c"] = code("AccessDeniedException")
	}
}

// pages are two of app clients, none of which the stage knows.
func pages(second string) func(*testing.T, *doctor.Subject, *recorded) {
	return also(map[string]string{
		"cognito-idp ListUserPoolClients":      `{"UserPoolClients":[{"ClientId":"a"}],"NextToken":"2"}`,
		"cognito-idp ListUserPoolClients@2":    second,
		"cognito-idp DescribeUserPoolClient@a": `{"UserPoolClient":{"ClientId":"a"}}`,
		"cognito-idp DescribeUserPoolClient@b": `{"UserPoolClient":{"ClientId":"b"}}`,
	})
}

func twoPages(row string) func(*testing.T, *doctor.Subject, *recorded) {
	return also(map[string]string{
		"cognito-idp ListUsers":   `{"Users":[{"Enabled":true,"UserStatus":"CONFIRMED","Attributes":[{"Name":"sub","Value":"4f9d"},{"Name":"email","Value":"ada@example.org"}]}],"PaginationToken":"2"}`,
		"cognito-idp ListUsers@2": `{"Users":[{"Enabled":true,"UserStatus":"CONFIRMED","Attributes":[{"Name":"sub","Value":"7777"}]}]}`,
		"dynamodb BatchGetItem":   `{"Responses":{"suite":[` + row + `]}}`,
	})
}

func twoTrails(first, second string) func(*testing.T, *doctor.Subject, *recorded) {
	return also(map[string]string{
		"cloudtrail DescribeTrails":      `{"trailList":[{"TrailARN":"a"},{"TrailARN":"b"}]}`,
		"cloudtrail GetTrailStatus@a":    first,
		"cloudtrail GetEventSelectors@a": `{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":false}]}`,
		"cloudtrail GetEventSelectors@b": second,
	})
}
