package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
)

// withRole is a function with a role of these properties, beside other resources.
func withRole(properties, others string) string {
	return `{"Conditions":{"Never":{"Fn::Equals":["a","b"]}},"Resources":{
		"F":{"Type":"AWS::Lambda::Function","Metadata":{"aws:asset:path":"f"},"Properties":{"Runtime":"provided.al2023","Role":{"Fn::GetAtt":["R","Arn"]}}},
		"T":{"Type":"AWS::DynamoDB::Table","Properties":{"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}},
		"R":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}` + properties + `}}` + others + `}}`
}

// reaching is a policy document that lets the action reach the table.
func reaching(action string) string {
	return `{"Version":"2012-10-17","Statement":[{"Sid":"Reach","Effect":"Allow","Action":["` + action + `","kms:Decrypt"],"Resource":{"Fn::GetAtt":["T","Arn"]}}]}`
}

// may reports whether the role of the only function may do an operation with a row.
func may(stack *Stack, operation string) bool {
	role, _ := stack.Role(stack.Functions[0].RoleARN)
	guard := iam.NewGuard(iam.NewKeys(), []iam.Table{{Name: stack.Tables[0].Name, ARN: stack.Tables[0].ARN, Key: "pk"}}, Region, nil)
	return guard.Allows(iam.Principal{Policies: role.Policies}, operation, fmt.Appendf(nil, `{"TableName":%q,"Key":{"pk":{"S":"x"}}}`, stack.Tables[0].Name))
}

func TestR95_ARoleHasThePoliciesInItAndThoseThatNameIt(t *testing.T) {
	stack := read(t, withRole(`,"Policies":[{"PolicyName":"Own","PolicyDocument":`+reaching("dynamodb:GetItem")+`}],
		"ManagedPolicyArns":[{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]]}]`,
		`,"A":{"Type":"AWS::IAM::Policy","Properties":{"PolicyName":"A","Roles":[{"Ref":"R"}],"PolicyDocument":`+reaching("dynamodb:UpdateItem")+`}},
		"B":{"Type":"AWS::IAM::RolePolicy","Properties":{"PolicyName":"B","RoleName":{"Ref":"R"},"PolicyDocument":`+reaching("dynamodb:DeleteItem")+`}},
		"N":{"Type":"AWS::IAM::Role","Condition":"Never"},
		"Other":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Fn::ImportValue":"x"},"PermissionsBoundary":"b"}},
		"C":{"Type":"AWS::IAM::Policy","Properties":{"PolicyName":"C","Roles":[{"Ref":"Other"}],"PolicyDocument":`+reaching("dynamodb:Scan")+`}}`))
	if len(stack.Roles) != 1 || stack.Roles[0].Name != "S-R" || stack.Roles[0].LogicalID != "R" {
		t.Errorf("roles %+v", stack.Roles)
	}
	for operation, want := range map[string]bool{"GetItem": true, "UpdateItem": true, "DeleteItem": true, "Scan": false} {
		if may(stack, operation) != want {
			t.Errorf("%s: %v", operation, !want)
		}
	}
	if role, found := stack.Role("arn:aws:iam::000000000000:role/S-Other"); found || role.ARN != "" {
		t.Errorf("a role that nobody uses is %+v", role)
	}
}

// A statement of another service may name what the local cloud does not know.
func TestR95_StatementsOfOtherServicesAreNotResolved(t *testing.T) {
	stack := read(t, withRole(`,"Policies":[{"PolicyName":"Own","PolicyDocument":{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["kms:Decrypt","s3:*"],"Resource":{"Fn::ImportValue":"key"},"Condition":{"Odd":{}}},
		{"Effect":"Allow","Action":"xray:PutTraceSegments","Resource":{"Fn::GetAtt":["R","Colour"]}},
		{"Fn::If":["Never",{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"},{"Ref":"AWS::NoValue"}]}]}}]`, ""))
	if may(stack, "GetItem") {
		t.Error("it may")
	}
}

func TestR95_WhatIsNotModelledInARoleStopsTheStartByName(t *testing.T) {
	odd := `{"Version":"2012-10-17","Statement":[{"Sid":"Odd","Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}`
	for name, x := range map[string]struct{ template, want string }{
		"a condition":        {withRole(`,"Policies":[{"PolicyName":"Own","PolicyDocument":`+odd+`}]`, ""), "R: Role.Policies: the policy Own: the statement Odd: not modelled: the operator IpAddress"},
		"beside the role":    {withRole("", `,"A":{"Type":"AWS::IAM::Policy","Properties":{"PolicyName":"A","Roles":[{"Ref":"R"}],"PolicyDocument":`+odd+`}}`), "R: Role.Policies: the policy A: the statement Odd: not modelled"},
		"of a managed one":   {withRole("", `,"A":{"Type":"AWS::IAM::ManagedPolicy","Properties":{"Roles":[{"Ref":"R"}],"PolicyDocument":`+odd+`}}`), "R: Role.Policies: the policy A: the statement Odd: not modelled"},
		"policies by a rule": {withRole(`,"Policies":{"Fn::If":["Never",[],[{"PolicyName":"Own","PolicyDocument":`+odd+`}]]}`, ""), "Role.Policies: the policy Own"},
		"a boundary":         {withRole(`,"PermissionsBoundary":"arn:aws:iam::111122223333:policy/B"`, ""), "R: Role.PermissionsBoundary: not modelled: "},
		"another's role":     {strings.Replace(withRole("", ""), `{"Fn::GetAtt":["R","Arn"]}`, `"arn:aws:iam::111122223333:role/theirs"`, 1), "F: Role (arn:aws:iam::111122223333:role/theirs): not modelled: "},
	} {
		_, err := Read(write(t, x.template), "")
		if err == nil || !strings.Contains(err.Error(), x.want) || !strings.Contains(err.Error(), "--tolerate Role") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		path := strings.Trim(strings.Fields(x.want[strings.Index(x.want, "Role"):])[0], ":")
		stack, err := Read(write(t, x.template), "", path)
		if err != nil || !strings.Contains(strings.Join(stack.Unsupported, "\n"), x.want) || may(stack, "GetItem") {
			t.Errorf("%s, tolerated: %v", name, err)
		}
	}
	// What only a managed policy allows is refused here, so the start goes on and says it.
	stack := read(t, withRole(`,"ManagedPolicyArns":["arn:aws:iam::111122223333:policy/ReadReports"]`, ""))
	if want := "R: Role.ManagedPolicyArns (arn:aws:iam::111122223333:policy/ReadReports): what it allows and denies is not known"; !strings.Contains(strings.Join(stack.Unsupported, "\n"), want) {
		t.Errorf("a managed policy: %q", stack.Unsupported)
	}
	for name, template := range map[string]string{
		"an unknown Resource": withRole(`,"Policies":[{"PolicyName":"Own","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":{"Fn::ImportValue":"x"}}]}}]`, ""),
		"an imported role":    withRole("", `,"A":{"Type":"AWS::IAM::Policy","Properties":{"PolicyName":"A","Roles":[{"Fn::ImportValue":"x"}],"PolicyDocument":`+reaching("dynamodb:*")+`}}`),
	} {
		if _, err := Read(write(t, template), ""); err == nil || !strings.Contains(err.Error(), "Fn::ImportValue") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
