package invite

import (
	"errors"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
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
