package userpool

import "github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"

type changePasswordInput struct {
	ofHolder
	PreviousPassword, ProposedPassword string
}

// changePassword fires no trigger (API reference, ChangePassword).
func (p *Pool) changePassword(u user, _ Client, in changePasswordInput) (empty, error) {
	if !p.hasPassword(u, in.PreviousPassword) {
		return empty{}, errIncorrect()
	}
	if err := p.cfg().PasswordPolicy.check(in.ProposedPassword); err != nil {
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
		u.password, u.status, u.modified = srp.Verifier{}, resetRequired, p.now()
		return nil
	})
	if err == nil {
		_, err = p.sendCode(u, "reset", p.recoveryAttribute(u), occasion{"ForgotPassword", noClient, in.ClientMetadata})
	}
	return empty{}, err
}
