// Package invite makes and checks signed invites: a text that lets one e-mail
// address sign up until it expires.
//
// An operator signs invites at home with an Ed25519 key and sends each to its
// person; the app hands it to Cognito as validationData or clientMetadata under
// the name invite. The function holds public keys only: whoever reads its
// policy, its memory or its log can invite nobody. No list of invites exists
// anywhere, so nothing is looked up and nothing can be enumerated.
//
// An invite is base64url, without padding, of
//
//	version   1 byte, 1
//	key id    1 byte of length, then 1 to 16 letters
//	expiry    5 bytes, seconds since 1970, big-endian
//	client    1 byte of length, then 0 to 128 letters: the app client that alone takes it
//	signature 64 bytes, Ed25519
//
// The address is not in it. It is the last part of what is signed (after a fixed
// prefix, which keeps a signature made for something else from being an invite,
// and all that stands before the signature), in its normal form: an invite for
// Ada@Example.com is one for ada@example.com. An invite that gets lost tells its
// finder neither whose it is nor lets the finder sign up with another address.
//
// An invite is good for its address any number of times until it expires. That
// is on purpose: to forget that it was used would need a store in front of every
// sign-up, and whoever signs up has to prove the address by its mail anyway. A
// second sign-up with it meets an address that is taken, or the same person. To
// call invites back before they expire, take their key out of the policy.
//
// There is one text for each invite: every other spelling of the same bytes is
// refused. Check a text as often as you like: it costs one signature check at
// most, whatever the number of keys, and none for what is no invite.
//
// Everything here is pure and safe for concurrent use. No error holds any part
// of the invite or the address.
package invite

import (
	"crypto/ed25519"
	"errors"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

// The ways in which an invite does not let its bearer in. Compare them with
// errors.Is. An invite for somebody else cannot be told from a forged one: both
// are ErrSignature.
var (
	ErrMissing   = errors.New("there is no invite")
	ErrMalformed = errors.New("the text is no invite")
	ErrKey       = errors.New("the invite is signed with a key that is not in the policy")
	ErrSignature = errors.New("the invite is not for this address, or not genuine")
	ErrClient    = errors.New("the invite is for another app client")
	ErrExpired   = errors.New("the invite has expired")
)

// What a person may be told. That an invite is for another address, for another
// app, or forged is one and the same to a stranger.
var (
	Missing = deny.Refusal{Code: "invite-missing", Sentence: "Sign-up is by invitation only, please use the link in your invitation", Meaning: "the sign-up brought no invite: the person has none, or the app does not send it under the name invite"}
	Invalid = deny.Refusal{Code: "invite-invalid", Sentence: "This invitation cannot be used with this e-mail address, please check both", Meaning: "the invite is for another address or app client, is signed with a key that the policy does not have, or is damaged"}
	Expired = deny.Refusal{Code: "invite-expired", Sentence: "This invitation has expired, please ask for a new one", Meaning: "the invite is genuine and for this address, and its time is over"}
	Closed  = deny.Refusal{Code: "sign-up-closed", Sentence: "Sign-up is closed at the moment", Meaning: "the policy lets nobody sign up"}
)

// Refusal gives what the person reads for an error of Verify: the zero Refusal
// for nil, Invalid for any that it does not know.
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

// PublicKey checks the invites that carry its id.
type PublicKey struct {
	// ID is 1 to 16 of a-z, 0-9 and the hyphen, not a hyphen at either end.
	ID  string
	Key ed25519.PublicKey
}

// Holder is who brings an invite.
type Holder struct {
	// Email is the normal form of the address (email.Address.Normal). "" has no
	// invite.
	Email string
	// ClientID is the app client through which the person comes.
	ClientID string
}

// Verify gives nil when the token lets its holder in at this time: it is signed
// by one of the keys for this very address, it has not expired (at the second of
// its expiry it has), and it names this app client or none. Otherwise it gives
// one of this package's errors. That it is expired or for another client is said
// only of a genuine one. Keys of a wrong length verify nothing; of two keys with
// one id the first counts.
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

// find gives the key with this id, or nil.
func find(keys []PublicKey, id []byte) ed25519.PublicKey {
	for i := range keys {
		if keys[i].ID == string(id) && len(keys[i].Key) == ed25519.PublicKeySize {
			return keys[i].Key
		}
	}
	return nil
}

// genuine reports whether the signature is the key's for this address.
func genuine(key ed25519.PublicKey, parsed *fields, address string) bool {
	if address == "" || len(address) > maxEmail {
		return false
	}
	var space [maxMessage]byte
	return ed25519.Verify(key, message(space[:0], parsed.head, address), parsed.signature)
}
