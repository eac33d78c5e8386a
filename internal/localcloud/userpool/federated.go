package userpool

import (
	"maps"
	"slices"
	"strconv"
)

// Tokens are the tokens of a sign-in.
type Tokens struct{ ID, Access, Refresh string }

// identity is one entry of the identities attribute, with the types that triggers see. In
// the ID token Primary and DateCreated are strings.
type identity struct {
	UserID       string  `json:"userId"`
	ProviderName string  `json:"providerName"`
	ProviderType string  `json:"providerType"`
	Issuer       *string `json:"issuer"`
	Primary      bool    `json:"primary"`
	DateCreated  int64   `json:"dateCreated"`
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

// FederatedSignIn replaces a sign-in through an external provider, which on AWS goes
// through pages of the provider. subject is the provider's name for the
// user; attributes are the mapped ones. The first sign-in creates the user and fires
// PreSignUp_ExternalProvider, PostConfirmation_ConfirmSignUp and
// TokenGeneration_HostedAuth. Each later one overwrites the mapped attributes and fires
// PostAuthentication and TokenGeneration_HostedAuth (guide, "Customizing user pool
// workflows with Lambda triggers"; that the first one fires no PostAuthentication: "Post
// authentication Lambda trigger"). A refusal is an *APIError; on AWS it reaches the
// browser as error_description.
func (p *Pool) FederatedSignIn(provider, subject string, attributes map[string]string, clientID string) (Tokens, error) {
	if err := p.throttle.admit(counted{"UserFederation", 1}, p.now()); err != nil {
		return Tokens{}, err
	}
	client, err := p.clientByID(clientID)
	if err != nil {
		return Tokens{}, err
	}
	mapped, err := p.mapped(attributes)
	if err != nil {
		return Tokens{}, err
	}
	// The whole name is lower case in a pool that ignores case (guide, "Customizing
	// sign-in attributes").
	username := p.store.fold(provider + "_" + subject)
	var u user
	if _, known := p.store.find(username); known {
		u, err = p.returnFederated(username, client, mapped)
	} else {
		u, err = p.createFederated(provider, subject, client, mapped)
	}
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

// mapped returns the provider's attributes as the pool stores them: "By default, mapped
// email addresses are unverified" (guide, "Specifying identity provider attribute
// mappings"), again at every sign-in (amplify-cli#4427).
func (p *Pool) mapped(attributes map[string]string) (map[string]string, error) {
	out := maps.Clone(attributes)
	if out == nil {
		out = map[string]string{}
	}
	if out["email"] != "" && out["email_verified"] == "" {
		out["email_verified"] = "false"
	}
	return out, p.checkAttributes(out)
}

func (p *Pool) createFederated(provider, subject string, client Client, mapped map[string]string) (user, error) {
	now := p.now()
	u := user{sub: newUUID(), enabled: true, created: now, modified: now, attributes: maps.Clone(mapped)}
	if err := p.federate(&u, provider, subject); err != nil {
		return user{}, err
	}
	// Four logs of this source show both alias members, empty, and an empty
	// validationData.
	asked := u
	asked.attributes = maps.Clone(mapped)
	asked.attributes["cognito:email_alias"], asked.attributes["cognito:phone_number_alias"] = "", ""
	if _, err := p.firePreSignUp("ExternalProvider", asked, client.ID, map[string]string{}, nil); err != nil {
		return user{}, err
	}
	if err := p.store.add(u, false); err != nil {
		return user{}, err
	}
	return u, p.firePostConfirmation(u, "ConfirmSignUp", client.ID, nil)
}

func (p *Pool) returnFederated(username string, client Client, mapped map[string]string) (user, error) {
	u, err := p.store.change(username, false, func(u *user) error {
		if err := p.checkMutable(u.attributes, mapped); err != nil {
			return err
		}
		maps.Copy(u.attributes, mapped)
		u.modified = p.now()
		return nil
	})
	switch {
	case err != nil:
		return user{}, err
	case !u.enabled:
		return user{}, errDisabled()
	}
	return u, p.authenticated(u, client, nil)
}

func providerType(provider string) string {
	if slices.Contains([]string{"Google", "Facebook", "LoginWithAmazon", "SignInWithApple"}, provider) {
		return provider
	}
	return "OIDC"
}
