package challenge

import (
	"errors"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

// What a person may be told. All of it is the app's to mend, not the person's:
// an app that knows the codes does the work again by itself.
var (
	Missing = deny.Refusal{Code: "challenge-missing", Sentence: "This app is too old to sign up with, please update it or reload the page", Meaning: "the sign-up brought no proof of work: the app does not send one, or not under the name challenge"}
	Invalid = deny.Refusal{Code: "challenge-invalid", Sentence: "The check against automated sign-ups failed, please try again", Meaning: "the proof of work is malformed, too easy, or was made for another address or phone number"}
	Expired = deny.Refusal{Code: "challenge-expired", Sentence: "The check against automated sign-ups took too long, please check your clock and try again", Meaning: "the proof of work is older than maxAge, or the device's clock is wrong"}
)

// Refusal gives what the person reads for an error of Verify: the zero Refusal
// for nil, Invalid for any that it does not know.
func Refusal(err error) deny.Refusal {
	switch {
	case err == nil:
		return deny.Refusal{}
	case errors.Is(err, ErrMissing):
		return Missing
	case errors.Is(err, ErrExpired):
		return Expired
	}
	return Invalid
}
