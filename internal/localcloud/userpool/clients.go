package userpool

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"
)

// client returns an app client after checking the caller's SECRET_HASH.
func (p *Pool) client(id, username, secretHash string) (Client, error) {
	c, err := p.clientByID(id)
	if err != nil {
		return Client{}, err
	}
	return c, c.checkSecretHash(username, secretHash)
}

func (p *Pool) clientByID(id string) (Client, error) {
	c, ok := p.store.client(id)
	if !ok {
		return Client{}, errNoClient(id)
	}
	return c, nil
}

func errNoClient(id string) *APIError {
	return refuse("ResourceNotFoundException", "User pool client %s does not exist.", id)
}

// checkSecretHash refuses a missing or wrong hash if the client has a secret, and any hash
// if it has none: amplify-js#277 and many others read the sentence. The hash is over the
// username in the request, followed by the client id (guide, "Signing up and confirming user
// accounts", computing secret hash values).
func (c Client) checkSecretHash(username, given string) error {
	ok := c.anySecret(func(secret string) bool {
		return hmac.Equal([]byte(given), []byte(Client{ID: c.ID, Secret: secret}.secretHash(username)))
	})
	switch {
	case given == "" && c.Secret != "":
		return notAuthorized("Client %s is configured with secret but SECRET_HASH was not received", c.ID)
	case given != "" && !ok:
		return notAuthorized("Unable to verify secret hash for client %s", c.ID)
	}
	return nil
}

func (c Client) secretHash(username string) string {
	mac := hmac.New(sha256.New, []byte(c.Secret))
	mac.Write([]byte(username + c.ID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// allows reports whether ExplicitAuthFlows has a flow, with or without the ALLOW_ of
// newer clients. No flows at all means refresh, SRP and custom (API reference,
// CreateUserPoolClient).
func (c Client) allows(flow string) bool {
	if len(c.ExplicitAuthFlows) == 0 {
		return slices.Contains([]string{"REFRESH_TOKEN_AUTH", "USER_SRP_AUTH", "CUSTOM_AUTH"}, flow)
	}
	return slices.Contains(c.ExplicitAuthFlows, "ALLOW_"+flow) || slices.Contains(c.ExplicitAuthFlows, flow)
}

// readable reports whether the client may read the attribute (guide, "User attributes",
// attribute permissions). Whoever lists a user's attributes adds sub.
func (c Client) readable(attribute string) bool {
	return c.ReadAttributes == nil || slices.Contains(c.ReadAttributes, attribute)
}

func (c Client) writable(attribute string) bool {
	return c.WriteAttributes == nil || slices.Contains(c.WriteAttributes, attribute)
}

// Validity of the tokens and of a session, with AWS's defaults (API reference,
// CreateUserPoolClient).
func (c Client) accessLife() time.Duration  { return cmp.Or(c.AccessTokenValidity, time.Hour) }
func (c Client) idLife() time.Duration      { return cmp.Or(c.IDTokenValidity, time.Hour) }
func (c Client) refreshLife() time.Duration { return cmp.Or(c.RefreshTokenValidity, 30*24*time.Hour) }
func (c Client) sessionLife() time.Duration { return cmp.Or(c.AuthSessionValidity, 3*time.Minute) }

// pool checks the UserPoolId of an admin call.
func (p *Pool) pool(id string) error {
	if id != p.cfg().ID {
		return errNoPool(id)
	}
	return nil
}

// admin returns the user of an admin call.
func (p *Pool) admin(poolID, username string) (user, error) {
	if err := p.pool(poolID); err != nil {
		return user{}, err
	}
	u, ok := p.store.find(username)
	if !ok {
		return user{}, errNoUser()
	}
	return u, nil
}
