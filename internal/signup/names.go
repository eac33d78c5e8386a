package signup

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// attributeNames adds a fault for each name in a list that no event can carry.
func (c *compiler) attributeNames(path string, names []string) {
	for i, name := range names {
		at := policy.Item(path, i)
		if slices.Contains(names[:i], name) {
			c.faults.Add(at, "the attribute "+policy.Shown(name)+" is listed twice", "remove one of the two")
			continue
		}
		if problem, fix := nameFault(name); problem != "" {
			c.faults.Add(at, problem, fix)
		}
	}
}

// nameFault says what is wrong with the name of an attribute that a sign-up could carry,
// or returns "".
func nameFault(name string) (problem, fix string) {
	custom, isCustom := strings.CutPrefix(name, "custom:")
	switch {
	case name == "":
		return "the entry is empty", "remove it or name an attribute"
	case cognito.IsStandard(name, cognito.Writable):
		return "", ""
	case cognito.IsStandard(name, 0), name == "sub", name == "identities", strings.HasPrefix(name, "cognito:"):
		// Cognito sets these after pre sign-up: requiring one would lock out all users.
		return policy.Shown(name) + " is set by Cognito, and no user has it when signing up", "remove it"
	case strings.HasPrefix(name, "dev:"):
		return policy.Shown(name) + " can be set by administrators only", "remove it, or use an attribute that begins with custom:"
	case isCustom && customName(custom):
		return "", ""
	case isCustom:
		return policy.Shown(name) + " cannot be the name of a custom attribute", "use 1 to 20 letters, digits and symbols after custom:"
	}
	problem = "there is no attribute " + policy.Shown(name)
	fix = "use a standard attribute such as given_name, or one that begins with custom:"
	if customName(name) {
		fix = "use a standard attribute, or write custom:" + name + " for one of your own"
	}
	return problem, policy.Meant(name, cognito.StandardAttributes(cognito.Writable), fix)
}

// customName reports whether a pool can have the custom attribute (API reference,
// SchemaAttributeType: 1 to 20 characters of the categories L, M, S, N and P).
func customName(name string) bool {
	if n := utf8.RuneCountInString(name); n < 1 || n > 20 {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return r == ' ' || r == utf8.RuneError || !unicode.IsPrint(r)
	})
}

// domainFault says why an entry is not a domain, and what its author may have meant.
func domainFault(entry string) (problem, fix string) {
	if entry == "" {
		return "the entry is empty", "remove it or name a domain"
	}
	problem = policy.Shown(entry) + " is not a domain"
	meant := entry[strings.LastIndexByte(entry, '@')+1:]
	if _, behind, found := strings.Cut(meant, "://"); found {
		meant = behind
	}
	meant, _, _ = strings.Cut(meant, "/")
	meant = strings.Trim(strings.TrimSpace(meant), "*.")
	if domain, err := email.ParseDomain(meant); err == nil {
		return problem, "write " + domain + ", which covers its sub-domains too, or *." + domain + ", which covers them alone"
	}
	if domain, err := email.ParseDomain("a." + entry); err == nil {
		return problem, "write *." + domain[len("a."):] + " for all of a top-level domain, or a host name of at least two labels"
	}
	if strings.ContainsFunc(entry, func(r rune) bool { return r > unicode.MaxASCII }) {
		return problem, "write its ASCII form, whose labels begin with xn--"
	}
	return problem, "write a host name of at least two labels, such as example.com"
}
