package userpool

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
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
	for name, c := range map[string]struct {
		in   map[string]any
		want string // after "Value"
	}{
		"no name":               {inPool(), " null at 'groupName' failed to satisfy constraint: Member must not be null"},
		"a blank":               {inPool("GroupName", "a b"), ` at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`},
		"a long name":           {inPool("GroupName", strings.Repeat("a", 129)), " at 'groupName' failed to satisfy constraint: Member must have length less than or equal to 128"},
		"a long description":    {inPool("GroupName", "a", "Description", strings.Repeat("a", 2049)), " at 'description' failed to satisfy constraint: Member must have length less than or equal to 2048"},
		"a negative rank":       {inPool("GroupName", "a", "Precedence", -1), " at 'precedence' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		"a role that is no ARN": {inPool("GroupName", "a", "RoleArn", "role/x"), " at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20"},
	} {
		_, err := r.raw(t, "CreateGroup", c.in)
		t.Log(name)
		wantRefusal(t, err, "InvalidParameterException", "1 validation error detected: Value"+c.want)
	}
	for _, length := range []int{1, 2048} {
		r.must(t, "CreateGroup", inPool("GroupName", fmt.Sprint(length), "Description", strings.Repeat("a", length)))
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
	wantRefusal(t, err, "LimitExceededException", "The user pool has 10000 groups, which is the limit")
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

// Each group's role is there; the preferred one is that of the lowest precedence, unless two
// roles share it (guide, "Adding groups to a user pool").
func TestTheRoleOfTheLowestPrecedenceIsPreferred(t *testing.T) {
	rank := func(n int) *int { return &n }
	for name, c := range map[string]struct {
		groups []Group
		roles  string
		want   string // "" for none
	}{
		"one":                    {[]Group{{"a", "r1", "", nil}}, "[r1]", "r1"},
		"the lower one, first":   {[]Group{{"a", "r1", "", rank(0)}, {"b", "r2", "", rank(5)}}, "[r1 r2]", "r1"},
		"the lower one, last":    {[]Group{{"a", "r1", "", rank(5)}, {"b", "r2", "", rank(0)}}, "[r1 r2]", "r2"},
		"the next one":           {[]Group{{"a", "r1", "", rank(4)}, {"b", "r2", "", rank(5)}}, "[r1 r2]", "r1"},
		"none is the lowest":     {[]Group{{"a", "r1", "", nil}, {"b", "r2", "", rank(0)}}, "[r1 r2]", "r2"},
		"none is below a number": {[]Group{{"a", "r1", "", rank(0)}, {"b", "r2", "", nil}}, "[r1 r2]", "r1"},
		"two of one precedence":  {[]Group{{"a", "r1", "", rank(1)}, {"b", "r2", "", rank(1)}}, "[r1 r2]", ""},
		"two without one":        {[]Group{{"a", "r1", "", nil}, {"b", "r2", "", nil}}, "[r1 r2]", ""},
		"two of one role":        {[]Group{{"a", "r1", "", rank(1)}, {"b", "r1", "", rank(1)}}, "[r1 r1]", "r1"},
		"a lower one beside two": {[]Group{{"a", "r1", "", rank(1)}, {"b", "r2", "", rank(1)}, {"c", "r3", "", rank(0)}}, "[r1 r2 r3]", "r3"},
		"one without a role":     {[]Group{{"a", "", "", rank(0)}, {"b", "r2", "", rank(1)}}, "[r2]", "r2"},
		"no role at all":         {[]Group{{"a", "", "", rank(0)}}, "[]", ""},
	} {
		s, u := newStore(Config{Groups: c.groups}, time.Now, 0), user{}
		for _, g := range c.groups {
			u.groups = append(u.groups, g.Name)
		}
		got, preferred := s.groupConfiguration(u), ""
		if got.PreferredRole != nil {
			preferred = *got.PreferredRole
		}
		if fmt.Sprint(got.IAMRolesToOverride) != c.roles || preferred != c.want || !slices.Equal(got.GroupsToOverride, u.groups) {
			t.Errorf("%s: %v, preferred %q", name, got, preferred)
		}
	}
}
