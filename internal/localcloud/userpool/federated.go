package userpool

import (
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// Tokens are the tokens of a sign-in.
type Tokens struct{ ID, Access, Refresh string }

// FederatedSignIn signs a user in as the hosted pages do when a browser comes back from a
// provider of this name. subject is the provider's name for the user, claims are what it
// says of the user. A refusal is an *APIError; on the pages it reaches the app as
// error_description.
func (p *Pool) FederatedSignIn(provider, subject string, claims map[string]string, clientID string) (Tokens, error) {
	client, err := p.clientByID(clientID)
	if err != nil {
		return Tokens{}, err
	}
	info := map[string]any{}
	for name, value := range claims {
		info[name] = value
	}
	u, err := p.federatedUser(provider, federation.Answer{Subject: subject, Info: info}, client)
	if err != nil {
		return Tokens{}, err
	}
	scopes := client.AllowedOAuthScopes
	if scopes == nil {
		scopes = []string{"openid"}
	}
	result, err := p.start(p.newGrant(u, client, scopes, true), client, "HostedAuth", nil)
	if err != nil {
		return Tokens{}, err
	}
	return Tokens{ID: result.IDToken, Access: result.AccessToken, Refresh: result.RefreshToken}, nil
}

// federatedUser returns the user of a provider's answer. The order of the triggers is that
// of guide, "Customizing user pool workflows with Lambda triggers":
//
//	first:  InboundFederation ► PreSignUp_ExternalProvider ► the profile ► PostConfirmation
//	later:  InboundFederation ► PreAuthentication ► the profile ► PostAuthentication
//
// A token follows, with TokenGeneration_HostedAuth. PreAuthentication is before the profile:
// the guide lets it delete an attribute that the mapping then fills ("Mapping IdP attributes
// to profiles and tokens", note).
func (p *Pool) federatedUser(name string, answer federation.Answer, client Client) (user, error) {
	if err := p.throttle.admit(counted{"UserFederation", 1}, p.now()); err != nil {
		return user{}, err
	}
	provider, known := p.store.provider(name)
	switch {
	case !known || !client.supports(name):
		return user{}, errUnsupported(name)
	case answer.Subject == "":
		return user{}, invalidParameter("username attribute mapping required") // seen in amplify-js#239
	}
	claims, err := p.fireInbound(provider, answer, client.ID)
	if err != nil {
		return user{}, err
	}
	mapped, err := p.mapped(provider, claims, client)
	if err != nil {
		return user{}, err
	}
	if u, known := p.store.identified(name, answer.Subject, mapped); known {
		return p.returnFederated(u, provider, answer.Subject, mapped, client)
	}
	return p.createFederated(provider, answer.Subject, mapped, client)
}

func errUnsupported(provider string) *APIError {
	return invalidParameter("The app client does not support the identity provider %s.", provider)
}

// supports reports whether users of the provider may sign in through the client. A client
// without a list is taken to support the pool's own users; AWS does not say which it
// supports.
func (c Client) supports(provider string) bool {
	if len(c.SupportedIdentityProviders) == 0 {
		return provider == federation.Native
	}
	return slices.Contains(c.SupportedIdentityProviders, provider)
}

// mapped returns what the mapping makes of the claims. A client that may not write an
// attribute leaves it out and goes on (guide, "Mapping IdP attributes to profiles and
// tokens"); the marks of addresses, which no client may write, are the provider's.
func (p *Pool) mapped(provider identityProvider, claims map[string]string, client Client) (map[string]string, error) {
	out := provider.Map(claims)
	maps.DeleteFunc(out, func(name, _ string) bool {
		address := strings.TrimSuffix(name, "_verified")
		return !client.writable(name) && (!isAddress(address) || !client.writable(address))
	})
	present := maps.Clone(out)
	maps.DeleteFunc(present, func(_, value string) bool { return value == "" })
	return out, p.checkAttributes(present)
}

// createFederated makes the user of a first sign-in. PreSignUp may link the identity to a
// user meanwhile; then that user signs in, without PostConfirmation (amplify-cli#12514).
// That the triggers of a later sign-in are not fired either is a choice.
func (p *Pool) createFederated(provider identityProvider, subject string, mapped map[string]string, client Client) (user, error) {
	now := p.now()
	u := user{sub: newUUID(), enabled: true, created: now, modified: now, attributes: map[string]string{}}
	u.apply(mapped)
	// Without a required attribute no trigger is fired (amazon-cognito-auth-js#222).
	for _, name := range p.lacking(u) {
		return user{}, errRequired(name)
	}
	asked := u.clone()
	if err := p.federate(&u, provider.Name, subject); err != nil {
		return user{}, err
	}
	if _, taken := p.store.named(u.username); taken {
		return user{}, errEntry(u.username)
	}
	if !isUsername(u.username) {
		return user{}, invalidParameter("The provider's name for the user makes no username.")
	}
	// Four logs of this source show both alias members, empty, and an empty
	// validationData.
	asked.username = u.username
	asked.attributes["cognito:email_alias"], asked.attributes["cognito:phone_number_alias"] = "", ""
	if _, err := p.firePreSignUp("ExternalProvider", asked, client.ID, map[string]string{}, nil); err != nil {
		return user{}, err
	}
	if linked, known := p.store.identified(provider.Name, subject, mapped); known {
		return p.updateFederated(linked, provider, subject, mapped)
	}
	if p.store.add(u, false) != nil { // two first sign-ins at once
		return user{}, errEntry(u.username)
	}
	return u, p.firePostConfirmation(u, "ConfirmSignUp", client.ID, nil)
}

// errRequired has the sentence of aws-amplify-oidc-federation#2.
func errRequired(attribute string) *APIError {
	return invalidParameter("Invalid user attributes: %s: The attribute is required.", attribute)
}

// errEntry refuses an identity whose username another user has: a native user, or a user of
// the provider whose subject differs in case only. The sentence is seen in
// amplify-flutter#1716.
func errEntry(username string) *APIError {
	return invalidParameter("Already found an entry for username %s", username)
}

// returnFederated is a later sign-in, or the first of one who was linked before.
func (p *Pool) returnFederated(u user, provider identityProvider, subject string, mapped map[string]string, client Client) (user, error) {
	if !u.enabled {
		return user{}, errDisabled()
	}
	if err := p.firePreAuthentication(u, u.username, client, nil); err != nil {
		return user{}, err
	}
	u, err := p.updateFederated(u, provider, subject, mapped)
	if err != nil {
		return user{}, err
	}
	return u, p.authenticated(u, client, nil)
}

// updateFederated writes the mapped attributes into the user's profile, if the user still has
// the identity. An immutable attribute that the provider sends fails even with the value that it
// has (amplify-js#3526; measured in
// accelerated-intelligent-document-processing-on-aws#835).
func (p *Pool) updateFederated(u user, provider identityProvider, subject string, mapped map[string]string) (user, error) {
	return p.store.change(u.username, false, func(now *user) error {
		identities, still := now.signedInBy(provider.Name, subject, mapped)
		switch {
		case now.sub != u.sub || !still:
			return errNoUser() // deleted or unlinked while a trigger ran
		case !now.enabled:
			return errDisabled()
		}
		for _, name := range sortedKeys(mapped) {
			switch {
			case p.immutable(name):
				return invalidParameter("user.%s: Attribute cannot be updated.", name)
			case mapped[name] == "" && slices.Contains(p.cfg().RequiredAttributes, name):
				return errRequired(name)
			}
		}
		now.apply(mapped)
		now.modified = p.now()
		return now.identify(identities)
	})
}

// signedInBy returns the identities after a sign-in. A link by another attribute becomes one
// by the subject: it can be taken away only by that name (API reference,
// AdminDisableProviderForUser, "If the user has already signed in").
func (u *user) signedInBy(provider, subject string, mapped map[string]string) ([]identity, bool) {
	out := slices.Clone(u.identities)
	if slices.ContainsFunc(out, func(i identity) bool {
		return i.ProviderName == provider && i.by == federation.Subject && i.UserID == subject
	}) {
		return out, true
	}
	for i, one := range out {
		if value, is := mapped[one.by]; is && value == one.UserID && one.ProviderName == provider {
			out[i].by, out[i].UserID = federation.Subject, subject
			return out, true
		}
	}
	return nil, false
}

// apply sets attributes; "" takes one away.
func (u *user) apply(mapped map[string]string) {
	for _, name := range sortedKeys(mapped) { // email before email_verified
		if value := mapped[name]; value == "" {
			u.forget(name)
		} else {
			u.attributes[name] = value
			delete(u.waiting, name)
		}
	}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
