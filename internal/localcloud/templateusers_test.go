package localcloud

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// withUser adds a user, her group and her place in it.
func withUser(resources object, more object) object {
	user := object{"UserPoolId": ref("Pool"), "Username": "ada@example.com", "UserAttributes": []object{{"Name": "name", "Value": "Ada"}}}
	for name, value := range more {
		user[name] = value
	}
	resources["Ada"] = object{"Type": "AWS::Cognito::UserPoolUser", "Properties": user}
	resources["Admins"] = object{"Type": "AWS::Cognito::UserPoolGroup", "Properties": object{"UserPoolId": ref("Pool"), "GroupName": "admins"}}
	resources["AdaIsAdmin"] = object{"Type": "AWS::Cognito::UserPoolUserToGroupAttachment", "Properties": object{
		"UserPoolId": ref("Pool"), "Username": ref("Ada"), "GroupName": ref("Admins"),
	}}
	return resources
}

func TestR51_AUserOfTheTemplateExistsFromTheStart(t *testing.T) {
	cloud, invocations := start(t, withUser(resources(), nil))
	api, pool := cognitoOf(cloud), aws.String(cloud.Stack.Pool.ID)
	user, err := api.AdminGetUser(t.Context(), &cognito.AdminGetUserInput{UserPoolId: pool, Username: aws.String("ada@example.com")})
	if err != nil || user.UserStatus != "FORCE_CHANGE_PASSWORD" {
		t.Fatalf("%+v, %v", user, err)
	}
	groups, err := api.AdminListGroupsForUser(t.Context(), &cognito.AdminListGroupsForUserInput{UserPoolId: pool, Username: user.Username})
	if err != nil || len(groups.Groups) != 1 || *groups.Groups[0].GroupName != "admins" {
		t.Errorf("%+v, %v", groups, err)
	}
	if _, sent := cloud.Pool.Code("ada@example.com"); sent {
		t.Error("a start sends a message that nobody asked for")
	}
	if !slices.ContainsFunc(invocations.all(t, cloud), func(i lambdahost.Invocation) bool {
		return strings.Contains(string(i.Event), "PreSignUp_AdminCreateUser")
	}) {
		t.Error("PreSignUp did not fire")
	}
}

func TestR51_AUserOfTheTemplateIsInvitedOnDemandAndRefusedLikeAnyOther(t *testing.T) {
	cloud, _ := start(t, withUser(resources(), object{"DesiredDeliveryMediums": []string{"EMAIL"}}))
	if _, sent := cloud.Pool.Code("ada@example.com"); !sent {
		t.Error("no invitation")
	}
	_, err := Start(t.Context(), Options{AssemblyDir: assembly(t, withUser(resources(), object{"UserAttributes": []object{{"Name": "shoe", "Value": "38"}}}))})
	if err == nil || !strings.Contains(err.Error(), "creating user ada@example.com of the template: InvalidParameterException") {
		t.Errorf("it starts, or does not say why: %v", err)
	}
}
