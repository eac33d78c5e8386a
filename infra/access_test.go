package infra

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

const iamPolicyType = "AWS::IAM::Policy"

// appRole makes the role of an application in a stack.
func appRole(stack awscdk.Stack) awsiam.Role {
	return awsiam.NewRole(stack, new("App"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new("ecs-tasks.amazonaws.com"), nil)})
}

// granted returns the template of a stack in which grant was called for an application's
// role.
func granted(t *testing.T, grant func(*TriggerSuite, awsiam.IGrantable)) template {
	t.Helper()
	stack, suite := stackOf(newApp(t), quiet(t, "prod"))
	grant(suite, appRole(stack))
	return *assertions.Template_FromStack(stack, nil).ToJSON()
}

// managing returns that template with a role that manages AUTHZ.
func managing(t *testing.T) template {
	t.Helper()
	return once(t, "managing", func() template { return granted(t, (*TriggerSuite).GrantAuthzManagement) })
}

// granteeMay returns the policy of the application's role, a line for each statement.
func granteeMay(t *testing.T, tpl template) []string {
	t.Helper()
	var lines []string
	for _, policy := range tpl.resources(iamPolicyType) {
		if role := fmt.Sprint(at(policy, "Properties", "Roles", 0, "Ref")); !strings.HasPrefix(role, "App") {
			continue
		}
		for _, statement := range at(policy, "Properties", "PolicyDocument", "Statement").([]any) {
			text, err := json.Marshal(statement)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, strings.ReplaceAll(string(text), "SuiteTableD51218A5", "TABLE"))
		}
	}
	return lines
}

// The statements are written out here, not taken from the code that they check.
func TestR36_ReadingTheDirectoryIsTwoExactStatements(t *testing.T) {
	got := granteeMay(t, granted(t, (*TriggerSuite).GrantDirectoryRead))
	want := []string{
		`{"Action":"dynamodb:GetItem","Condition":{` +
			`"ForAllValues:StringEquals":{"dynamodb:Attributes":["attrsAt","createdAt","createdBy","deletedAt","digest","disabled","email","emailChangedAt","emailCollision","emailKey","emailVerified",` +
			`"firstSignInAt","lastClient","lastSignInAt","pk","previousEmail","profile","rev","schema","shard","signInCount","signInMark","sk","status","truncated","username"]},` +
			`"StringEqualsIfExists":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"}},` +
			`"Effect":"Allow","Resource":{"Fn::GetAtt":["TABLE","Arn"]},"Sid":"ReadProfileAndSignIn"}`,
		`{"Action":"dynamodb:Query","Condition":{` +
			`"ForAllValues:StringEquals":{"dynamodb:Attributes":["emailKey","pk","sk"]},` +
			`"StringEqualsIfExists":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"}},` +
			`"Effect":"Allow","Resource":{"Fn::Join":["",[{"Fn::GetAtt":["TABLE","Arn"]},"/index/byEmail"]]},"Sid":"FindByEmail"}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("may\n\t%s\nnot\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestR36_ManagingAuthzIsTwoExactStatements(t *testing.T) {
	got := granteeMay(t, managing(t))
	authz := `"authzAt","authzBy","authzDisabled","authzExtra","authzRev","authzRoles","authzSchema","authzStatus","authzTenant","authzTenantRoles","authzTenants"`
	want := []string{
		`{"Action":["dynamodb:BatchGetItem","dynamodb:GetItem"],"Condition":{` +
			`"ForAllValues:StringEquals":{"dynamodb:Attributes":[` + authz + `,"deletedAt","pk","sk"]},` +
			`"StringEqualsIfExists":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"}},` +
			`"Effect":"Allow","Resource":{"Fn::GetAtt":["TABLE","Arn"]},"Sid":"ReadAuthz"}`,
		`{"Action":"dynamodb:UpdateItem","Condition":{` +
			`"ForAllValues:StringEquals":{"dynamodb:Attributes":[` + authz + `,"pk","sk"]},` +
			`"StringEqualsIfExists":{"dynamodb:ReturnValues":"NONE"}},` +
			`"Effect":"Allow","Resource":{"Fn::GetAtt":["TABLE","Arn"]},"Sid":"ChangeAuthz"}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("may\n\t%s\nnot\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestR92_TheStandingIsOneExactStatement(t *testing.T) {
	got := granteeMay(t, granted(t, (*TriggerSuite).GrantStanding))
	want := []string{`{"Action":"dynamodb:GetItem","Condition":{` +
		`"ForAllValues:StringEquals":{"dynamodb:Attributes":["authzRev","authzSchema","authzStatus","pk","sk"]},` +
		`"StringEqualsIfExists":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"}},` +
		`"Effect":"Allow","Resource":{"Fn::GetAtt":["TABLE","Arn"]},"Sid":"ReadStanding"}`}
	if !slices.Equal(got, want) {
		t.Errorf("may\n\t%s\nnot\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestR44_SuspendingInCognitoIsTwoExactStatements(t *testing.T) {
	tpl := granted(t, (*TriggerSuite).GrantSuspension)
	got := granteeMay(t, tpl)
	want := []string{
		`{"Action":"dynamodb:GetItem","Condition":{` +
			`"ForAllValues:StringEquals":{"dynamodb:Attributes":["pk","sk","username"]},` +
			`"StringEqualsIfExists":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"}},` +
			`"Effect":"Allow","Resource":{"Fn::GetAtt":["TABLE","Arn"]},"Sid":"ReadUsername"}`,
		`{"Action":["cognito-idp:AdminDisableUser","cognito-idp:AdminEnableUser","cognito-idp:AdminGetUser","cognito-idp:AdminUserGlobalSignOut"],` +
			`"Effect":"Allow","Resource":{"Fn::GetAtt":["` + poolID(tpl) + `","Arn"]},"Sid":"SuspendInCognito"}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("may\n\t%s\nnot\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// updated returns the columns that a role's statements let it update.
func updated(t *testing.T, statements any) []string {
	t.Helper()
	var names []string
	for _, s := range statements.([]any) {
		if slices.Contains(texts(at(s, "Action")), "dynamodb:UpdateItem") {
			names = append(names, texts(at(s, "Condition", "ForAllValues:StringEquals", "dynamodb:Attributes"))...)
		}
	}
	return names
}

// IAM cannot tell the rows of a user apart, only columns: the lists of AUTHZ's managers
// and of the triggers share the keys and no other name.
func TestR36_NoTriggersIAMListNamesAnAttributeOfAuthz(t *testing.T) {
	tpl := managing(t)
	var managed []string
	for _, policy := range tpl.resources(iamPolicyType) {
		managed = append(managed, updated(t, at(policy, "Properties", "PolicyDocument", "Statement"))...)
	}
	managed = slices.DeleteFunc(managed, func(name string) bool { return name == "pk" || name == "sk" })
	if len(managed) == 0 {
		t.Fatalf("management may update %v", managed)
	}
	compared := 0
	for _, trigger := range triggers.Usual() {
		policies := tpl.properties(t, roleType, trigger.Name+"Role")["Policies"].([]any)
		for _, policy := range policies {
			for _, name := range updated(t, at(policy, "PolicyDocument", "Statement")) {
				compared++
				if slices.Contains(managed, name) {
					t.Errorf("%s may update %s", trigger.Name, name)
				}
			}
		}
	}
	if compared == 0 {
		t.Error("no trigger may update anything: nothing was compared")
	}
}

// A grant changes nothing of the suite: its template is the same but for the grantee's
// own resources.
func TestAGrantChangesNothingOfTheSuite(t *testing.T) {
	without := ofQuiet(t, "prod")
	with := granted(t, func(s *TriggerSuite, g awsiam.IGrantable) {
		s.GrantDirectoryRead(g)
		s.GrantAuthzManagement(g)
		s.GrantSuspension(g)
		s.GrantStanding(g)
	})
	all, before := with["Resources"].(map[string]any), len(with["Resources"].(map[string]any))
	maps.DeleteFunc(all, func(id string, _ any) bool { return strings.HasPrefix(id, "App") })
	if len(all) != before-2 {
		t.Errorf("the grantee has %d resources, not a role and its policy", before-len(all))
	}
	if got, want := masked(printed(t, with)), masked(printed(t, without)); !bytes.Equal(got, want) {
		t.Error("the suite's resources differ")
	}
}

// An application in its own stack depends on the suite, never the reverse; a function
// of the suite can be a grantee, too.
func TestGrantsMakeNoCycle(t *testing.T) {
	app := newApp(t)
	stack, suite := stackOf(app, quiet(t, "prod"))
	other := awscdk.NewStack(app, new("Other"), nil)
	suite.GrantDirectoryRead(appRole(other))
	suite.GrantAuthzManagement(appRole(stack))
	suite.GrantDirectoryRead(suite.Functions["PostConfirmation"])
	for _, s := range []awscdk.Stack{stack, other} {
		assertions.Template_FromStack(s, nil) // refuses a cycle
	}
	for _, dependency := range *stack.Dependencies() {
		t.Errorf("the suite depends on %s", *dependency.StackName())
	}
}

func TestAGrantThatCannotBeMadeFailsTheSynthesis(t *testing.T) {
	stack, suite := stackOf(newApp(t), quiet(t, "prod"))
	suite.GrantDirectoryRead(awsiam.NewServicePrincipal(new("ecs-tasks.amazonaws.com"), nil))
	found := assertions.Annotations_FromStack(stack).FindError(new("*"), assertions.Match_StringLikeRegexp(new("grant it to a role")))
	if len(*found) == 0 {
		t.Error("nothing was said")
	}
}
