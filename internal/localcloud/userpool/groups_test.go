package userpool

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestR58_AGroupIsReadChangedAndDeleted(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	role := "arn:aws:iam::111122223333:role/x"
	made := r.must(t, "CreateGroup", inPool("GroupName", "ops", "RoleArn", role, "Precedence", 3))
	if got := r.must(t, "GetGroup", inPool("GroupName", "ops")); fmt.Sprint(got) != fmt.Sprint(made) {
		t.Errorf("made %v, read %v", made, got)
	}
	r.must(t, "AdminAddUserToGroup", inPool("GroupName", "ops", "Username", "ada@example.com"))
	changed := r.must(t, "UpdateGroup", inPool("GroupName", "ops", "Description", "who operates", "Precedence", 0))["Group"]
	got := r.must(t, "GetGroup", inPool("GroupName", "ops"))["Group"].(map[string]any)
	if fmt.Sprint(got) != fmt.Sprint(changed) {
		t.Errorf("changed %v, read %v", changed, got)
	}
	if got["Description"] != "who operates" || got["Precedence"] != 0. || got["RoleArn"] != role || got["UserPoolId"] != poolUnderTest {
		t.Errorf("the group is %v", got)
	}
	r.must(t, "DeleteGroup", inPool("GroupName", "ops"))
	for _, operation := range []string{"GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup", "AdminAddUserToGroup", "AdminRemoveUserFromGroup"} {
		_, err := r.raw(t, operation, inPool("GroupName", "ops", "Username", "ada@example.com"))
		wantRefusal(t, err, "ResourceNotFoundException", "Group not found.")
	}
	r.must(t, "CreateGroup", inPool("GroupName", "ops"))
	if users := r.must(t, "ListUsersInGroup", inPool("GroupName", "ops"))["Users"].([]any); len(users) != 0 {
		t.Errorf("a new group has the users of a deleted one: %v", users)
	}
	if groups := r.claimsOf(t, *r.login(t, "ada@example.com", longPassword).IdToken)["cognito:groups"]; groups != nil {
		t.Errorf("the token has the groups %v", groups)
	}
}

func TestR58_AGroupThatTheModelForbidsIsRefused(t *testing.T) {
	r := startRig(t, nil)
	for name, in := range map[string]map[string]any{
		"no name":               {},
		"a blank":               {"GroupName": "a b"},
		"a long name":           {"GroupName": strings.Repeat("a", 129)},
		"a long description":    {"GroupName": "a", "Description": strings.Repeat("a", 2049)},
		"a negative rank":       {"GroupName": "a", "Precedence": -1},
		"a role that is no ARN": {"GroupName": "a", "RoleArn": "role/x"},
	} {
		in["UserPoolId"] = poolUnderTest
		_, err := r.raw(t, "CreateGroup", in)
		t.Log(name)
		wantCode(t, err, "InvalidParameterException")
	}
	_, err := r.raw(t, "UpdateGroup", inPool("GroupName", "admins", "Precedence", -1))
	wantCode(t, err, "InvalidParameterException")
	_, err = r.raw(t, "CreateGroup", inPool("GroupName", "admins"))
	wantCode(t, err, "GroupExistsException")
}

func TestR58_GroupsAreLimited(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		for i := len(c.Groups); i < maxGroups; i++ {
			c.Groups = append(c.Groups, Group{Name: fmt.Sprint("g", i)})
		}
	})
	_, err := r.raw(t, "CreateGroup", inPool("GroupName", "more"))
	wantCode(t, err, "LimitExceededException")
	r.imports(t, mail(0))
	in := func(i int) map[string]any {
		return inPool("GroupName", fmt.Sprint("g", i), "Username", "u0@example.com")
	}
	for i := range maxGroupsOfUser {
		r.must(t, "AdminAddUserToGroup", in(i+2))
	}
	r.must(t, "AdminAddUserToGroup", in(2))
	if u, _ := r.store.find("u0@example.com"); len(u.groups) != maxGroupsOfUser {
		t.Errorf("a user who is in a group is added again: %d groups", len(u.groups))
	}
	_, err = r.raw(t, "AdminAddUserToGroup", in(maxGroupsOfUser+2))
	wantCode(t, err, "LimitExceededException")
	r.must(t, "AdminRemoveUserFromGroup", in(2))
	r.must(t, "AdminAddUserToGroup", in(maxGroupsOfUser+2))
	u, _ := r.store.find("u0@example.com")
	if groups := u.groups; len(groups) != maxGroupsOfUser || slices.Contains(groups, "g2") {
		t.Errorf("the groups are %v", groups)
	}
}
