package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/ministack"
	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/project"
)

// promise is a property of the template, and where a deployed account shows it.
type promise struct {
	// resource is the construct's path below the stack, property the path of the value in
	// the template.
	resource, property string
	// shown is the path of the value in what asked returns.
	asked, shown string
	// dropped is set if the emulator does not keep the property. It names the test of the
	// template, in package infra, that proves it then.
	dropped string
}

// promises are what makes prod safe and dev work. The emulator drops those with a test's
// name behind them, which was found by asking it: a deploy there says nothing about them,
// and that test of package infra asserts them on the template.
var promises = []promise{
	{"Suite/Pool", "UserPoolTier", "pool", "UserPoolTier", ""},
	{"Suite/Pool", "DeletionProtection", "pool", "DeletionProtection", ""},
	{"Suite/Pool", "UsernameConfiguration/CaseSensitive", "pool", "UsernameConfiguration/CaseSensitive", ""},
	{"Suite/Pool", "UsernameAttributes", "pool", "UsernameAttributes", ""},
	{"Suite/Pool", "AutoVerifiedAttributes", "pool", "AutoVerifiedAttributes", ""},
	{"Suite/Pool", "AccountRecoverySetting", "pool", "AccountRecoverySetting", ""},
	{"Suite/Pool", "UserAttributeUpdateSettings", "pool", "UserAttributeUpdateSettings", ""},
	{"Suite/Pool", "AdminCreateUserConfig/AllowAdminCreateUserOnly", "pool", "AdminCreateUserConfig/AllowAdminCreateUserOnly", ""},
	{"Suite/Pool", "Policies/PasswordPolicy/MinimumLength", "pool", "Policies/PasswordPolicy/MinimumLength", ""},
	{"Suite/Pool", "LambdaConfig/PreTokenGenerationConfig/LambdaVersion", "pool", "LambdaConfig/PreTokenGenerationConfig/LambdaVersion", ""},
	{"Suite/WebClient", "PreventUserExistenceErrors", "web", "PreventUserExistenceErrors", ""},
	{"Suite/WebClient", "EnableTokenRevocation", "web", "EnableTokenRevocation", ""},
	{"Suite/WebClient", "AllowedOAuthFlows", "web", "AllowedOAuthFlows", ""},
	{"Suite/WebClient", "AllowedOAuthScopes", "web", "AllowedOAuthScopes", ""},
	{"Suite/WebClient", "ExplicitAuthFlows", "web", "ExplicitAuthFlows", ""},
	{"Suite/WebClient", "WriteAttributes", "web", "WriteAttributes", ""},
	{"Suite/WebClient", "ReadAttributes", "web", "ReadAttributes", ""},
	{"Suite/WebClient", "RefreshTokenRotation", "web", "RefreshTokenRotation", "TestR11_TheSettingsOfTheBar"},
	{"Suite/Table", "Replicas/0/DeletionProtectionEnabled", "table", "DeletionProtectionEnabled", "TestTable"},
	{"Suite/Table", "BillingMode", "table", "BillingModeSummary/BillingMode", ""},
	{"Suite/Table", "GlobalSecondaryIndexes/0/Projection/ProjectionType", "table", "GlobalSecondaryIndexes/0/Projection/ProjectionType", ""},
	{"Suite/Table", "TimeToLiveSpecification/AttributeName", "ttl", "AttributeName", "TestTable"},
	{"Suite/Table", "Replicas/0/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled", "backups", "PointInTimeRecoveryEnabled", "TestTable"},
	{"Suite/PreSignUp", "MemorySize", "function", "MemorySize", ""},
	{"Suite/PreSignUp", "Timeout", "function", "Timeout", ""},
	{"Suite/PreSignUp", "Runtime", "function", "Runtime", ""},
	{"Suite/PreSignUp", "Architectures", "function", "Architectures", ""},
	{"Suite/PreSignUp", "LoggingConfig/LogFormat", "function", "LoggingConfig/LogFormat", ""},
	{"Suite/PreSignUpLogs", "RetentionInDays", "logs", "RetentionInDays", ""},
}

// keeps deploys prod next to dev and compares what the account then shows with what the
// template asks for. It is prod, because only prod has all that protects data.
func (a *account) keeps(t *testing.T) {
	t.Helper()
	prod := a.prod(t)
	a.recovers(t, prod)
	resources := templateOf(t, filepath.Join(prod.Dir(), "dist", "deploy", "prod", prod.Stack()+".template.json"))
	outputs, err := project.Outputs(filepath.Join(prod.Dir(), "dist", "outputs.prod.json"), prod.Stack())
	if err != nil {
		t.Fatal(err)
	}
	shown := a.ask(t, outputs)
	step(t, "what the emulator keeps of prod's template:")
	for _, p := range promises {
		want, got := at(resources[p.resource], p.property), at(shown[p.asked], p.shown)
		kept := reflect.DeepEqual(want, got)
		mark := "kept"
		if !kept {
			mark = fmt.Sprintf("DROPPED (the account says %v); asserted by infra.%s", got, p.dropped)
		}
		fmt.Printf("  %-78s %s\n", p.resource+" "+p.property, mark)
		switch {
		case want == nil:
			t.Errorf("%s %s: the template does not have it", p.resource, p.property)
		case kept && p.dropped != "":
			t.Errorf("%s %s is kept now: take %s out of its line", p.resource, p.property, p.dropped)
		case !kept && p.dropped == "":
			t.Errorf("%s %s: the template says %v, the account %v", p.resource, p.property, want, got)
		}
	}
}

// prod returns a project for the stage prod in the same account.
func (a *account) prod(t *testing.T) *project.Project {
	t.Helper()
	o := a.options
	o.Dir, o.Stage = filepath.Join(t.TempDir(), "project"), "prod"
	var err error
	if o.File, err = os.ReadFile(filepath.Join(o.Root, "infra", "stages", "prod.yaml")); err != nil {
		t.Fatal(err)
	}
	o.File = filled(withoutAlarms(o.File))
	p, err := project.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// templateOf returns the properties of a template's resources by their constructs.
func templateOf(t *testing.T, file string) map[string]any {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Metadata   map[string]any
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(src, &template); err != nil {
		t.Fatal(err)
	}
	found := map[string]any{}
	for _, r := range template.Resources {
		path, _ := r.Metadata["aws:cdk:path"].(string)
		_, below, _ := strings.Cut(strings.TrimSuffix(path, "/Resource"), "/")
		found[below] = r.Properties
	}
	return found
}

// ask returns what the account says of a deployed stack, as plain JSON.
func (a *account) ask(t *testing.T, outputs map[string]string) map[string]any {
	t.Helper()
	pool, table, fn, web := outputs["UserPoolId"], outputs["TableName"], outputs["PreSignUpFunctionName"], outputs["WebClientId"]
	users, tables := idp.NewFromConfig(a.config()), dynamodb.NewFromConfig(a.config())
	shown := map[string]any{}
	put := func(name string, value any, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("asking for the %s: %v", name, err)
			return
		}
		shown[name] = plain(t, value)
	}
	p, err := users.DescribeUserPool(t.Context(), &idp.DescribeUserPoolInput{UserPoolId: &pool})
	put("pool", p.UserPool, err)
	c, err := users.DescribeUserPoolClient(t.Context(), &idp.DescribeUserPoolClientInput{UserPoolId: &pool, ClientId: &web})
	put("web", c.UserPoolClient, err)
	d, err := tables.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &table})
	put("table", d.Table, err)
	ttl, err := tables.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: &table})
	put("ttl", ttl.TimeToLiveDescription, err)
	b, err := tables.DescribeContinuousBackups(t.Context(), &dynamodb.DescribeContinuousBackupsInput{TableName: &table})
	recovery := b.ContinuousBackupsDescription.PointInTimeRecoveryDescription
	put("backups", map[string]any{"PointInTimeRecoveryEnabled": recovery != nil && recovery.PointInTimeRecoveryStatus == "ENABLED"}, err)
	f, err := lambda.NewFromConfig(a.config()).GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: &fn})
	put("function", f, err)
	l, err := cloudwatchlogs.NewFromConfig(a.config()).DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: f.LoggingConfig.LogGroup})
	put("logs", l.LogGroups[0], err)
	return shown
}

// plain returns a value of an SDK as decoded JSON, with the API's names.
func plain(t *testing.T, value any) any {
	t.Helper()
	src, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var decoded any
	if err := json.Unmarshal(src, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

// at follows a path of keys and indexes; nil if it leads nowhere.
func at(value any, path string) any {
	for key := range strings.SplitSeq(path, "/") {
		switch v := value.(type) {
		case map[string]any:
			value = v[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// withoutAlarms leaves the alarms out of a stage file, and the API: the emulator refuses an alarm over
// an expression, and the whole stack with it. infra.TestAlarms asserts the alarms; the
// dashboard is deployed.
func withoutAlarms(stage []byte) []byte {
	return append(bytes.Clone(project.WithoutAPI(stage)), "\nmonitoring: {noAlarms: true}\n"...)
}

// refusesMetricMath checks that it still does.
func (a *account) refusesMetricMath(t *testing.T) {
	t.Helper()
	const alarm = `{"Resources":{"A":{"Type":"AWS::CloudWatch::Alarm","Properties":{"ComparisonOperator":"GreaterThanThreshold","EvaluationPeriods":1,"Threshold":1,
"Metrics":[{"Id":"e","Expression":"m","ReturnData":true},{"Id":"m","ReturnData":false,"MetricStat":{"Metric":{"Namespace":"N","MetricName":"M"},"Period":60,"Stat":"Sum"}}]}}}}`
	status := ""
	for range 600 {
		text := a.cloudformation(t, url.Values{"Action": {"CreateStack"}, "StackName": {"math"}, "TemplateBody": {alarm}})
		text += a.cloudformation(t, url.Values{"Action": {"DescribeStacks"}, "StackName": {"math"}})
		if status = regexp.MustCompile(`(CREATE|ROLLBACK)_(COMPLETE|FAILED)`).FindString(text); status != "" {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if status != "ROLLBACK_COMPLETE" && status != "CREATE_FAILED" && status != "ROLLBACK_FAILED" {
		t.Errorf("an alarm over an expression: %s; take withoutAlarms away if the emulator makes it now", status)
	}
	step(t, "the emulator refuses an alarm over an expression (%s): the stages are deployed without alarms, and infra asserts them on the template", status)
}

// cloudformation makes one call, unsigned: the emulator does not check.
func (a *account) cloudformation(t *testing.T, form url.Values) string {
	t.Helper()
	form.Set("Version", "2010-05-15")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.server.URL, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+ministack.Account+"/20260101/"+ministack.Region+"/cloudformation/aws4_request, SignedHeaders=host, Signature=none")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// uncalled are the triggers that the emulator's pool does not call, by the row that each
// would have written. The local cloud's pool calls them and proves them (package
// journey). The emulator enforces neither IAM nor the permission to invoke, and has its
// own form of a refusal.
var uncalled = map[string]string{"PROFILE": "PostConfirmation", "SIGNIN": "PostAuthentication"}

// misses checks that the row is absent after the call that should have made it.
func (c client) misses(t *testing.T, table, sub, row string) {
	t.Helper()
	out, err := c.table.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: c.key(sub, row)})
	if err != nil {
		t.Fatal(err)
	}
	if out.Item != nil {
		t.Errorf("the emulator calls %s now: take it out of uncalled, and expect the row %s", uncalled[row], row)
	}
	step(t, "the emulator's pool does not call %s: no row %s; the local cloud's journey proves it", uncalled[row], row)
}
