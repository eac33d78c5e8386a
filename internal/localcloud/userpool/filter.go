package userpool

import (
	"regexp"
	"slices"
	"strings"
)

var filterForm = regexp.MustCompile(`^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$`)

// searchable are the attributes that a filter may name (API reference, ListUsers), none
// of them custom.
var searchable = []string{
	"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username",
	"cognito:user_status", "status", "sub",
}

// parseFilter reads `name = "value"` or `name ^= "prefix"`.
func (p *Pool) parseFilter(filter string) (func(*user) bool, error) {
	if strings.TrimSpace(filter) == "" {
		return func(*user) bool { return true }, nil
	}
	m := filterForm.FindStringSubmatch(filter)
	if m == nil || !slices.Contains(searchable, m[1]) {
		return nil, invalidParameter("One or more request parameters are invalid: Filter.")
	}
	name, want := m[1], p.foldFilter(m[1], unescapeFilter(m[3]))
	return func(u *user) bool {
		value := p.foldFilter(name, u.field(name))
		if m[2] == "^=" {
			return strings.HasPrefix(value, want)
		}
		return value == want
	}, nil
}

var escaped = regexp.MustCompile(`\\(.)`)

func unescapeFilter(s string) string { return escaped.ReplaceAllString(s, "$1") }

// foldFilter ignores case for the user status; username and status are case-sensitive
// (API reference, ListUsers). AWS does not say how it compares addresses: here as in the
// pool.
func (p *Pool) foldFilter(name, value string) string {
	switch name {
	case "cognito:user_status":
		return strings.ToUpper(value)
	case "email", "preferred_username":
		return p.store.fold(value)
	}
	return value
}

// field returns what a filter compares.
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
