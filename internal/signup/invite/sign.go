package invite

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"time"
)

// Invite is what an operator signs.
type Invite struct {
	// Email is the normal form of the address (email.Address.Normal).
	Email string
	// Expires is when the invite expires, in whole seconds; fractions are cut off.
	Expires time.Time
	// ClientID is the only app client that accepts the invite; "" for all.
	ClientID string
}

// The reasons why an invite cannot be signed.
var (
	errKey    = errors.New("signing the invite: the key needs an id of 1 to 16 small letters, digits and inner hyphens, and 64 bytes")
	errEmail  = errors.New("signing the invite: it needs an e-mail address of at most 254 bytes")
	errExpiry = errors.New("signing the invite: its expiry must lie between the years 1970 and 36812")
	errClient = errors.New("signing the invite: an app client's id has at most 128 letters, digits, _ and +")
)

// Sign returns the text of an invite. It is for operators: no function has the private
// key. The same invite and key give the same text. The caller must pass the address in
// its normal form: with another form, the invite cannot be used.
func Sign(keyID string, key ed25519.PrivateKey, invite Invite) (string, error) {
	expiry := invite.Expires.Unix()
	switch {
	case !validID(keyID) || len(key) != ed25519.PrivateKeySize:
		return "", errKey
	case invite.Email == "" || len(invite.Email) > maxEmail:
		return "", errEmail
	case expiry < 0 || expiry >= 1<<(8*expiryBytes):
		return "", errExpiry
	case !validClient(invite.ClientID):
		return "", errClient
	}
	raw := head(keyID, expiry, invite.ClientID)
	signature := ed25519.Sign(key, message(nil, raw, invite.Email))
	return base64.RawURLEncoding.EncodeToString(append(raw, signature...)), nil
}

// head returns all but the signature.
func head(keyID string, expiry int64, clientID string) []byte {
	raw := append([]byte{version, byte(len(keyID))}, keyID...)
	for i := expiryBytes - 1; i >= 0; i-- {
		raw = append(raw, byte(expiry>>(8*i)))
	}
	raw = append(raw, byte(len(clientID)))
	return append(raw, clientID...)
}
