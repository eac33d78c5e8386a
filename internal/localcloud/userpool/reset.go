package userpool

import (
	"cmp"
	"errors"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
)

type changePasswordInput struct {
	ofHolder
	PreviousPassword, ProposedPassword string
}

// changePassword fires no trigger (API reference, ChangePassword). A wrong old password counts
// as one at a sign-in; AWS documents no figure, and during a lock another exception (seen in
// aws-sdk-android#627).
func (p *Pool) changePassword(u user, _ Client, in changePasswordInput) (empty, error) {
	switch err := p.checkPassword(u, u.username, in.PreviousPassword); {
	case errors.Is(err, errLocked):
		return empty{}, errTooMany()
	case err != nil:
		return empty{}, err
	}
	if err := cmp.Or(p.cfg().PasswordPolicy.check(in.ProposedPassword), p.checkHistory(u, in.ProposedPassword)); err != nil {
		return empty{}, err
	}
	_, err := p.setPassword(u.username, in.ProposedPassword, func(*user) error { return nil })
	return empty{}, err
}

type adminResetInput struct {
	ofUser
	ClientMetadata map[string]string
}

// adminResetUserPassword makes the password invalid and sends a code to a verified
// address (API reference, AdminResetUserPassword). It fires CustomMessage alone;
// PostConfirmation fires when the code comes back.
func (p *Pool) adminResetUserPassword(u user, in adminResetInput) (empty, error) {
	if err := p.resettable(u, true); err != nil {
		return empty{}, err
	}
	u, err := p.store.change(u.username, false, func(u *user) error {
		u.renew(srp.Verifier{})
		u.status, u.modified = resetRequired, p.now()
		return nil
	})
	if err == nil {
		_, err = p.sendCode(u, "reset", p.recoveryAttribute(u), occasion{"ForgotPassword", noClient, in.ClientMetadata})
	}
	return empty{}, err
}
