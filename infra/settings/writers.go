package settings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// These write an attribute, each of them for a reason that a stage may remove.
const (
	stackClients  = "the users of the stack's app clients"
	otherClients  = "the users of an app client that the stack does not make (otherClients)"
	anyClient     = "the users of any app client of the pool"
	onceAtSignUp  = "every user, once, at sign-up"
	cognitoOnCall = "Cognito, when users ask for it"
	mappedBy      = "the users and administrators of the identity provider " // and its name
)

// writer returns who may write an attribute of a user, in words, or "" if only callers with
// AWS credentials may. It is the one answer to that question: for the sources of claims,
// the rules of an identity pool, and the warnings about rules of sign-up. What is not known
// is writable. Source: developer guide, "Working with user attributes" (email, sub, custom,
// immutable and dev: attributes, permissions). What a provider's mapping writes, the app
// clients with that provider write, too (providersOf).
func (s *Settings) writer(given Given, attribute string) string {
	switch {
	case !given.has(attribute), attribute == "sub", strings.HasPrefix(attribute, "dev:"): // nobody
	case attribute == "email", attribute == "phone_number":
		return "every user"
	case !isCustom(attribute) && !cognito.IsStandard(attribute, cognito.Writable):
		// A user verifies an address of their choice, and thereby takes the mark from another
		// account with the same address; a user confirms their account and resets its password.
		return cognitoOnCall
	case slices.Contains(given.Immutable, attribute):
		if s.givenAtSignUp(given, attribute) {
			return onceAtSignUp
		}
		return ""
	case given.Pool:
		return anyClient
	case len(s.mapping(attribute)) > 0:
		return mappedBy + strings.Join(s.mapping(attribute), ", ")
	case len(s.letting(attribute)) > 0, s.machinesWrite(attribute):
		return stackClients
	case s.OtherClients != OtherClientsNone:
		return otherClients
	}
	return ""
}

// instead returns what to do about an attribute that somebody may write: first, what keeps
// users from writing it, if a stage can say that, or trust.
func (s *Settings) instead(given Given, attribute, first string) string {
	way := map[string]string{
		otherClients: ", write otherClients: none if the pool has no such client",
		anyClient:    ", make it immutable in the pool and let policy.signUp.privileged refuse it",
		onceAtSignUp: ", let policy.signUp.privileged refuse it",
	}[s.writer(given, attribute)]
	if names, mapped := strings.CutPrefix(s.writer(given, attribute), mappedBy); mapped {
		way = ", take it out of the attributes of " + names
	}
	if s.writer(given, attribute) == stackClients && !s.machinesWrite(attribute) {
		way = ", take it out of " + strings.Join(s.letting(attribute), ", ") + " and write otherClients: none if the pool has no other client"
	}
	return first + way + ", or say in policy.tokens.trusted why no user writes it"
}

// letting returns the keys that let users of the stack's clients write an attribute, in
// order.
func (s *Settings) letting(attribute string) (keys []string) {
	for _, name := range s.clientsOf(false) {
		if slices.Contains(s.Clients[name].writes(), attribute) {
			keys = append(keys, policy.Child("clients", name)+".writeAttributes")
		}
	}
	return keys
}

// machinesWrite reports whether Cognito lets a machine's client write an attribute.
func (s *Settings) machinesWrite(attribute string) bool {
	return attribute == MachineAttribute && len(s.clientsOf(true)) > 0
}

// changer returns who may write an attribute after sign-up, or "".
func (s *Settings) changer(given Given, attribute string) string {
	if slices.Contains(given.Immutable, attribute) || !givable(attribute) {
		return ""
	}
	return s.writer(given, attribute)
}

func isCustom(attribute string) bool { return strings.HasPrefix(attribute, "custom:") }

// has reports whether the pool has an attribute. One that the app makes can have any of
// its own.
func (g Given) has(attribute string) bool {
	return slices.Contains(poolAttributes, attribute) ||
		g.Pool && (isCustom(attribute) || strings.HasPrefix(attribute, "dev:"))
}

// givenAtSignUp reports whether users may bring an attribute along when they sign up: an
// immutable one, too, is written then, if the app client may ("An immutable custom
// attribute can be updated once, during user creation"). An enforced rule `privileged`
// refuses that, if it holds for every client.
func (s *Settings) givenAtSignUp(given Given, attribute string) bool {
	if given.Closed {
		return false
	}
	for _, rules := range s.ruleSets() {
		rule := cmp.Or(rules.Privileged, s.Policy.SignUp.Privileged)
		if rule == nil || rule.Mode != "" && rule.Mode != policy.Enforce || !slices.Contains(rule.Attributes, attribute) {
			return true
		}
	}
	return false
}

// unwritten returns the attributes among the sources of claims that nobody writes, in
// order.
func (s *Settings) unwritten(given Given) []string {
	return slices.DeleteFunc(s.attributeSources(), func(name string) bool { return s.writer(given, name) != "" })
}

// attributeSources returns the attributes that claims come from, in order.
func (s *Settings) attributeSources() []string {
	var names []string
	for _, profile := range s.Policy.Tokens.Profiles {
		for _, claim := range slices.Concat(profile.ID.Claims, profile.Access.Claims) {
			if name, ok := strings.CutPrefix(claim.From, "attribute:"); ok {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// trusts reports whether the stage answers for an attribute that may be written.
func (s *Settings) trusts(attribute string) bool {
	_, trusted := s.Policy.Tokens.Trusted[attribute]
	return trusted
}

// writers checks what a stage says about who writes attributes.
func (c *checker) writers(s *Settings) {
	oneOf(c, "otherClients", s.OtherClients, OtherClientsAny, OtherClientsNone)
	for _, name := range slices.Sorted(maps.Keys(s.Policy.Tokens.Trusted)) {
		at := policy.Child("policy.tokens.trusted", name)
		if !c.given.has(name) {
			c.faults.Add(at, fmt.Sprintf("%q is not an attribute of the pool", name), policy.Meant(name, poolAttributes, "use one of "+joined(poolAttributes)))
		} else if s.writer(c.given, name) == "" {
			c.faults.Add(at, fmt.Sprintf("nobody writes %q, which needs no trust", name), "remove it")
		}
	}
	for path, rules := range s.ruleSets() {
		c.privileged(s, path, rules.Privileged)
	}
}

// privileged finds attributes that no sign-up may bring along and that every user could
// write afterwards.
func (c *checker) privileged(s *Settings, path string, rule *policy.Privileged) {
	if rule == nil || rule.Mode == policy.Off {
		return
	}
	for i, name := range rule.Attributes {
		if who := s.changer(c.given, name); who != "" && !s.trusts(name) {
			c.faults.Add(policy.Item(path+".privileged.attributes", i),
				fmt.Sprintf("%q decides about rights, and can be written after sign-up by %s", name, who),
				s.instead(c.given, name, "keep what it says in AUTHZ"))
		}
	}
}

// trusted warns of each attribute that the stage answers for.
func (s *Settings) trusted() policy.Faults {
	var warnings policy.Faults
	for _, name := range slices.Sorted(maps.Keys(s.Policy.Tokens.Trusted)) {
		warnings.Add(policy.Child("policy.tokens.trusted", name),
			"claims may come from an attribute that users can write, as far as this program knows; the reason given is: "+strings.Join(strings.Fields(s.Policy.Tokens.Trusted[name]), " "),
			"keep what it says in AUTHZ, which no user writes")
	}
	return warnings
}
