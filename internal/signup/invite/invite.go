// Package invite makes and checks signed invites: a text that lets one e-mail address
// sign up until it expires.
//
// An operator signs invites with an Ed25519 key and sends each to its user; the app
// passes it to Cognito as validationData or clientMetadata under the name invite. The
// function has public keys only: its policy, memory or log let nobody make an invite.
// There is no list of invites, so nothing is looked up and nothing can be enumerated.
//
// An invite is base64url, without padding, of
//
//	version   1 byte, 1
//	key id    1 byte of length, then 1 to 16 letters
//	expiry    5 bytes, seconds since 1970, big-endian
//	client    1 byte of length, then 0 to 128 letters: the only app client that accepts it
//	signature 64 bytes, Ed25519
//
// The address is not in it. The signed message is a fixed prefix (a signature made for
// another purpose is not an invite), all that stands before the signature, and the
// address in its normal form: an invite for Ada@Example.com is one for ada@example.com. A
// lost invite does not tell its finder whose it is, and does not work with another
// address.
//
// An invite works for its address any number of times until it expires. Remembering that
// it was used would need a store in front of every sign-up, and the user must prove the
// address by its mail anyway. A second sign-up with it meets an address that is taken, or
// the same user. To revoke invites before they expire, remove their key from the policy.
//
// Each invite has one text: every other spelling of the same bytes is refused. A check
// costs at most one signature verification, whatever the number of keys, and none for a
// text that is not an invite.
//
// Everything here is pure and safe for concurrent use. No error holds any part of the
// invite or the address.
package invite

import (
	"crypto/ed25519"
	"errors"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

// The reasons to reject an invite. Compare them with errors.Is. An invite for another
// address cannot be distinguished from a forged one: both are ErrSignature.
var (
	ErrMissing   = errors.New("there is no invite")
	ErrMalformed = errors.New("the text is not an invite")
	ErrKey       = errors.New("the invite is signed with a key that is not in the policy")
	ErrSignature = errors.New("the invite is not for this address, or not genuine")
	ErrClient    = errors.New("the invite is for another app client")
	ErrExpired   = errors.New("the invite has expired")
)

// The refusals. An invite for another address, one for another app and a forged one have
// the same refusal: a stranger learns nothing.
var (
	Missing = deny.Refusal{Code: "invite-missing", Sentence: "Sign-up is by invitation only, please use the link in your invitation", Meaning: "the sign-up brought no invite: the user has none, or the app does not send it under the name invite"}
	Invalid = deny.Refusal{Code: "invite-invalid", Sentence: "This invitation cannot be used with this e-mail address, please check both", Meaning: "the invite is for another address or app client, is signed with a key that the policy does not have, or is damaged"}
	Expired = deny.Refusal{Code: "invite-expired", Sentence: "This invitation has expired, please ask for a new one", Meaning: "the invite is genuine and for this address, and its time is over"}
	Closed  = deny.Refusal{Code: "sign-up-closed", Sentence: "Sign-up is closed at the moment", Meaning: "the policy lets nobody sign up"}
)

// Refusal returns the refusal for an error of Verify: the zero Refusal for nil, Invalid
// for an unknown error.
func Refusal(err error) deny.Refusal {
	switch err {
	case nil:
		return deny.Refusal{}
	case ErrMissing:
		return Missing
	case ErrExpired:
		return Expired
	}
	return Invalid
}

// PublicKey verifies the invites that carry its id.
type PublicKey struct {
	// ID is 1 to 16 of a-z, 0-9 and inner hyphens.
	ID  string
	Key ed25519.PublicKey
}

// Holder is the user who presents an invite.
type Holder struct {
	// Email is the normal form of the address (email.Address.Normal). No invite is for
	// "".
	Email string
	// ClientID is the app client of the sign-up.
	ClientID string
}

// Verify returns nil if the token lets its holder in at this time: one of the keys signed
// it for this address, it has not expired (it expires at the second of its expiry), and
// it names this app client or none. Otherwise it returns one of this package's errors.
// Only a genuine invite is reported as expired or as for another client. Keys of a wrong
// length verify nothing; of two keys with one id the first counts.
func Verify(token string, keys []PublicKey, who Holder, now time.Time) error {
	if token == "" {
		return ErrMissing
	}
	var parsed fields
	if !parsed.parse(token) {
		return ErrMalformed
	}
	key := find(keys, parsed.keyID)
	if key == nil {
		return ErrKey
	}
	if !genuine(key, &parsed, who.Email) {
		return ErrSignature
	}
	if len(parsed.clientID) > 0 && string(parsed.clientID) != who.ClientID {
		return ErrClient
	}
	if now.Unix() >= parsed.expiry {
		return ErrExpired
	}
	return nil
}

// find returns the key with this id, or nil.
func find(keys []PublicKey, id []byte) ed25519.PublicKey {
	for i := range keys {
		if keys[i].ID == string(id) && len(keys[i].Key) == ed25519.PublicKeySize {
			return keys[i].Key
		}
	}
	return nil
}

// genuine reports whether the key signed the invite for this address.
func genuine(key ed25519.PublicKey, parsed *fields, address string) bool {
	if address == "" || len(address) > maxEmail {
		return false
	}
	var space [maxMessage]byte
	return ed25519.Verify(key, message(space[:0], parsed.head, address), parsed.signature)
}
