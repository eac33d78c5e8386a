// Package passkeytest is an authenticator in software, with the browser around it, for
// tests: one key for ES256 that attests nothing. It is written after the Web Authentication
// recommendation, not after package passkey, and shares nothing with it.
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Key is one credential. A test changes its fields to misbehave.
type Key struct {
	// Origin is the page's, RP the relying party that the key belongs to.
	Origin, RP string
	// Unverified leaves the user unverified.
	Unverified bool
	// Count is the counter of the last signature; it grows by one each time unless Still.
	Count uint32
	Still bool
	// Challenge, if not "", is signed instead of the one that was asked for.
	Challenge string

	id      []byte
	private *ecdsa.PrivateKey
	handle  string
}

// New returns a fresh key of a page at localhost.
func New() (*Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a passkey: %w", err)
	}
	id := make([]byte, 16)
	rand.Read(id)
	return &Key{Origin: "http://localhost:5173", RP: "localhost", id: id, private: private}, nil
}

// ID returns the credential's id in base64url.
func (k *Key) ID() string { return encode(k.id) }

// options are the members that an authenticator reads.
type options struct {
	Challenge string
	User      struct{ ID string }
}

// Register returns the RegistrationResponseJSON to creation options.
func (k *Key) Register(creation []byte) (json.RawMessage, error) {
	var asked options
	if err := json.Unmarshal(creation, &asked); err != nil {
		return nil, fmt.Errorf("reading creation options: %w", err)
	}
	k.handle = asked.User.ID
	client, err := k.clientData("webauthn.create", asked.Challenge)
	if err != nil {
		return nil, err
	}
	public, err := k.private.PublicKey.Bytes()
	if err != nil {
		return nil, fmt.Errorf("encoding a public key: %w", err)
	}
	x, y := public[1:33], public[33:]
	// A COSE key of ES256 (RFC 9053, section 7.1.1), in CBOR.
	cose := join([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, x, []byte{0x22, 0x58, 32}, y)
	data := join(k.authenticatorData(0x40), make([]byte, 16), []byte{0, byte(len(k.id))}, k.id, cose)
	object := join([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"), []byte{byte(len(data))}, data)
	return k.answer(map[string]any{"clientDataJSON": encode(client), "attestationObject": encode(object), "transports": []string{"internal"}})
}

// Sign returns the AuthenticationResponseJSON to request options.
func (k *Key) Sign(request []byte) (json.RawMessage, error) {
	var asked options
	if err := json.Unmarshal(request, &asked); err != nil {
		return nil, fmt.Errorf("reading request options: %w", err)
	}
	if !k.Still {
		k.Count++
	}
	client, err := k.clientData("webauthn.get", asked.Challenge)
	if err != nil {
		return nil, err
	}
	data, hash := k.authenticatorData(0), sha256.Sum256(client)
	signed := sha256.Sum256(join(data, hash[:]))
	signature, err := ecdsa.SignASN1(rand.Reader, k.private, signed[:])
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return k.answer(map[string]any{
		"clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature), "userHandle": k.handle,
	})
}

func (k *Key) answer(response map[string]any) (json.RawMessage, error) {
	return json.Marshal(map[string]any{
		"id": k.ID(), "rawId": k.ID(), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{"credProps": map[string]bool{"rk": true}}, "response": response,
	})
}

func (k *Key) clientData(ceremony, challenge string) ([]byte, error) {
	if k.Challenge != "" {
		challenge = k.Challenge
	}
	return json.Marshal(map[string]any{"type": ceremony, "challenge": challenge, "origin": k.Origin, "crossOrigin": false})
}

// authenticatorData begins with what every one has: the user is present.
func (k *Key) authenticatorData(flags byte) []byte {
	party := sha256.Sum256([]byte(k.RP))
	if flags |= 1; !k.Unverified {
		flags |= 4
	}
	return binary.BigEndian.AppendUint32(append(party[:], flags), k.Count)
}

func encode(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }

func join(parts ...[]byte) (all []byte) {
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}
