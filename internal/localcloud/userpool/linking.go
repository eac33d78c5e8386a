package userpool

import (
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
)

// providerUser is the API's ProviderUserIdentifierType.
type providerUser struct {
	ProviderName, ProviderAttributeName, ProviderAttributeValue string
}

func (u providerUser) isNative() bool { return strings.EqualFold(u.ProviderName, federation.Native) }

type linkInput struct {
	ofPool
	DestinationUser, SourceUser providerUser
}

// adminLinkProviderForUser implements AdminLinkProviderForUser (API reference, and guide,
// "Linking federated users to an existing user profile"). It may be called while
// PreSignUp_ExternalProvider runs.
func (p *Pool) adminLinkProviderForUser(in linkInput) (empty, error) {
	link, err := p.linkOf(in.SourceUser)
	if err != nil {
		return empty{}, err
	}
	u, err := p.profileOf(in.DestinationUser)
	if err != nil {
		return empty{}, err
	}
	if p.store.signedUp(link) {
		return empty{}, invalidParameter("Merging is not currently supported, provide a SourceUser that has not been signed up in order to link") // seen in aws-sdk-net#1000
	}
	_, err = p.store.change(u.username, false, func(now *user) error {
		switch {
		case now.sub != u.sub:
			return errNoUser()
		case len(now.linked()) >= maxIdentities:
			return refuse("LimitExceededException", "A user can have %d linked identities.", maxIdentities)
		}
		for attribute, mutable := range p.cfg().CustomAttributes {
			if _, set := now.attributes[attribute]; set && !mutable {
				return invalidParameter("user.%s: Attribute cannot be updated.", attribute)
			}
		}
		now.modified = p.now()
		return now.identify(append(now.identities, link))
	})
	return empty{}, err
}

// linkOf returns the identity that a request names as the source.
func (p *Pool) linkOf(source providerUser) (identity, error) {
	if source.isNative() {
		return identity{}, errIdentityTaken()
	}
	provider, known := p.store.provider(source.ProviderName)
	switch _, mapped := provider.Mapping[source.ProviderAttributeName]; {
	case !known:
		return identity{}, errNoProvider(source.ProviderName)
	case source.ProviderAttributeValue == "":
		return identity{}, invalidParameter("Invalid SourceUser: ProviderAttributeValue is missing")
	case source.ProviderAttributeName == federation.Subject:
	case provider.Social():
		return identity{}, invalidParameter("Invalid SourceUser: ProviderAttributeName of %s must be %s", provider.Name, federation.Subject)
	case !mapped || source.ProviderAttributeName == "username":
		return identity{}, invalidParameter("Invalid SourceUser: %s is not a mapped attribute of %s", source.ProviderAttributeName, provider.Name)
	}
	return identity{
		UserID: source.ProviderAttributeValue, ProviderName: provider.Name, ProviderType: provider.Type,
		DateCreated: p.now().UnixMilli(), by: source.ProviderAttributeName,
	}, nil
}

// profileOf returns the destination of a link: a native user by its username, no alias of
// it, or a user of a provider by the provider's name for it.
func (p *Pool) profileOf(destination providerUser) (user, error) {
	name := destination.ProviderAttributeValue
	u, known := p.store.named(name)
	if !destination.isNative() {
		u, known = p.store.identified(destination.ProviderName, name, nil)
	}
	if !known || name == "" {
		return user{}, errNoUser()
	}
	return u, nil
}

// linked returns the identities that were added to a profile.
func (u *user) linked() []identity {
	return slices.DeleteFunc(slices.Clone(u.identities), func(i identity) bool { return i.Primary })
}

// named returns the user with a username.
func (s *store) named(username string) (user, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.users[s.fold(username)]; u != nil {
		return u.clone(), true
	}
	return user{}, false
}

// signedUp reports whether a provider's user has a profile of its own, which would have to be
// deleted before a link.
func (s *store) signedUp(link identity) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.users {
		for _, i := range u.identities {
			own := i.Primary && i.ProviderName == link.ProviderName
			if own && (i.by == link.by && i.UserID == link.UserID || u.attributes[link.by] == link.UserID) {
				return true
			}
		}
	}
	return false
}

type disableProviderInput struct {
	ofPool
	User providerUser
}

// adminDisableProviderForUser takes a link away, or the password of a native user (API
// reference, AdminDisableProviderForUser). AWS does not say whether a password can be set
// again; here it can.
func (p *Pool) adminDisableProviderForUser(in disableProviderInput) (empty, error) {
	if in.User.isNative() {
		u, err := p.profileOf(in.User)
		if err == nil {
			_, err = p.store.change(u.username, false, func(u *user) error {
				u.password, u.modified = srp.Verifier{}, p.now()
				return nil
			})
		}
		return empty{}, err
	}
	if _, known := p.store.provider(in.User.ProviderName); !known {
		return empty{}, errNoProvider(in.User.ProviderName)
	}
	gone := func(i identity) bool {
		return i.ProviderName == in.User.ProviderName && i.by == in.User.ProviderAttributeName && i.UserID == in.User.ProviderAttributeValue
	}
	// The change refuses a user who is not there.
	u, _ := p.store.identified(in.User.ProviderName, "", map[string]string{in.User.ProviderAttributeName: in.User.ProviderAttributeValue})
	_, err := p.store.change(u.username, false, func(u *user) error {
		u.modified = p.now()
		return u.identify(slices.DeleteFunc(u.identities, gone))
	})
	return empty{}, err
}
