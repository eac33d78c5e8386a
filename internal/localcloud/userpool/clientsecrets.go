package userpool

import (
	"crypto/subtle"
	"fmt"
	"slices"
	"time"
)

// maxSecrets: "Supports up to 2 active secrets per app client for zero-downtime credential
// rotation workflows" (API reference, AddUserPoolClientSecret).
const maxSecrets = 2

// clientSecret is one secret of an app client.
type clientSecret struct {
	id, value string
	created   time.Time
}

// keepSecret makes an id for the secret of a new client.
func (c *Client) keepSecret(now time.Time) {
	if c.Secret != "" && len(c.secrets) == 0 {
		c.secrets = []clientSecret{{c.secretID(now), c.Secret, now}}
	}
}

// secretID returns "<client-id>--<epoch-create-time>" (API reference,
// ClientSecretDescriptorType). This pool counts milliseconds, and no two secrets have one id.
func (c *Client) secretID(now time.Time) string {
	at := now.UnixMilli()
	for {
		id := fmt.Sprintf("%s--%d", c.ID, at)
		if !slices.ContainsFunc(c.secrets, func(s clientSecret) bool { return s.id == id }) {
			return id
		}
		at++
	}
}

// anySecret reports whether one of the client's secrets passes; it asks about all of them.
func (c Client) anySecret(passes func(secret string) bool) (ok bool) {
	for _, s := range c.secrets {
		ok = passes(s.value) || ok
	}
	return ok
}

// authenticates reports whether a secret is the client's; a public client has "".
func (c Client) authenticates(given string) bool {
	if c.Secret == "" {
		return given == ""
	}
	return c.anySecret(func(secret string) bool { return subtle.ConstantTimeCompare([]byte(secret), []byte(given)) == 1 })
}

type clientSecretInput struct {
	ofClient
	paging
	ClientSecret   string
	ClientSecretID string `json:"ClientSecretId"`
}

type secretType struct {
	ClientSecretID         string `json:"ClientSecretId"`
	ClientSecretValue      string `json:",omitempty"`
	ClientSecretCreateDate epoch
}

type newSecretOutput struct{ ClientSecretDescriptor secretType }

// addUserPoolClientSecret returns the value only if it made it (API reference,
// ClientSecretDescriptorType). A public client gets none: the operation is "for an existing
// confidential user pool app client".
func (p *Pool) addUserPoolClientSecret(in clientSecretInput) (newSecretOutput, error) {
	if err := secretShape.optional("clientSecret", in.ClientSecret); err != nil {
		return newSecretOutput{}, err
	}
	added, shown := clientSecret{value: in.ClientSecret, created: p.now()}, ""
	if added.value == "" {
		added.value = secret()
		shown = added.value
	}
	_, err := p.store.changeClient(in.ClientID, func(c *Client) error {
		switch {
		case c.Secret == "":
			return invalidParameter("The app client is public and has no secrets")
		case len(c.secrets) == maxSecrets:
			return refuse("LimitExceededException", "The app client has %d secrets, which is the limit", maxSecrets)
		}
		added.id = c.secretID(p.now())
		c.secrets = append(slices.Clone(c.secrets), added)
		return nil
	})
	return newSecretOutput{secretType{added.id, shown, epoch(added.created)}}, err
}

// listUserPoolClientSecrets returns both: "the response never reveals the actual secret
// value" (API reference).
func (p *Pool) listUserPoolClientSecrets(in clientSecretInput) (object, error) {
	c, err := p.clientByID(in.ClientID)
	if err != nil {
		return nil, err
	}
	return pageOf(p, secretsList, in.paging, c.ID, c.secrets, func(s clientSecret) string { return s.id }, func(s clientSecret) secretType {
		return secretType{s.id, "", epoch(s.created)}
	})
}

// deleteUserPoolClientSecret: "You cannot delete the last remaining secret for an app
// client" (API reference).
func (p *Pool) deleteUserPoolClientSecret(in clientSecretInput) (empty, error) {
	_, err := p.store.changeClient(in.ClientID, func(c *Client) error {
		at := slices.IndexFunc(c.secrets, func(s clientSecret) bool { return s.id == in.ClientSecretID })
		switch {
		case at < 0:
			return refuse("ResourceNotFoundException", "The app client has no such secret")
		case len(c.secrets) == 1:
			return invalidParameter("The last secret of an app client cannot be deleted")
		}
		c.secrets = slices.Delete(slices.Clone(c.secrets), at, at+1)
		c.Secret = c.secrets[0].value
		return nil
	})
	return empty{}, err
}
