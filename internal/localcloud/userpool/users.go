package userpool

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// userType is the API's UserType.
type userType struct {
	Username             string
	Attributes           []attribute
	UserCreateDate       epoch
	UserLastModifiedDate epoch
	Enabled              bool
	UserStatus           string
}

func describeUser(u user) userType {
	return userType{
		Username: u.username, Attributes: u.list(everything), Enabled: u.enabled, UserStatus: u.status,
		UserCreateDate: epoch(u.created), UserLastModifiedDate: epoch(u.modified),
	}
}

func everything(string) bool { return true }

type adminGetUserOutput struct {
	Username             string
	UserAttributes       []attribute
	UserCreateDate       epoch
	UserLastModifiedDate epoch
	Enabled              bool
	UserStatus           string
}

func (p *Pool) adminGetUser(in adminUserInput) (adminGetUserOutput, error) {
	u, err := p.admin(in.UserPoolID, in.Username)
	if err != nil {
		return adminGetUserOutput{}, err
	}
	d := describeUser(u)
	return adminGetUserOutput{d.Username, d.Attributes, d.UserCreateDate, d.UserLastModifiedDate, d.Enabled, d.UserStatus}, nil
}

type getUserInput struct{ AccessToken string }

type getUserOutput struct {
	Username       string
	UserAttributes []attribute
}

// getUser shows what the token's client may read (guide, "User attributes",
// attribute permissions).
func (p *Pool) getUser(in getUserInput) (getUserOutput, error) {
	u, client, err := p.holder(in.AccessToken)
	if err != nil {
		return getUserOutput{}, err
	}
	return getUserOutput{u.username, u.list(client.readable)}, nil
}

type listUsersInput struct {
	UserPoolID      string `json:"UserPoolId"`
	AttributesToGet []string
	Filter          string
	Limit           *int
	PaginationToken string
}

type listUsersOutput struct {
	Users           []userType
	PaginationToken string `json:",omitempty"`
}

// listUsers: API reference, ListUsers. A page has at most 60 users.
func (p *Pool) listUsers(in listUsersInput) (listUsersOutput, error) {
	if err := p.pool(in.UserPoolID); err != nil {
		return listUsersOutput{}, err
	}
	matches, err := p.parseFilter(in.Filter)
	if err != nil {
		return listUsersOutput{}, err
	}
	found := slices.DeleteFunc(p.store.all(), func(u user) bool { return !matches(u) })
	limit := 60
	if in.Limit != nil {
		limit = min(*in.Limit, limit)
	}
	from, err := strconv.Atoi(orElse(in.PaginationToken, "0"))
	if err != nil || from < 0 || from > len(found) {
		return listUsersOutput{}, invalidParameter("Invalid pagination token")
	}
	to := min(from+limit, len(found))
	out := listUsersOutput{Users: []userType{}}
	for _, u := range found[from:to] {
		out.Users = append(out.Users, only(describeUser(u), in.AttributesToGet))
	}
	if to < len(found) {
		out.PaginationToken = strconv.Itoa(to)
	}
	return out, nil
}

// only keeps the attributes that were asked for; nil asks for all.
func only(u userType, names []string) userType {
	if names != nil {
		u.Attributes = slices.DeleteFunc(u.Attributes, func(a attribute) bool { return !slices.Contains(names, a.Name) })
	}
	return u
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

var filterForm = regexp.MustCompile(`^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$`)

// searchable are the attributes that a filter may name (API reference,
// ListUsers). Custom attributes are not among them.
var searchable = []string{
	"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username",
	"cognito:user_status", "status", "sub",
}

// parseFilter reads `name = "value"` or `name ^= "prefix"`.
func (p *Pool) parseFilter(filter string) (func(user) bool, error) {
	if strings.TrimSpace(filter) == "" {
		return func(user) bool { return true }, nil
	}
	m := filterForm.FindStringSubmatch(filter)
	if m == nil || !slices.Contains(searchable, m[1]) {
		return nil, invalidParameter("One or more request parameters are invalid: Filter.")
	}
	name, want := m[1], p.foldFilter(m[1], unescapeFilter(m[3]))
	return func(u user) bool {
		value := p.foldFilter(name, u.field(name))
		if m[2] == "^=" {
			return strings.HasPrefix(value, want)
		}
		return value == want
	}, nil
}

var escaped = regexp.MustCompile(`\\(.)`)

func unescapeFilter(s string) string { return escaped.ReplaceAllString(s, "$1") }

func (p *Pool) foldFilter(name, value string) string {
	if name == "username" || name == "email" || name == "preferred_username" {
		return p.store.fold(value)
	}
	return value
}

func (u *user) field(name string) string {
	switch name {
	case "username":
		return u.username
	case "sub":
		return u.sub
	case "cognito:user_status":
		return u.status
	case "status":
		return map[bool]string{true: "Enabled", false: "Disabled"}[u.enabled]
	}
	return u.attributes[name]
}
