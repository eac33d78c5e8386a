package infra

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

func TestPreTokenIsWiredV3AndTheOthersPlainly(t *testing.T) {
	config := ofStage(t, "prod").properties(t, poolType, "Pool")["LambdaConfig"].(map[string]any)
	if len(config) != len(triggers.Usual()) {
		t.Errorf("triggers %v", slices.Sorted(maps.Keys(config)))
	}
	if v := at(config, "PreTokenGenerationConfig", "LambdaVersion"); v != "V3_0" {
		t.Errorf("version %v", v)
	}
	for _, trigger := range triggers.UsualNames() {
		path := []any{trigger}
		if trigger == "PreTokenGeneration" {
			path = []any{"PreTokenGenerationConfig", "LambdaArn"}
		}
		if got := fmt.Sprint(at(config, append(path, "Ref")...)); !strings.HasPrefix(got, "Suite"+trigger) {
			t.Errorf("%s calls %s", trigger, got)
		}
	}
}

func TestFunctionsAreMadeForCognitosFiveSeconds(t *testing.T) {
	tpl := ofStage(t, "prod")
	if n := len(tpl.resources(functionType)); n != len(triggers.Usual())+1 { // and the register
		t.Fatalf("%d functions", n)
	}
	for _, trigger := range triggers.Usual() {
		fn := tpl.properties(t, functionType, trigger.Name)
		want := map[string]any{
			"Runtime": "provided.al2023", "Handler": "bootstrap", "Architectures": []any{"arm64"},
			"MemorySize": 256.0, "Timeout": 4.0,
		}
		for key, value := range want {
			if !reflect.DeepEqual(fn[key], value) {
				t.Errorf("%s: %s is %v", trigger.Name, key, fn[key])
			}
		}
		env := at(fn, "Environment", "Variables").(map[string]any)
		if env["FUNCTION_TIMEOUT_MS"] != "4000" || env["METRICS_NAMESPACE"] != "CognitoTriggers/CognitoTriggers-prod" {
			t.Errorf("%s is told a timeout of %v and the namespace %v", trigger.Name, env["FUNCTION_TIMEOUT_MS"], env["METRICS_NAMESPACE"])
		}
		_, knowsTable := env["TABLE_NAME"]
		if knowsTable != trigger.UsesTable() || env["SLOW_MS"] != "1500" || len(env) > 4 {
			t.Errorf("%s has the environment %v", trigger.Name, env)
		}
	}
}

func TestR37_EachFunctionLogsIntoItsOwnGroupForNinetyDaysAtMost(t *testing.T) {
	tpl := ofStage(t, "prod")
	ids := []string{"Register"}
	for _, trigger := range triggers.Usual() {
		ids = append(ids, trigger.Name)
	}
	if n := len(tpl.resources(logsType)); n != len(ids) {
		t.Errorf("%d log groups", n)
	}
	for _, id := range ids {
		logging := tpl.properties(t, functionType, id)["LoggingConfig"]
		if at(logging, "LogFormat") != "JSON" || !strings.HasPrefix(fmt.Sprint(at(logging, "LogGroup", "Ref")), "Suite"+id+"Logs") {
			t.Errorf("%s logs to %v", id, logging)
		}
		if days, _ := tpl.properties(t, logsType, id+"Logs")["RetentionInDays"].(float64); days < 1 || days > 90 {
			t.Errorf("%s keeps lines %v days", id, days)
		}
	}
}

func TestR37_WithEverythingOnNoLogGroupKeepsLongerAndEachIsEncrypted(t *testing.T) {
	tpl := everything(t)
	if n := len(tpl.resources(logsType)); n != len(triggers.All())+7 { // the register's, the sweep's, the tripwire's, the sample route's, the API's, two of Cognito's own
		t.Errorf("%d log groups", n)
	}
	for id, r := range tpl.resources(logsType) {
		if days, _ := at(r, "Properties", "RetentionInDays").(float64); days < 1 || days > 90 || at(r, "Properties", "KmsKeyId") != keyARN {
			t.Errorf("%s keeps lines %v days, under %v", id, days, at(r, "Properties", "KmsKeyId"))
		}
	}
}

func TestTable(t *testing.T) {
	table := ofStage(t, "prod").properties(t, tableType, "Table")
	want := map[string]any{
		"BillingMode": "PAY_PER_REQUEST",
		"KeySchema": []any{
			map[string]any{"AttributeName": "pk", "KeyType": "HASH"}, map[string]any{"AttributeName": "sk", "KeyType": "RANGE"},
		},
		"AttributeDefinitions": []any{
			map[string]any{"AttributeName": "pk", "AttributeType": "S"},
			map[string]any{"AttributeName": "sk", "AttributeType": "S"},
			map[string]any{"AttributeName": "emailKey", "AttributeType": "S"},
			map[string]any{"AttributeName": "shard", "AttributeType": "S"},
		},
		"GlobalSecondaryIndexes": []any{map[string]any{
			"IndexName": "byEmail", "KeySchema": []any{map[string]any{"AttributeName": "emailKey", "KeyType": "HASH"}},
			"Projection": map[string]any{"ProjectionType": "KEYS_ONLY"},
		}, map[string]any{
			"IndexName": "byShard", "KeySchema": []any{
				map[string]any{"AttributeName": "shard", "KeyType": "HASH"}, map[string]any{"AttributeName": "pk", "KeyType": "RANGE"},
			},
			"Projection": map[string]any{"ProjectionType": "KEYS_ONLY"},
		}},
		"TimeToLiveSpecification": map[string]any{"AttributeName": "expiresAt", "Enabled": true},
	}
	for key, value := range want {
		if !reflect.DeepEqual(table[key], value) {
			t.Errorf("%s is %v", key, table[key])
		}
	}
	if at(table, "Replicas", 0, "DeletionProtectionEnabled") != true ||
		at(table, "Replicas", 0, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") != true ||
		len(table["Replicas"].([]any)) != 1 {
		t.Errorf("replicas %v", table["Replicas"])
	}
}

func TestOnlyADisposableStageLosesItsData(t *testing.T) {
	for name, want := range map[string][2]any{"dev": {"Delete", "Delete"}, "prod": {"RetainExceptOnCreate", "Retain"}} {
		tpl := ofStage(t, name)
		for _, kind := range []string{poolType, tableType, logsType} {
			for id, r := range tpl.resources(kind) {
				if got := [2]any{r["DeletionPolicy"], r["UpdateReplacePolicy"]}; got != want {
					t.Errorf("%s: %s has %v", name, id, got)
				}
			}
		}
		stack, _ := stackOf(newApp(t), quiet(t, name))
		if protected := *stack.TerminationProtection(); protected != (name == "prod") {
			t.Errorf("%s: termination protection %v", name, protected)
		}
	}
}

// Another logical id is another resource: CloudFormation would make a new, empty pool or
// table, and new client ids that no app knows. Change one of these here too if you do so
// on purpose, and say in the changelog how users move.
func TestLogicalIDsOfWhatHoldsDataNeverChange(t *testing.T) {
	want := map[string]string{
		"SuitePool5B9D4F59":           poolType,
		"SuiteTableD51218A5":          tableType,
		"SuiteWebClientB66EBAF8":      clientType,
		"SuiteMachineClient26C3BE57":  clientType,
		"SuiteDomainA50E199D":         "AWS::Cognito::UserPoolDomain",
		"SuiteResourceServerC49DB66C": "AWS::Cognito::UserPoolResourceServer",
		"SuiteGroupadminsFEA826B5":    "AWS::Cognito::UserPoolGroup",
		"SuiteGroupmembersC5CA8A25":   "AWS::Cognito::UserPoolGroup",
		// An alias of the same name cannot be made while the old one exists.
		"SuitePreSignUpLive4D76CBC7":          aliasType,
		"SuitePostConfirmationLiveF41098A7":   aliasType,
		"SuitePreTokenGenerationLive81E89AA3": aliasType,
		"SuitePostAuthenticationLiveC45FB342": aliasType,
	}
	for _, name := range []string{"dev", "prod"} {
		tpl := ofStage(t, name)
		for id, kind := range want {
			if tpl.resources(kind)[id] == nil {
				t.Errorf("%s: %s of type %s is not there", name, id, kind)
			}
		}
	}
}

// No resource has a name of its own: a replacement would collide with it.
func TestNoPhysicalNames(t *testing.T) {
	for id, resource := range ofStage(t, "prod")["Resources"].(map[string]any) {
		for _, name := range []string{"FunctionName", "RoleName", "TableName", "LogGroupName", "UserPoolName", "ClientName"} {
			if value, ok := at(resource, "Properties", name).(string); ok {
				t.Errorf("%s has %s %s", id, name, value)
			}
		}
	}
}

func TestOutputs(t *testing.T) {
	outputs := ofStage(t, "dev")["Outputs"].(map[string]any)
	want := []string{"ApiUrl", "IdentityPoolId", "MachineClientId", "TableName", "UserPoolDomain", "UserPoolId", "WatchAlarmArns", "WebClientId"}
	for _, trigger := range triggers.UsualNames() {
		want = append(want, trigger+"FunctionName")
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(outputs)); !slices.Equal(got, want) {
		t.Errorf("outputs %v", got)
	}
}

// Cognito bills by the month for a client that may ask for machine tokens.
func TestAStageMayDoWithoutAMachineClient(t *testing.T) {
	s := quiet(t, "dev")
	s.API.On = true
	delete(s.Settings.Clients, "machine")
	tpl := synthesize(t, s)
	if clients := tpl.resources(clientType); len(clients) != 1 || clients["SuiteWebClientB66EBAF8"] == nil {
		t.Errorf("clients %v", slices.Sorted(maps.Keys(clients)))
	}
	if tpl["Outputs"].(map[string]any)["MachineClientId"] != nil {
		t.Error("there is an output of the client that is left out")
	}
	audience := at(tpl.only(t, apiPrefix+"Authorizer"), "JwtConfiguration", "Audience")
	if !reflect.DeepEqual(audience, []any{map[string]any{"Ref": "SuiteWebClientB66EBAF8"}}) {
		t.Errorf("the API takes tokens of %v", audience)
	}
}

// github.com/aws/aws-cdk#7016: the pool needs the function, and the function would need
// the pool. synthesize, which every test here uses, refuses such a stack; this shows that
// it does.
func TestAPoolIDInAnEnvironmentIsACycleAndNoticed(t *testing.T) {
	stack, suite := stackOf(newApp(t), quiet(t, "dev"))
	suite.Functions["PreSignUp"].AddEnvironment(new("POOL"), suite.Pool.UserPoolId(), nil)
	defer func() {
		if caught := fmt.Sprint(recover()); !strings.Contains(caught, "cycl") {
			t.Errorf("recovered %q", caught)
		}
	}()
	assertions.Template_FromStack(stack, nil)
}

// The flags are those that the CDK recommends for exactly this version; a new version has
// others (see the module's recommended-feature-flags.json).
func TestFeatureFlagsAreThoseThatTheCDKRecommends(t *testing.T) {
	var want map[string]any
	if err := json.Unmarshal(ofTheCDK(t, "package/recommended-feature-flags.json"), &want); err != nil {
		t.Fatal(err)
	}
	if got := flags(t); !reflect.DeepEqual(got, want) {
		t.Errorf("cdk.json has %v\nrecommended are %v", got, want)
	}
}

// ofTheCDK returns a file of the npm package that the CDK's module holds.
func ofTheCDK(t *testing.T, name string) []byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-cdk-go/awscdk/v2").Output()
	if err != nil {
		t.Fatal(err)
	}
	archives, _ := filepath.Glob(strings.TrimSpace(string(dir)) + "/jsii/*.tgz")
	if len(archives) != 1 {
		t.Fatalf("the CDK's module has the archives %v", archives)
	}
	file, err := os.Open(archives[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for in := tar.NewReader(unzipped); ; {
		header, err := in.Next()
		if err != nil {
			t.Fatalf("looking for %s: %v", name, err)
		}
		if header.Name == name {
			text, err := io.ReadAll(in)
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
	}
}

func TestFaultyPropsPanicWithTheListBeforeAnythingIsMade(t *testing.T) {
	app := newApp(t)
	defer func() {
		caught := fmt.Sprint(recover())
		for _, path := range []string{"domain.prefix: ", "clients: "} {
			if !strings.Contains(caught, path) {
				t.Errorf("%q does not name %s", caught, path)
			}
		}
		if n := len(*app.Node().Children()); n != 0 {
			t.Errorf("%d constructs", n)
		}
	}()
	NewTriggerSuite(app, "Suite", &Props{})
}
