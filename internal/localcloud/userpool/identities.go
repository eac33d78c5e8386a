package userpool

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// maxIdentities is how many providers' users may be linked to one user (API reference,
// AdminLinkProviderForUser).
const maxIdentities = 5

// identity is one entry of the identities attribute, with the types that triggers see. In
// the ID token Primary and DateCreated are strings. AWS shows the entity id of a SAML
// tenant as its issuer; this pool reads no metadata.
type identity struct {
	UserID       string  `json:"userId"`
	ProviderName string  `json:"providerName"`
	ProviderType string  `json:"providerType"`
	Issuer       *string `json:"issuer"`
	Primary      bool    `json:"primary"`
	DateCreated  int64   `json:"dateCreated"`

	// by is the attribute whose value UserID is: federation.Subject, or a mapped one.
	by string
}

func identityClaims(list []identity) []map[string]any {
	var out []map[string]any
	for _, i := range list {
		out = append(out, map[string]any{
			"userId": i.UserID, "providerName": i.ProviderName, "providerType": i.ProviderType, "issuer": i.Issuer,
			"primary": strconv.FormatBool(i.Primary), "dateCreated": strconv.FormatInt(i.DateCreated, 10),
		})
	}
	return out
}

// name is how the index of names finds the user of an identity. No attribute has a name
// with a zero byte, so that nobody signs in with it.
func (i identity) name() name {
	return name{"identity\x00" + i.ProviderName + "\x00" + i.by, i.UserID}
}

// identify sets a user's identities and the attribute that shows them.
func (u *user) identify(identities []identity) error {
	u.identities = identities
	if len(identities) == 0 {
		delete(u.attributes, "identities")
		return nil
	}
	raw, err := json.Marshal(identities)
	if err != nil {
		return fmt.Errorf("encoding identities: %w", err)
	}
	u.attributes["identities"] = string(raw)
	return nil
}

// identified returns the user of a provider's answer: one who has this very subject, or one
// who is linked to a value of a mapped attribute. A name is never enough: usernames of
// different identities can be equal, and anybody may choose one.
func (s *store) identified(provider, subject string, mapped map[string]string) (user, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.holderOf(identity{ProviderName: provider, by: federation.Subject, UserID: subject}, ""); u != nil {
		return u.clone(), true
	}
	for _, attribute := range sortedKeys(mapped) {
		if u := s.holderOf(identity{ProviderName: provider, by: attribute, UserID: mapped[attribute]}, ""); u != nil {
			return u.clone(), true
		}
	}
	return user{}, false
}

// holderOf returns the user with an identity, other than the one with the key.
func (s *store) holderOf(i identity, key string) *user {
	for _, found := range s.names[i.name()] {
		if found != key {
			return s.users[found]
		}
	}
	return nil
}

// claimIdentities makes sure that the identities of u are those of u alone.
func (s *store) claimIdentities(u *user) error {
	if slices.ContainsFunc(u.identities, func(i identity) bool { return s.holderOf(i, s.fold(u.username)) != nil }) {
		return errIdentityTaken()
	}
	return nil
}

// errIdentityTaken is AWS's sentence for an identity that has a user already, too (seen in
// boto3#4163).
func errIdentityTaken() *APIError {
	return invalidParameter("Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser")
}
