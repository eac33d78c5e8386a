package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// providersOf checks the providers of an app client. Of an attribute that the provider writes
// and the client may not Cognito says that it "throws an error when it tries to update" it
// (API reference, UserPoolClientType, WriteAttributes); some saw that it is left out. The mark
// of an address is Cognito's own.
func (c *checker) providersOf(at string, client Client, s *Settings) {
	at += ".providers"
	all := append([]string{nativeProvider}, s.providers()...)
	for i, name := range client.Providers {
		if !slices.Contains(all, name) {
			c.faults.Add(policy.Item(at, i), fmt.Sprintf("%q is not a provider of identityProviders", name), policy.Meant(name, all, "use one of "+joined(all)))
			continue
		}
		if name != nativeProvider && len(client.CallbackURLs) == 0 {
			c.faults.Add(policy.Item(at, i), "signs users in at the sign-in pages, and without callbackUrls there are none", "write callbackUrls, or remove it")
		}
		for _, attribute := range slices.Sorted(maps.Keys(s.IdentityProviders[name].full().Attributes)) {
			if name != nativeProvider && cognito.IsStandard(attribute, cognito.Writable) && !slices.Contains(client.writes(), attribute) {
				c.faults.Add(policy.Item(at, i), fmt.Sprintf("%s writes %q, which this client may not, so its users cannot sign in", name, attribute),
					"add it to the client's writeAttributes, or take it out of the attributes of "+name)
			}
		}
	}
	unique(c, at, client.Providers)
}

// idleProviders warns of providers through which nobody signs in.
func (s *Settings) idleProviders() policy.Faults {
	var warnings policy.Faults
	for _, name := range s.providers() {
		if !slices.ContainsFunc(s.clientsOf(false), func(client string) bool { return slices.Contains(s.Clients[client].Providers, name) }) {
			warnings.Add(policy.Child("identityProviders", name), "is in the providers of no app client, so nobody signs in by it", "add it to those of a client, or leave it if another program makes that client")
		}
	}
	return warnings
}

// strangeProviders finds names in the rules of sign-up that no provider of the stage has, and
// providers whose users those rules refuse. A stage without providers may have some that the
// stack does not make: it is warned.
func (s *Settings) strangeProviders(given Given) (faults, warnings policy.Faults) {
	for path, rules := range s.ruleSets() {
		if given.Pool || rules.Providers == nil || rules.Providers.Mode == policy.Off {
			continue
		}
		at, fold := policy.Child(path, "providers")+".allow", func(name string) string { return strings.ToLower(name) }
		for i, name := range rules.Providers.Allow {
			known := slices.ContainsFunc(s.providers(), func(other string) bool { return fold(name) == fold(other) })
			switch {
			case known:
			case len(s.IdentityProviders) == 0:
				warnings.Add(policy.Item(at, i), fmt.Sprintf("the stack makes no identity provider %q", name), "add it to identityProviders, or leave it if another program makes it")
			default:
				faults.Add(policy.Item(at, i), fmt.Sprintf("%q is not a provider of identityProviders", name), policy.Meant(name, s.providers(), "use one of "+joined(s.providers())))
			}
		}
		for _, name := range s.providers() {
			if !slices.ContainsFunc(rules.Providers.Allow, func(other string) bool { return fold(name) == fold(other) }) {
				warnings.Add(at, fmt.Sprintf("refuses every new user of %s", name), "add it, or leave it if its users are linked to others, or made before")
			}
		}
	}
	return faults, warnings
}

// unproven warns of domains that stop nobody whom a provider brings: no rule judges such users
// unless it says so, and no event says whether somebody has proved the address.
func (s *Settings) unproven() policy.Faults {
	var warnings policy.Faults
	for path, rules := range s.ruleSets() {
		d := rules.Domains
		if d == nil || d.Mode == policy.Off || len(d.Allow) == 0 {
			continue
		}
		for _, name := range s.providers() {
			switch at := policy.Child(path, "domains"); {
			case !slices.Contains(d.AppliesTo, policy.External):
				warnings.Add(at, fmt.Sprintf("does not judge users of %s, who come with an address of any domain", name), "add external to appliesTo, or leave it if all of them are welcome")
			case !s.IdentityProviders[name].TrustsEmail:
				warnings.Add(at, fmt.Sprintf("believes the address that %s says, which its administrators choose and nobody proves", name), "leave it if you trust them with that, or let policy.signUp.providers allow others alone")
			}
		}
	}
	return warnings
}
