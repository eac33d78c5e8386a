// Package challenge checks proofs of work: that a client has spent processor time on this
// sign-up.
//
// It is for clients that cannot use a captcha vendor. A user waits a second once; a
// script that signs up a thousand addresses to flood them with mail, or a thousand
// numbers to earn on the text messages, pays a second for each, before Cognito sends
// anything. It stops nobody who has enough machines, and does not tell users from bots.
//
// A proof is a text of three decimal numbers,
//
//	1.<time>.<nonce>
//
// the version, the client's time in seconds since 1970, and a number below 2^53 that the
// client has searched for until
//
//	SHA-256(SHA-256(purpose "\n" time "\n" e-mail "\n" phone) ‖ nonce)
//
// begins with as many zero bits as the policy asks for; the nonce is eight bytes,
// big-endian. The inner hash makes every attempt one block of SHA-256, however long the
// address is. The client's half is infra/client/js/pow.mjs.
//
// No server issues the challenge and no secret is involved: a client cannot ask for one
// before a sign-up, and presignup has no store. This has limits:
//
//   - Replay: nothing remembers a proof. It is good any number of times for the same
//     e-mail address and phone number until it is MaxAge old. Cognito refuses a second
//     account with them where they are its user names or aliases; where users choose user
//     names, one proof serves as many accounts as fit into MaxAge, all with one address.
//     Keep MaxAge short.
//   - Work done ahead: the client states the time. An attacker can compute proofs for a
//     later hour, at the same price for each address.
//   - A client whose clock is slow by more than MaxAge, or fast by more than Leeway, is
//     refused until the clock is set.
//
// A proof that is harder than asked for is accepted. To raise the difficulty, raise it in
// the apps first, then in the policy.
//
// Everything here is pure and safe for concurrent use. No error holds any part of a proof
// or an address.
package challenge

import (
	"errors"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

// The reasons to reject a proof. Compare them with errors.Is.
var (
	ErrMissing   = errors.New("there is no proof of work")
	ErrMalformed = errors.New("the text is not a proof of work")
	ErrWork      = errors.New("the proof of work is not for this address, or not hard enough")
	ErrExpired   = errors.New("the proof of work is too old, or from the future")
)

// The refusals. The app must act on all of them, not the user: an app that knows the
// codes does the work again by itself.
var (
	Missing = deny.Refusal{Code: "challenge-missing", Sentence: "This app is too old to sign up with, please update it or reload the page", Meaning: "the sign-up brought no proof of work: the app does not send one, or not under the name challenge"}
	Invalid = deny.Refusal{Code: "challenge-invalid", Sentence: "The check against automated sign-ups failed, please try again", Meaning: "the proof of work is malformed, too easy, or was made for another address or phone number"}
	Expired = deny.Refusal{Code: "challenge-expired", Sentence: "The check against automated sign-ups took too long, please check your clock and try again", Meaning: "the proof of work is older than maxAge, or the device's clock is wrong"}
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

// Leeway is how far a client's clock may be fast.
const Leeway = 2 * time.Minute

// purpose begins the hashed text, so that work done for another use does not count.
const purpose = "cognito-triggers challenge 1"

// Demand is what a proof must show. The zero value asks for no proof: Verify accepts
// anything.
type Demand struct {
	// Bits is the number of leading zero bits.
	Bits int
	// MaxAge is how old a proof may be.
	MaxAge time.Duration
}

// Subject is what a proof is for: where Cognito is about to send something. A user who
// has neither is sent nothing, and all such users can share a proof.
type Subject struct {
	// Email is the attribute email with its ASCII letters in lower case: the normal form
	// of a usable address (email.Address.Normal), the text as sent of any other. "" if
	// absent.
	Email string
	// Phone is the attribute phone_number as it was sent, "" if absent.
	Phone string
}

// maxSubject bounds what is hashed; an address has 254 bytes and a number 16.
const maxSubject = 320

// sound reports whether the subject is short and without line breaks.
func (s Subject) sound() bool {
	return len(s.Email)+len(s.Phone) <= maxSubject && !strings.Contains(s.Email, "\n") && !strings.Contains(s.Phone, "\n")
}

// Verify returns nil if the proof is for this subject, hard enough, and neither too old
// nor from the future. It costs two hashes at most.
func Verify(proof string, who Subject, d Demand, now time.Time) error {
	if d.Bits <= 0 {
		return nil
	}
	if proof == "" {
		return ErrMissing
	}
	text, nonce, ok := parse(proof)
	if !ok {
		return ErrMalformed
	}
	if !who.sound() || zeros(work(text.time, who, nonce)) < d.Bits {
		return ErrWork
	}
	made := time.Unix(text.seconds, 0)
	if now.Sub(made) > d.MaxAge || made.Sub(now) > Leeway {
		return ErrExpired
	}
	return nil
}
