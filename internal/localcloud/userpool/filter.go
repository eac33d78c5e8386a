package userpool

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

var filterForm = regexp.MustCompile(`^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$`)

// searchable reports whether a filter may name the attribute (API reference,
// ListUsers). Custom attributes are not among them.
func searchable(name string) bool {
	return cognito.IsStandard(name, cognito.Searchable) || slices.Contains([]string{"username", "cognito:user_status", "status", "sub"}, name)
}

// parseFilter reads `name = "value"` or `name ^= "prefix"`.
func (p *Pool) parseFilter(filter string) (func(*user) bool, error) {
	if strings.TrimSpace(filter) == "" {
		return func(*user) bool { return true }, nil
	}
	m := filterForm.FindStringSubmatch(filter)
	switch {
	case m == nil:
		return nil, invalidParameter("Error while parsing filter.") // aws-sdk-php#1088
	case !searchable(m[1]):
		return nil, invalidParameter("Invalid search attribute: %s", m[1]) // getmoto/moto, tests/test_cognitoidp
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
