package signup

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/challenge"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/invite"
)

// The refusals of the rules about providers and privileged attributes.
var (
	ProviderNotAllowed  = deny.Refusal{Code: "provider-not-allowed", Sentence: "Signing up through this provider is not possible, please use a different way", Meaning: "the identity provider is not one that the policy names"}
	AttributePrivileged = deny.Refusal{Code: "attribute-privileged", Sentence: "Sign-up with these details is not possible, please contact support", Meaning: "the sign-up carries an attribute that users may not set themselves; it may be an attack"}
)

// access compiles the rule about who may ask for an account.
func (c *compiler) access(path string, a policy.Access) rule {
	r := rule{judges: c.origins(policy.Child(path, "appliesTo"), a.AppliesTo)}
	if a.Observe {
		r.mode = policy.Observe
	}
	keys, faults := invite.Compile(path, a)
	c.faults = append(c.faults, faults...)
	switch a.Mode {
	case policy.AccessClosed:
		r.objects = func(applicant) deny.Refusal { return invite.Closed }
	case policy.AccessInvite:
		r.objects = func(who applicant) deny.Refusal {
			holder := invite.Holder{ClientID: who.ClientID}
			if who.readable {
				holder.Email = who.email.Normal()
			}
			return invite.Refusal(invite.Verify(who.Invite, keys, holder, who.Now))
		}
	}
	return r
}

// challenge compiles the proof of work. It is the last rule, so that a user who breaks
// another one reads that refusal.
func (c *compiler) challenge(path string, from policy.Challenge) rule {
	r := c.rule(path, from.Rule)
	demand, faults := challenge.Compile(path, from)
	c.faults = append(c.faults, faults...)
	r.objects = func(who applicant) deny.Refusal {
		subject := challenge.Subject{Email: email.Lower(who.Attributes["email"]), Phone: who.Attributes["phone_number"]}
		return challenge.Refusal(challenge.Verify(who.Challenge, subject, demand, who.Now))
	}
	return r
}

// privileged compiles the rule about attributes that users may not set. It objects to
// an empty value too.
func (c *compiler) privileged(path string, from policy.Privileged) rule {
	r := rule{mode: c.mode(policy.Child(path, "mode"), from.Mode), judges: self}
	at := policy.Child(path, "attributes")
	if len(from.Attributes) == 0 {
		c.faults.Add(at, "no attribute is named", "name those that decide about rights, or remove privileged")
	}
	c.attributeNames(at, from.Attributes)
	names := slices.Clone(from.Attributes)
	r.objects = func(who applicant) deny.Refusal {
		return objection(AttributePrivileged, slices.ContainsFunc(names, func(name string) bool {
			_, carried := who.Attributes[name]
			return carried
		}))
	}
	return r
}

// providers compiles the list of identity providers.
func (c *compiler) providers(path string, from policy.Providers) rule {
	r := rule{mode: c.mode(policy.Child(path, "mode"), from.Mode), judges: external}
	at := policy.Child(path, "allow")
	if len(from.Allow) == 0 {
		c.faults.Add(at, "no provider is named, so no federated user can come", "name the providers as in the user pool, or remove providers to let all in")
	}
	allowed := make(map[string]struct{}, len(from.Allow))
	for i, name := range from.Allow {
		if !providerName(name) {
			c.faults.Add(policy.Item(at, i), policy.Shown(name)+" cannot be the name of a provider", "write it as in the user pool: 3 to 32 characters, no blank, no underscore but in the second place")
		} else if _, twice := allowed[email.Lower(name)]; twice {
			c.faults.Add(policy.Item(at, i), "the provider "+name+" is listed twice", "remove one of the two; case does not count")
		}
		allowed[email.Lower(name)] = struct{}{}
	}
	r.objects = func(who applicant) deny.Refusal {
		_, ok := allowed[email.Lower(providerOf(who.UserName))]
		return objection(ProviderNotAllowed, !ok)
	}
	return r
}

// providerName reports whether a pool can have a provider of this name (API reference,
// CreateIdentityProvider: [^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+).
func providerName(name string) bool {
	if !utf8.ValidString(name) || utf8.RuneCountInString(name) > 32 {
		return false
	}
	// providerOf returns "" for a name of less than three characters.
	return providerOf(name+"_") == name && !strings.ContainsAny(name, " \t\r\n\u00a0\u2028\u2029")
}

// providerOf returns the provider's part of a federated user's name, PROVIDER_ID, or ""
// if there is none. A name of three characters or more can have an underscore in the
// second place only, so the first one after the third character ends it.
func providerOf(userName string) string {
	_, first := utf8.DecodeRuneInString(userName)
	if first == 0 || userName[0] == '_' {
		return ""
	}
	_, second := utf8.DecodeRuneInString(userName[first:])
	_, third := utf8.DecodeRuneInString(userName[first+second:])
	head := first + second + third
	if third == 0 || userName[first+second] == '_' {
		return ""
	}
	if i := strings.IndexByte(userName[head:], '_'); i >= 0 {
		return userName[:head+i]
	}
	return ""
}
