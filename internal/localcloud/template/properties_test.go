package template

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// The whole text of each fault: it says where, once.
func TestAWrongPropertyIsAFault(t *testing.T) {
	const (
		gone     = "Ref: there is no resource or parameter Gone"
		function = `"F":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"Runtime":"provided.al2023"`
		pool     = `"P":{"Type":"AWS::Cognito::UserPool"}`
		client   = pool + `,"C":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"UserPoolId":{"Ref":"P"}`
		wrapped  = `"P":{"Type":"AWS::Cognito::UserPool","Properties":{`
	)
	for resources, want := range map[string]string{
		function + `,"Architectures":"arm64"}}`:                                                                                  "F.Properties.Architectures: want a list, not string",
		function + `,"Architectures":[["arm64"]]}}`:                                                                              "F.Properties.Architectures: want a single value, not []interface {}",
		function + `,"Environment":4}}`:                                                                                          "F.Properties.Environment: want an object, not json.Number",
		function + `,"Timeout":"long"}}`:                                                                                         `F.Properties.Timeout: want a whole number, not "long"`,
		function + `,"Timeout":[3]}}`:                                                                                            "F.Properties.Timeout: want a single value, not []interface {}",
		`"L":{"Type":"AWS::Lambda::Permission","Properties":{"FunctionName":{"Ref":"Gone"}}}`:                                    "L.Properties.FunctionName: " + gone,
		`"L":{"Type":"AWS::Lambda::Permission","Properties":{"FunctionName":"f","Action":["a"]}}`:                                "L.Properties.Action: want a single value, not []interface {}",
		`"L":{"Type":"AWS::Lambda::Permission","Properties":{"FunctionName":"f","Action":{"Ref":"Gone"}}}`:                       "L.Properties.Action: " + gone,
		`"L":{"Type":"AWS::Lambda::Alias","Properties":{"FunctionName":"f","Name":{"Ref":"Gone"}}}`:                              "L: " + gone,
		`"T":{"Type":"AWS::DynamoDB::Table","Properties":{"KeySchema":[4]}}`:                                                     "T.Properties.KeySchema[0]: want an object, not json.Number",
		`"T":{"Type":"AWS::DynamoDB::Table","Properties":{"AttributeDefinitions":[4,{"AttributeName":["pk"]}]}}`:                 "T.Properties.AttributeDefinitions[0]: want an object, not json.Number\nT.Properties.AttributeDefinitions[1].AttributeName: want a single value, not []interface {}",
		`"T":{"Type":"AWS::DynamoDB::Table","Properties":{"TimeToLiveSpecification":{"Enabled":"perhaps","AttributeName":"t"}}}`: `T.Properties.TimeToLiveSpecification.Enabled: want true or false, not "perhaps"`,
		`"X":{"Type":"Custom::AWS","Properties":{"Create":"{"}}`:                                                                 "X.Properties.Create: want a call in JSON: unexpected end of JSON input",
		client + `,"AccessTokenValidity":{"Ref":"Gone"}}}`:                                                                       "C.Properties.AccessTokenValidity: " + gone,
		client + `,"RefreshTokenRotation":4}}`:                                                                                   "C.Properties: SerializationException: a member of the app client has another type than the API's",
		wrapped + `"AliasAttributes":["email",{"Ref":"Gone"}]}}`:                                                                 "P.Properties.AliasAttributes[1]: " + gone,
		wrapped + `"MfaConfiguration":{"Ref":"Gone"}}}`:                                                                          "P.Properties.MfaConfiguration: " + gone,
		wrapped + `"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":{"Ref":"Gone"}}}}`:                                        "P.Properties.AdminCreateUserConfig.AllowAdminCreateUserOnly: " + gone,
		wrapped + `"UsernameConfiguration":{"CaseSensitive":"perhaps"}}}`:                                                        `P.Properties.UsernameConfiguration.CaseSensitive: want true or false, not "perhaps"`,
		wrapped + `"Policies":{"PasswordPolicy":{"MinimumLength":"long"}}}}`:                                                     `P.Properties.Policies.PasswordPolicy.MinimumLength: want a whole number, not "long"`,
		wrapped + `"Schema":4}}`:                                                                                                 "P.Properties: InvalidParameterException: SchemaAttributes: want a list, not 4",
	} {
		_, err := Read(write(t, `{"Resources":{`+resources+`}}`), "")
		if err == nil {
			t.Errorf("%s: no fault", resources)
			continue
		}
		got := strings.Split(strings.TrimPrefix(err.Error(), "reading stack S: "), "\n")
		got = slices.DeleteFunc(got, func(line string) bool { // what package judge adds
			return strings.Contains(line, "the local cloud does not ") && strings.HasSuffix(line, "know what it does") || strings.HasPrefix(line, "the local cloud does not obey")
		})
		slices.Sort(got)
		if text := strings.Join(got, "\n"); text != want {
			t.Errorf("%s\ngot  %s\nwant %s", resources, text, want)
		}
	}
}

// "Default values" in the CloudFormation template reference, AWS::Lambda::Function.
func TestAFunctionIsReadWholeAndHasDefaults(t *testing.T) {
	stack := read(t, `{"Conditions":{"C":{"Fn::Equals":["a","a"]}},"Resources":{
		"A":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"Runtime":"provided.al2023"}},
		"B":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"Runtime":"provided.al2023","Architectures":["arm64"],"Timeout":7,"MemorySize":"512",
			"ReservedConcurrentExecutions":9,"Environment":{"Fn::If":["C",{"Variables":{"A":"b"}},{"Ref":"AWS::NoValue"}]}}}}}`)
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:"
	dir := stack.Functions[0].Dir
	if filepath.Base(dir) != "f" || !filepath.IsAbs(dir) {
		t.Errorf("the code is in %q", dir)
	}
	want := []Function{
		{"A", "x86_64", "", "", lambdahost.Function{Name: "S-A", ARN: arn + "S-A", Dir: dir, Env: map[string]string{}, Timeout: 3 * time.Second, MemoryMiB: 128}},
		{"B", "arm64", "", "", lambdahost.Function{Name: "S-B", ARN: arn + "S-B", Dir: dir, Env: map[string]string{"A": "b"}, Timeout: 7 * time.Second, MemoryMiB: 512, ReservedConcurrency: 9}},
	}
	if !reflect.DeepEqual(stack.Functions, want) {
		t.Errorf("got %+v", stack.Functions)
	}
}

func TestATablesIndexAndExpiryAreRead(t *testing.T) {
	stack := read(t, `{"Resources":{
		"T":{"Type":"AWS::DynamoDB::Table","Properties":{"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
			"GlobalSecondaryIndexes":[{"IndexName":"I","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["a"]}}],
			"TimeToLiveSpecification":{"AttributeName":"t"},"LocalSecondaryIndexes":[{"IndexName":"L"}]}}}}`)
	table := stack.Tables[0]
	if !slices.Equal(table.Indexes[0].NonKeyAttributes, []string{"a"}) || table.TTLAttribute != "" {
		t.Errorf("got %+v", table)
	}
	if !slices.Equal(stack.Unsupported, []string{"T: local secondary indexes are left out"}) {
		t.Errorf("said: %q", stack.Unsupported)
	}
}

func TestACustomResourceRunsIfItsFunctionOrItsCallDoes(t *testing.T) {
	stack := read(t, `{"Resources":{
		"A":{"Type":"AWS::CloudFormation::CustomResource","Properties":{"ServiceToken":{"Fn::GetAtt":["F","Arn"]},"Kept":"k"}},
		"B":{"Type":"Custom::B","Properties":{"ServiceToken":{"Fn::GetAtt":["N","Arn"]}}},
		"D":{"Type":"Custom::AWS","Properties":{"ServiceToken":"x","Update":"{\"service\":\"@aws-sdk/client-dynamodb\",\"action\":\"PutItemCommand\"}"}},
		"E":{"Type":"Custom::AWS","Properties":{"ServiceToken":"x","Delete":"{}"}},
		"F":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"FunctionName":"f","Runtime":"provided.al2023"}},
		"M":{"Type":"AWS::Lambda::EventSourceMapping"},
		"N":{"Type":"AWS::Lambda::Function","Properties":{"Runtime":"nodejs22.x"}},
		"O":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":{"Fn::ImportValue":"x"},"Runtime":"nodejs22.x"}}}}`)
	runs := map[string]bool{}
	for _, resource := range stack.CustomResources {
		runs[resource.LogicalID] = resource.Runnable()
	}
	if !reflect.DeepEqual(runs, map[string]bool{"A": true, "B": false, "D": true, "E": false}) {
		t.Errorf("these run: %v", runs)
	}
	if a := stack.CustomResources[0]; a.FunctionARN != arnOfF || !reflect.DeepEqual(a.Properties, map[string]any{"Kept": "k"}) {
		t.Errorf("got %+v", a)
	}
	if call := stack.CustomResources[2].Call; call == nil || call.Action != "PutItemCommand" {
		t.Errorf("Update alone is read as %+v", call)
	}
	if call := stack.CustomResources[3].Call; call != nil {
		t.Errorf("no call at a creation is read as %+v", call)
	}
	want := []string{
		"M (AWS::Lambda::EventSourceMapping) has no local counterpart and is left out",
		`O (AWS::Lambda::Function) needs the runtime "nodejs22.x"; only provided.* runs here`,
		"B (Custom::B) is not run: its function arn:aws:lambda:us-east-1:000000000000:function:S-N is not one that runs here",
		"E (Custom::AWS) is not run: its function x is not one that runs here",
	}
	if !slices.Equal(stack.Unsupported, want) {
		t.Errorf("said: %q", stack.Unsupported)
	}
}

// CloudFormation takes text for a number or a flag.
func TestR51_ANumberOrAFlagMayBeText(t *testing.T) {
	for path, values := range examples {
		for _, value := range values {
			switch value.(type) {
			case int, bool:
				if one, other := poolWith(t, path, value), poolWith(t, path, fmt.Sprint(value)); one != other {
					t.Errorf("%s: %v and its text are read as\n%s\n%s", path, value, one, other)
				}
			}
		}
	}
}

func TestAPermissionIsCompletedToAnARNAndBelongsToItsFunction(t *testing.T) {
	stack := read(t, `{"Resources":{
		"F":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"Runtime":"provided.al2023","FunctionName":"f"}},
		"G":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"Runtime":"provided.al2023","FunctionName":"ff"}},
		"A":{"Type":"AWS::Lambda::Permission","Properties":{"FunctionName":{"Ref":"F"}}},
		"B":{"Type":"AWS::Lambda::Permission","Properties":{"FunctionName":"f:live"}}}}`)
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
	got := stack.Functions[0].Permissions
	if len(got) != 2 || got[0].FunctionARN != arn || got[1].FunctionARN != arn+":live" || got[1].StatementID != stack.Name+"-B" || len(stack.Functions[1].Permissions) > 0 {
		t.Errorf("got %+v and %+v", got, stack.Functions[1].Permissions)
	}
}
