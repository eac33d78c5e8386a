// Package passkey is the user pool's half of WebAuthn: it makes what a browser asks an
// authenticator for, and judges what the authenticator answers. It keeps nothing. The
// protocol is that of github.com/go-webauthn/webauthn, which only the local cloud links
// with it; this package adds what a development machine needs and what Amazon Cognito
// chose.
//
//   - The relying party is localhost, on any port, over http or https: a browser accepts no
//     other name here, and no IP address (Web Authentication, section 5.1.3). A pool on AWS
//     has the name of its domain, or one that its settings name.
//   - ES256 and RS256, no attestation (Amazon Cognito Developer Guide, "Authentication
//     flows", passkey sign-in).
//   - A counter of signatures that does not grow is refused: it tells of a copied key (Web
//     Authentication, section 6.1.1). AWS does not say what it does then.
package passkey

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// RelyingParty is the only relying party of a local pool.
const RelyingParty = "localhost"

// Passkey is the public half of a key that a user has registered. It is not written to.
type Passkey struct {
	credential webauthn.Credential
	// Created is when it was registered.
	Created time.Time
}

// stored has what is kept of a passkey. Flags are all bits; the library's JSON has the named
// ones only.
type stored struct {
	Credential webauthn.Credential
	Flags      byte
	Created    time.Time
}

// MarshalJSON implements json.Marshaler. Nothing of it is secret.
func (k Passkey) MarshalJSON() ([]byte, error) {
	return json.Marshal(stored{k.credential, byte(k.credential.Flags.ProtocolValue()), k.Created})
}

// UnmarshalJSON implements json.Unmarshaler.
func (k *Passkey) UnmarshalJSON(text []byte) error {
	var s stored
	err := json.Unmarshal(text, &s)
	s.Credential.Flags = webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(s.Flags))
	*k = Passkey{s.Credential, s.Created}
	return err
}

// ID returns the credential's id in base64url.
func (k Passkey) ID() string { return base64.RawURLEncoding.EncodeToString(k.credential.ID) }

// Attachment returns platform or cross-platform, "" if the browser did not say.
func (k Passkey) Attachment() string { return string(k.credential.Authenticator.Attachment) }

// Transports returns how the authenticator can be reached, such as usb; never nil.
func (k Passkey) Transports() []string {
	transports := []string{}
	for _, t := range k.credential.Transport {
		transports = append(transports, string(t))
	}
	return transports
}

// Follows reports whether k, as a signature has left it, may replace old: its counter has
// grown, or the authenticator counts nothing.
func (k Passkey) Follows(old Passkey) bool {
	before, now := old.credential.Authenticator.SignCount, k.credential.Authenticator.SignCount
	return now > before || (now == 0 && before == 0)
}

// Owner is the user whom a ceremony is for. ID is the user handle, which authenticators
// keep: at most 64 bytes.
type Owner struct {
	ID, Name string
	Passkeys []Passkey
}

// party is an Owner as the protocol's library takes it.
type party struct{ Owner }

func (p party) WebAuthnID() []byte          { return []byte(p.ID) }
func (p party) WebAuthnName() string        { return p.Name }
func (p party) WebAuthnDisplayName() string { return p.Name }

func (p party) WebAuthnCredentials() []webauthn.Credential {
	var all []webauthn.Credential
	for _, k := range p.Passkeys {
		all = append(all, k.credential)
	}
	return all
}
