package infra

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// permissions is all that the functions may do, written out here, not taken from the code
// that it checks.
var permissions = map[string][]string{
	"PreSignUp": {
		"logs:CreateLogStream, logs:PutLogEvents on its log group",
	},
	"PostConfirmation": {
		"logs:CreateLogStream, logs:PutLogEvents on its log group",
		"dynamodb:UpdateItem on the table if attributes in " +
			"attrsAt createdAt createdBy deletedAt digest disabled email emailChangedAt emailCollision emailKey emailVerified firstSignInAt lastClient lastSignInAt " +
			"pk previousEmail profile rev shard signInCount signInMark sk status truncated username, returning NONE",
	},
	"PreTokenGeneration": {
		"logs:CreateLogStream, logs:PutLogEvents on its log group",
		"dynamodb:BatchGetItem, dynamodb:GetItem on the table",
		"dynamodb:UpdateItem on the table if attributes in " +
			"attrsAt createdAt createdBy deletedAt digest disabled email emailChangedAt emailCollision emailKey emailVerified " +
			"pk previousEmail profile rev shard sk status truncated username, returning NONE",
	},
	"Register": {
		"logs:CreateLogStream, logs:PutLogEvents on its log group",
		"dynamodb:DeleteItem, dynamodb:PutItem on the table if keys like CLIENT#*, returning NONE",
	},
	"PostAuthentication": {
		"logs:CreateLogStream, logs:PutLogEvents on its log group",
		"dynamodb:BatchGetItem on the table if attributes in pk sk digest deletedAt, selecting SPECIFIC_ATTRIBUTES",
		"dynamodb:UpdateItem on the table if attributes in " +
			"attrsAt createdAt createdBy deletedAt digest disabled email emailChangedAt emailCollision emailKey emailVerified firstSignInAt lastClient lastSignInAt " +
			"pk previousEmail profile rev shard signInCount signInMark sk status truncated username, returning NONE",
	},
}

func TestR36_ExactPermissionsOfEachFunction(t *testing.T) {
	tpl := ofStage(t, "prod")
	for id, want := range permissions {
		t.Run(id, func(t *testing.T) {
			if got := statements(t, tpl, id); !slices.Equal(got, want) {
				t.Errorf("may\n\t%s\nnot\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
		})
	}
	if roles := tpl.resources(roleType); len(roles) != len(permissions) {
		t.Errorf("%d roles", len(roles))
	}
	for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"} {
		if found := tpl.resources(kind); len(found) != 0 {
			t.Errorf("%s beside the roles: %v", kind, found)
		}
	}
}

// statements returns what a function's role allows, a line each.
func statements(t *testing.T, tpl template, function string) []string {
	role := tpl.properties(t, roleType, function+"Role")
	used := at(tpl.properties(t, functionType, function), "Role", "Fn::GetAtt", 0)
	if !strings.HasPrefix(fmt.Sprint(used), "Suite"+function+"Role") {
		t.Errorf("the function runs as %v", used)
	}
	if role["ManagedPolicyArns"] != nil {
		t.Errorf("managed policies %v", role["ManagedPolicyArns"])
	}
	var lines []string
	for i := range role["Policies"].([]any) {
		for _, s := range at(role, "Policies", i, "PolicyDocument", "Statement").([]any) {
			lines = append(lines, readable(t, tpl, function, s.(map[string]any)))
		}
	}
	return lines
}

// readable returns a statement as one line, with all that is in it.
func readable(t *testing.T, tpl template, function string, s map[string]any) string {
	if s["Effect"] != "Allow" {
		t.Errorf("effect %v", s["Effect"])
	}
	line := strings.Join(texts(s["Action"]), ", ") + " on " + resourceName(tpl, function, s["Resource"])
	condition, _ := s["Condition"].(map[string]any)
	if condition == nil {
		return line
	}
	returns := texts(at(condition, "StringEqualsIfExists", "dynamodb:ReturnValues"))
	if keys := at(condition, "ForAllValues:StringLike"); keys != nil {
		like := texts(at(keys, "dynamodb:LeadingKeys"))
		if !reflect.DeepEqual(keys, map[string]any{"dynamodb:LeadingKeys": []any{like[0]}}) {
			t.Errorf("condition %v", condition)
		}
		line += " if keys like " + strings.Join(like, " ")
		delete(condition, "ForAllValues:StringLike")
		if len(condition) == 1 {
			return line + ", returning " + strings.Join(returns, " ")
		}
	}
	names := texts(at(condition, "ForAllValues:StringEquals", "dynamodb:Attributes"))
	key, word := "dynamodb:ReturnValues", "returning"
	if len(returns) == 0 {
		key, word = "dynamodb:Select", "selecting"
	}
	only := at(condition, "StringEqualsIfExists", key)
	exact := map[string]any{
		"ForAllValues:StringEquals": map[string]any{"dynamodb:Attributes": at(condition, "ForAllValues:StringEquals", "dynamodb:Attributes")},
		"StringEqualsIfExists":      map[string]any{key: only},
	}
	if !reflect.DeepEqual(condition, exact) {
		t.Errorf("condition %v", condition)
	}
	return line + " if attributes in " + strings.Join(names, " ") + ", " + word + " " + strings.Join(texts(only), " ")
}

// resourceName names the resource if it is exactly one of those two.
func resourceName(tpl template, function string, resource any) string {
	for id := range tpl.resources(tableType) {
		if reflect.DeepEqual(resource, map[string]any{"Fn::GetAtt": []any{id, "Arn"}}) {
			return "the table"
		}
	}
	for id, r := range tpl.resources(logsType) {
		if reflect.DeepEqual(resource, map[string]any{"Fn::GetAtt": []any{id, "Arn"}}) &&
			strings.HasSuffix(at(r, "Metadata", "aws:cdk:path").(string), "/"+function+"Logs/Resource") {
			return "its log group"
		}
	}
	src, _ := json.Marshal(resource)
	return string(src)
}

func TestR36_NoTriggerMayWriteAnAttributeOfAuthz(t *testing.T) {
	for _, trigger := range triggers.Usual() {
		for _, name := range writes(trigger) {
			if slices.Contains(table.Names[table.Authz](table.Lasting), name) || strings.HasPrefix(name, "authz") || name == table.TTL {
				t.Errorf("%s may write %s", trigger.Name, name)
			}
		}
	}
	if len(table.Names[table.Authz](table.Lasting)) == 0 {
		t.Error("AUTHZ has no attributes")
	}
}

func TestR36_OnlyThisPoolOfThisAccountMayInvoke(t *testing.T) {
	tpl := ofStage(t, "prod")
	for _, problem := range unguarded(tpl) {
		t.Error(problem)
	}
}

// unguarded returns what is wrong with the functions' invoke permissions. Each trigger
// has exactly one, on its alias alone, for Cognito, from the pool and its account. The
// register has none: CloudFormation invokes it with the rights of the user who deploys.
func unguarded(tpl template) []string {
	var problems []string
	var pool string
	for id := range tpl.resources(poolType) {
		pool = id
	}
	granted := make(map[string]int)
	for id, r := range tpl.resources(permissionType) {
		alias, _ := at(r, "Properties", "FunctionName", "Ref").(string)
		function, _ := at(tpl.resources(aliasType)[alias], "Properties", "FunctionName", "Ref").(string)
		granted[function]++
		want := map[string]any{
			"Action":        "lambda:InvokeFunction",
			"FunctionName":  map[string]any{"Ref": alias},
			"Principal":     "cognito-idp.amazonaws.com",
			"SourceAccount": map[string]any{"Ref": "AWS::AccountId"},
			"SourceArn":     map[string]any{"Fn::GetAtt": []any{pool, "Arn"}},
		}
		if !reflect.DeepEqual(r["Properties"], want) {
			problems = append(problems, fmt.Sprintf("%s is %v", id, r["Properties"]))
		}
	}
	for id := range tpl.resources(functionType) {
		if triggered := !strings.HasPrefix(id, "SuiteRegister"); triggered != (granted[id] == 1) || granted[id] > 1 {
			problems = append(problems, fmt.Sprintf("%s has %d permissions", id, granted[id]))
		}
	}
	return problems
}
