package userpool

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// The quotas of an account that asked for none (guide, "Quotas in Amazon Cognito", resource
// quotas).
const (
	maxGroups       = 10000
	maxGroupsOfUser = 100
)

// Group is a group of users. RoleARN may be ""; a nil Precedence is the lowest.
type Group struct {
	Name, RoleARN, Description string
	Precedence                 *int
}

type group struct {
	Group
	created, modified time.Time
}

func errNoGroup() *APIError { return refuse("ResourceNotFoundException", "Group not found.") }

type groupInput struct {
	ofUser
	GroupName   string
	Description string
	RoleArn     string
	Precedence  *int
}

type groupType struct {
	UserPoolID       string `json:"UserPoolId"`
	GroupName        string
	Description      string `json:",omitempty"`
	RoleArn          string `json:",omitempty"`
	Precedence       *int   `json:",omitempty"`
	CreationDate     epoch
	LastModifiedDate epoch
}

type groupOutput struct{ Group groupType }

type listGroupsInput struct {
	ofUser
	paging
	GroupName string // of ListUsersInGroup
}

func (p *Pool) describeGroup(g group) groupType {
	return groupType{
		UserPoolID: p.cfg().ID, GroupName: g.Name, Description: g.Description, RoleArn: g.RoleARN,
		Precedence: g.Precedence, CreationDate: epoch(g.created), LastModifiedDate: epoch(g.modified),
	}
}

func (in groupInput) check() error {
	if in.Precedence != nil && *in.Precedence < 0 {
		return violation("", "precedence", "have value greater than or equal to 0")
	}
	return cmp.Or(groupShape.check("groupName", in.GroupName),
		shape{1, 2048, anyText}.optional("description", in.Description), arnShape.optional("roleArn", in.RoleArn))
}

func (p *Pool) createGroup(in groupInput) (groupOutput, error) {
	if err := in.check(); err != nil {
		return groupOutput{}, err
	}
	g := group{Group{in.GroupName, in.RoleArn, in.Description, in.Precedence}, p.now(), p.now()}
	taken := refuse("GroupExistsException", "A group with the name already exists.")
	return groupOutput{p.describeGroup(g)}, insert(p.store, p.store.groups, g.Name, g, maxGroups, "groups", taken)
}

func (p *Pool) getGroup(in groupInput) (groupOutput, error) {
	g, known := get(p.store, p.store.groups, in.GroupName)
	if !known {
		return groupOutput{}, errNoGroup()
	}
	return groupOutput{p.describeGroup(g)}, nil
}

// updateGroup keeps what the request leaves out: it "updates any of the properties" (API
// reference, UpdateGroup), without the sentence about defaults that UpdateResourceServer
// has.
func (p *Pool) updateGroup(in groupInput) (groupOutput, error) {
	if err := in.check(); err != nil {
		return groupOutput{}, err
	}
	g, err := edit(p.store, p.store.groups, in.GroupName, errNoGroup(), func(g *group) error {
		g.Description, g.RoleARN = cmp.Or(in.Description, g.Description), cmp.Or(in.RoleArn, g.RoleARN)
		g.Precedence, g.modified = cmp.Or(in.Precedence, g.Precedence), p.now()
		return nil
	})
	return groupOutput{p.describeGroup(g)}, err
}

// deleteGroup takes the group from its users, too: it "no longer contributes to users'"
// claims (API reference, DeleteGroup).
func (p *Pool) deleteGroup(in groupInput) (empty, error) {
	if _, known := take(p.store, p.store.groups, in.GroupName); !known {
		return empty{}, errNoGroup()
	}
	for _, u := range values(p.store, p.store.users) {
		if slices.Contains(u.groups, in.GroupName) {
			_, _ = p.store.change(u.username, false, func(u *user) error { u.leave(in.GroupName); return nil })
		}
	}
	return empty{}, nil
}

func (u *user) leave(name string) {
	u.groups = slices.DeleteFunc(u.groups, func(g string) bool { return g == name })
}

func (p *Pool) listUsersInGroup(in listGroupsInput) (object, error) {
	if _, known := get(p.store, p.store.groups, in.GroupName); !known {
		return nil, errNoGroup()
	}
	return p.pageOfUsers(groupUsersList, in.paging, in.GroupName, func(u *user) bool { return slices.Contains(u.groups, in.GroupName) }, nil)
}

func (p *Pool) listGroups(in listGroupsInput) (object, error) {
	return p.pageOfGroups(groupsList, in, "", func(string) bool { return true })
}

func (p *Pool) adminListGroupsForUser(u user, in listGroupsInput) (object, error) {
	return p.pageOfGroups(userGroupsList, in, u.sub, func(name string) bool { return slices.Contains(u.groups, name) })
}

func (p *Pool) pageOfGroups(l list, in listGroupsInput, question string, wanted func(string) bool) (object, error) {
	groups := slices.DeleteFunc(values(p.store, p.store.groups), func(g group) bool { return !wanted(g.Name) })
	return pageOf(p, l, in.paging, question, groups, func(g group) string { return g.Name }, p.describeGroup)
}

// adminAddUserToGroup and its counterpart fire no trigger (API reference: neither models
// a Lambda exception). The API models no exception for the quota of groups; this pool
// answers with the one of CreateGroup.
func (p *Pool) adminAddUserToGroup(u user, in groupInput) (empty, error) {
	return empty{}, p.changeGroups(u, in, func(u *user) error {
		switch {
		case slices.Contains(u.groups, in.GroupName):
			return nil
		case len(u.groups) >= maxGroupsOfUser:
			return refuse("LimitExceededException", "The user is in %d groups, which is the limit", maxGroupsOfUser)
		}
		u.groups = append(u.groups, in.GroupName)
		return nil
	})
}

func (p *Pool) adminRemoveUserFromGroup(u user, in groupInput) (empty, error) {
	return empty{}, p.changeGroups(u, in, func(u *user) error { u.leave(in.GroupName); return nil })
}

func (p *Pool) changeGroups(u user, in groupInput, f func(*user) error) error {
	if _, err := p.getGroup(in); err != nil {
		return err
	}
	_, err := p.store.change(u.username, false, f)
	return err
}

// groupConfiguration returns a user's groups as pre token generation sees them. The role
// of the group with the lowest precedence is the preferred one, unless two groups share
// that precedence and have different roles (guide, "Adding groups to a user pool").
func (s *store) groupConfiguration(u user) groupConfiguration {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := groupConfiguration{GroupsToOverride: []string{}, IAMRolesToOverride: []string{}}
	var best group
	for _, name := range u.groups {
		out.GroupsToOverride = append(out.GroupsToOverride, name)
		g := s.groups[name]
		if g.RoleARN == "" {
			continue
		}
		out.IAMRolesToOverride = append(out.IAMRolesToOverride, g.RoleARN)
		switch c := g.precedence() - best.precedence(); {
		case best.Name == "" || c < 0:
			best, out.PreferredRole = g, new(g.RoleARN)
		case c == 0 && g.RoleARN != best.RoleARN:
			out.PreferredRole = nil
		}
	}
	return out
}

func (g group) precedence() int {
	if g.Precedence == nil {
		return math.MaxInt32
	}
	return *g.Precedence
}

// providerGroup returns the group that Cognito puts every user of a provider into, seen
// in federated users' events as <pool id>_<provider>.
func (p *Pool) providerGroup(provider string) string {
	return p.cfg().ID + "_" + strings.TrimSpace(provider)
}
