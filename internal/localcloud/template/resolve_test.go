package template

import (
	"encoding/json"
	"testing"
)

func TestIntrinsics(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{`"as it is"`, "as it is"},
		{`4`, "4"},
		{`true`, "true"},
		{`{"Ref":"AWS::Region"}`, "us-east-1"},
		{`{"Ref":"AWS::AccountId"}`, "000000000000"},
		{`{"Ref":"AWS::Partition"}`, "aws"},
		{`{"Ref":"AWS::URLSuffix"}`, "amazonaws.com"},
		{`{"Ref":"AWS::StackName"}`, "S"},
		{`{"Ref":"AWS::StackId"}`, "arn:aws:cloudformation:us-east-1:000000000000:stack/S/local"},
		{`{"Ref":"Stage"}`, "dev"},
		{`{"Ref":"Table"}`, "S-Table"},
		{`{"Ref":"Named"}`, "users-dev"},
		{`{"Ref":"Function"}`, "S-Function"},
		{`{"Ref":"Live"}`, "arn:aws:lambda:us-east-1:000000000000:function:S-Function:live"},
		{`{"Ref":"Version"}`, "arn:aws:lambda:us-east-1:000000000000:function:S-Function:1"},
		{`{"Fn::GetAtt":["Version","Version"]}`, "1"},
		{`{"Fn::GetAtt":["Function","Arn"]}`, "arn:aws:lambda:us-east-1:000000000000:function:S-Function"},
		{`{"Fn::GetAtt":["Schedule","Arn"]}`, "arn:aws:events:us-east-1:000000000000:rule/S-Schedule"},
		{`{"Fn::GetAtt":"Table.Arn"}`, "arn:aws:dynamodb:us-east-1:000000000000:table/S-Table"},
		{`{"Fn::Join":["-",["a",{"Ref":"Stage"},3]]}`, "a-dev-3"},
		{`{"Fn::Join":["-",["a",{"Ref":"AWS::NoValue"},"b"]]}`, "a-b"},
		{`{"Fn::Join":[",",{"Fn::Split":["/","a/b"]}]}`, "a,b"},
		{`{"Fn::Select":["1",{"Fn::Split":[".","a.b.c"]}]}`, "b"},
		{`{"Fn::Select":[0,["x"]]}`, "x"},
		{
			`{"Fn::Sub":"${AWS::Region}/${Table}/${Function.Arn}/${!Literal}"}`,
			"us-east-1/S-Table/arn:aws:lambda:us-east-1:000000000000:function:S-Function/${Literal}",
		},
		{`{"Fn::Sub":["${who} in ${Stage}",{"who":{"Ref":"Table"}}]}`, "S-Table in dev"},
		{`{"Fn::If":["IsDev","yes",{"Ref":"Gone"}]}`, "yes"},
		{`{"Fn::If":["IsProd",{"Ref":"Gone"},"no"]}`, "no"},
		{`{"Fn::If":["Both","yes","no"]}`, "no"},
		{`{"Fn::If":["Either","yes","no"]}`, "yes"},
		{`{"Fn::FindInMap":["Sizes",{"Ref":"Stage"},"memory"]}`, "256"},
	} {
		t.Run(c.value, func(t *testing.T) {
			stack := read(t, surroundings(c.value))
			if got := stack.Outputs["Value"]; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func surroundings(value string) string {
	return `{
	"Parameters":{"Stage":{"Type":"String","Default":"dev"}},
	"Mappings":{"Sizes":{"dev":{"memory":256}}},
	"Conditions":{"IsDev":{"Fn::Equals":[{"Ref":"Stage"},"dev"]},"IsProd":{"Fn::Not":[{"Condition":"IsDev"}]},
		"Both":{"Fn::And":[{"Condition":"IsDev"},{"Condition":"IsProd"}]},"Either":{"Fn::Or":[{"Condition":"IsDev"},{"Condition":"IsProd"}]}},
	"Resources":{
		"Table":{"Type":"AWS::DynamoDB::Table"},
		"Gone":{"Type":"AWS::DynamoDB::Table","Condition":"IsProd"},
		"Named":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":{"Fn::Sub":"users-${Stage}"}}},
		"Function":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"Runtime":"provided.al2023"}},
		"Schedule":{"Type":"AWS::Events::Rule"},
		"Version":{"Type":"AWS::Lambda::Version","Properties":{"FunctionName":{"Ref":"Function"}}},
		"Live":{"Type":"AWS::Lambda::Alias","Properties":{"FunctionName":{"Ref":"Function"},"Name":"live"}}},
	"Outputs":{"Value":{"Value":` + value + `},"Hidden":{"Condition":"IsProd","Value":{"Ref":"Gone"}}}}`
}

func TestConditionKeepsResourcesAndOutputsOut(t *testing.T) {
	stack := read(t, surroundings(`"x"`))
	if len(stack.Tables) != 2 || len(stack.Outputs) != 1 {
		t.Errorf("tables %+v, outputs %v", stack.Tables, stack.Outputs)
	}
}

// Any template must either be read or fail.
func FuzzTemplate(f *testing.F) {
	f.Add([]byte(surroundings(`{"Fn::Sub":"${Stage}"}`)))
	f.Add([]byte(`{"Resources":{"A":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":{"Ref":"A"}}}}}`))
	f.Add([]byte(`{"Conditions":{"C":{"Condition":"C"}},"Resources":{"A":{"Type":"Custom::X","Condition":"C"}}}`))
	f.Add([]byte(`{"Resources":{"P":{"Type":"AWS::Cognito::UserPool","Properties":{"Schema":[1],"Policies":[]}},"C":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"UserPoolId":{"Ref":"P"}}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		found := &foundStack{name: "S", assets: map[string]string{}}
		if json.Unmarshal(data, &found.template) != nil {
			return
		}
		reading, err := newReading(found)
		if err != nil {
			return
		}
		reading.all()
		_ = reading.failure()
	})
}
