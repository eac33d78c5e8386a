package userpool

import (
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
)

// verifier returns what the pool keeps of a user's password. It takes about a
// millisecond.
func (p *Pool) verifier(username, password string) srp.Verifier {
	return srp.NewVerifier(srp.Identity(p.cfg().ID, username), password)
}

// hasPassword reports whether it is this one.
func (p *Pool) hasPassword(u user, password string) bool {
	return u.password.Matches(srp.Identity(p.cfg().ID, u.username), password)
}

// setPassword sets a chosen password and makes the user CONFIRMED. guard runs first and
// may refuse.
func (p *Pool) setPassword(username, password string, guard func(*user) error) (user, error) {
	verifier := p.verifier(username, password)
	u, err := p.store.change(username, false, func(u *user) error {
		if err := guard(u); err != nil {
			return err
		}
		u.renew(verifier)
		u.temporaryUntil = time.Time{}
		u.status, u.modified = confirmed, p.now()
		return nil
	})
	if err == nil {
		p.store.dropCodes(username)
	}
	return u, err
}

// forgotPassword sends a code to a verified address only (guide, "Resetting user
// passwords"). If the client prevents user existence errors, an unknown, disabled or
// unreachable user gets a simulated delivery (guide, "Managing user existence error
// responses").
func (p *Pool) forgotPassword(in resendInput) (deliveryOutput, error) {
	client, err := p.client(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return deliveryOutput{}, err
	}
	u, ok := p.store.find(in.Username)
	if err := p.tryCode("reset", p.lockOf(u, in.Username)); err != nil {
		return deliveryOutput{}, err
	}
	if !ok {
		if err := p.migrate(migration{source: "ForgotPassword", typed: in.Username, client: client, metadata: in.ClientMetadata}); err != nil {
			return deliveryOutput{}, err
		}
		u, ok = p.store.find(in.Username)
	}
	refusal := p.resettable(u, ok)
	switch {
	case refusal == nil:
		delivery, err := p.sendCode(u, "reset", p.recoveryAttribute(u), occasion{"ForgotPassword", client.ID, in.ClientMetadata})
		return deliveryOutput{delivery}, err
	case client.PreventUserExistenceErrors:
		return deliveryOutput{simulatedDelivery(in.Username)}, nil
	}
	return deliveryOutput{}, refusal
}

func (p *Pool) resettable(u user, known bool) error {
	switch {
	case !known:
		return errNoUserForClient()
	case !u.enabled:
		return errDisabled()
	case u.status == forceChangePassword || u.status == externalProvider:
		return notAuthorized("User password cannot be reset in the current state.")
	case p.recoveryAttribute(u) == "":
		return invalidParameter("Cannot reset password for the user as there is no registered/verified email or phone_number")
	}
	return nil
}

type confirmForgotInput struct {
	ClientID         string `json:"ClientId"`
	SecretHash       string
	Username         string
	ConfirmationCode string
	Password         string
	ClientMetadata   map[string]string
}

// confirmForgotPassword fires PostConfirmation_ConfirmForgotPassword. The password is
// changed before the trigger runs, whatever the trigger answers (guide, "Post
// confirmation Lambda trigger").
func (p *Pool) confirmForgotPassword(in confirmForgotInput) (empty, error) {
	client, err := p.client(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return empty{}, err
	}
	if err := p.cfg().PasswordPolicy.check(in.Password); err != nil {
		return empty{}, err // before the user is looked for, so that it does not tell one
	}
	u, ok := p.store.find(in.Username)
	if err := p.tryCode("reset", p.lockOf(u, in.Username)); err != nil {
		return empty{}, err
	}
	if !ok || (!u.enabled && client.PreventUserExistenceErrors) {
		return empty{}, client.unknownCodeUser()
	}
	if !u.enabled {
		return empty{}, errDisabled()
	}
	c, err := p.checkCode(u.username, "reset", "", in.ConfirmationCode)
	if err == nil {
		err = p.checkHistory(u, in.Password)
	}
	if err != nil {
		return empty{}, err
	}
	if !p.store.takeCode(u.username, c) {
		return empty{}, errCodeExpired()
	}
	p.store.forgiveTries("reset", u.username)
	u, err = p.setPassword(u.username, in.Password, func(*user) error { return nil })
	if err != nil {
		return empty{}, err
	}
	return empty{}, p.firePostConfirmation(u, "ConfirmForgotPassword", client.ID, in.ClientMetadata)
}
