package invite

import (
	"errors"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

// What a person may be told. That an invite is for another address, for another
// app, or forged is one and the same to a stranger.
var (
	Missing = deny.Refusal{Code: "invite-missing", Sentence: "Sign-up is by invitation only, please use the link in your invitation"}
	Invalid = deny.Refusal{Code: "invite-invalid", Sentence: "This invitation cannot be used with this e-mail address, please check both"}
	Expired = deny.Refusal{Code: "invite-expired", Sentence: "This invitation has expired, please ask for a new one"}
	Closed  = deny.Refusal{Code: "sign-up-closed", Sentence: "Sign-up is closed at the moment"}
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
