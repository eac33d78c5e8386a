package userpool

import (
	"encoding/base64"
	"maps"
	"math"
	"slices"
	"strings"
)

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
	Limit     *int
	NextToken string
}

type groupsOutput struct {
	Groups    []groupType
	NextToken string `json:",omitempty"`
}

func (p *Pool) describeGroup(g group) groupType {
	return groupType{
		UserPoolID: p.cfg().ID, GroupName: g.Name, Description: g.Description, RoleArn: g.RoleARN,
		Precedence: g.Precedence, CreationDate: epoch(g.created), LastModifiedDate: epoch(g.created),
	}
}

func (p *Pool) createGroup(in groupInput) (groupOutput, error) {
	g := group{Name: in.GroupName, Description: in.Description, RoleARN: in.RoleArn, Precedence: in.Precedence, created: p.now()}
	if !p.store.addGroup(g) {
		return groupOutput{}, refuse("GroupExistsException", "A group with the name already exists.")
	}
	return groupOutput{p.describeGroup(g)}, nil
}

func (p *Pool) listGroups(in listGroupsInput) (groupsOutput, error) {
	return p.pageOfGroups(in, func(string) bool { return true })
}

func (p *Pool) adminListGroupsForUser(u user, in listGroupsInput) (groupsOutput, error) {
	return p.pageOfGroups(in, func(name string) bool { return slices.Contains(u.groups, name) })
}

// pageOfGroups returns a page of the wanted groups (API reference, ListGroups and
// AdminListGroupsForUser). A token names the last group of its page.
func (p *Pool) pageOfGroups(in listGroupsInput, wanted func(string) bool) (groupsOutput, error) {
	limit, err := pageSize(in.Limit)
	if err != nil {
		return groupsOutput{}, err
	}
	after, err := base64.RawURLEncoding.DecodeString(in.NextToken)
	if err != nil {
		return groupsOutput{}, invalidParameter("Invalid pagination token")
	}
	out := groupsOutput{Groups: []groupType{}}
	for _, g := range p.store.groupList(func(name string) bool { return name > string(after) && wanted(name) }) {
		if len(out.Groups) == limit {
			out.NextToken = base64.RawURLEncoding.EncodeToString([]byte(out.Groups[limit-1].GroupName))
			break
		}
		out.Groups = append(out.Groups, p.describeGroup(g))
	}
	return out, nil
}

// adminAddUserToGroup and its counterpart fire no trigger (API reference: neither models
// a Lambda exception).
func (p *Pool) adminAddUserToGroup(u user, in groupInput) (empty, error) {
	return empty{}, p.changeGroups(u, in, func(u *user) {
		if !slices.Contains(u.groups, in.GroupName) {
			u.groups = append(u.groups, in.GroupName)
		}
	})
}

func (p *Pool) adminRemoveUserFromGroup(u user, in groupInput) (empty, error) {
	return empty{}, p.changeGroups(u, in, func(u *user) {
		u.groups = slices.DeleteFunc(u.groups, func(g string) bool { return g == in.GroupName })
	})
}

func (p *Pool) changeGroups(u user, in groupInput, f func(*user)) error {
	if len(p.store.groupList(func(name string) bool { return name == in.GroupName })) == 0 {
		return refuse("ResourceNotFoundException", "Group not found.")
	}
	_, err := p.store.change(u.username, false, func(u *user) error { f(u); return nil })
	return err
}

func (s *store) addGroup(g group) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups[g.Name] != nil {
		return false
	}
	s.groups[g.Name] = &g
	return true
}

// groupList returns the wanted groups, sorted by name.
func (s *store) groupList(wanted func(string) bool) []group {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []group
	for _, name := range slices.Sorted(maps.Keys(s.groups)) {
		if wanted(name) {
			out = append(out, *s.groups[name])
		}
	}
	return out
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
		if g == nil || g.RoleARN == "" {
			continue
		}
		out.IAMRolesToOverride = append(out.IAMRolesToOverride, g.RoleARN)
		switch c := g.precedence() - best.precedence(); {
		case best.Name == "" || c < 0:
			best, out.PreferredRole = *g, new(g.RoleARN)
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
