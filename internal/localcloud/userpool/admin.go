package userpool

import (
	"cmp"
	"time"
)

type adminCreateUserInput struct {
	ofPool
	Username           string
	TemporaryPassword  string
	MessageAction      string
	ForceAliasCreation bool
	UserAttributes     []attribute
	ValidationData     []attribute
	ClientMetadata     map[string]string
	// DesiredDeliveryMediums are EMAIL and SMS, where an invitation goes.
	DesiredDeliveryMediums []string
}

type adminCreateUserOutput struct{ User userType }

// adminCreateUser implements AdminCreateUser. The trigger may refuse, but its three flags
// are ignored (guide, "Pre sign-up Lambda trigger"). Without a TemporaryPassword Cognito
// "generates one for you unless you have passwordless options active", and only a user with
// a password has to change it (API reference, AdminCreateUser).
func (p *Pool) adminCreateUser(in adminCreateUserInput) (adminCreateUserOutput, error) {
	if in.MessageAction == "RESEND" {
		return p.resendInvitation(in)
	}
	temporary := in.TemporaryPassword
	if temporary == "" && !p.passwordless() {
		temporary = p.cfg().PasswordPolicy.generate()
	}
	u, err := p.newUser(in.Username, temporary, attributeMap(in.UserAttributes))
	if err != nil {
		return adminCreateUserOutput{}, err
	}
	if u.status = confirmed; !u.password.IsZero() {
		u.status, u.temporaryUntil = forceChangePassword, p.temporaryUntil()
	}
	if _, err := p.firePreSignUp("AdminCreateUser", u, noClient, dataMap(in.ValidationData), in.ClientMetadata); err != nil {
		return adminCreateUserOutput{}, err
	}
	if err := p.store.add(u, in.ForceAliasCreation); err != nil {
		return adminCreateUserOutput{}, err
	}
	return adminCreateUserOutput{describeUser(u)}, p.invite(u, temporary, in)
}

func (p *Pool) temporaryUntil() time.Time {
	return p.now().AddDate(0, 0, p.cfg().PasswordPolicy.TemporaryPasswordValidityDays)
}

// invite sends the temporary password, which Code returns, whether or not the user has an
// address. A refusal of CustomMessage does not undo the user.
func (p *Pool) invite(u user, temporary string, in adminCreateUserInput) error {
	if in.MessageAction == "SUPPRESS" {
		return nil
	}
	for _, attribute := range u.reachedBy(in.DesiredDeliveryMediums) {
		c := code{value: temporary, purpose: "invitation", attribute: attribute, address: u.attributes[attribute], expires: u.temporaryUntil}
		if err := p.send(u, c, occasion{"AdminCreateUser", noClient, in.ClientMetadata}); err != nil {
			return err
		}
	}
	return nil
}

// reachedBy returns the attributes that messages of these mediums go to. Without any AWS
// takes SMS (API reference, AdminCreateUser); here a user without a number is reached by
// e-mail, so that Code has the password.
func (u *user) reachedBy(mediums []string) []string {
	var list []string
	for _, medium := range mediums {
		list = append(list, map[string]string{"EMAIL": "email", "SMS": "phone_number"}[medium])
	}
	switch {
	case len(list) > 0:
		return list
	case u.attributes["phone_number"] != "":
		return []string{"phone_number"}
	}
	return []string{"email"}
}

// resendInvitation renews the temporary password and its validity. AWS does not say
// whether it fires PreSignUp again; here it does not, as the user exists already.
func (p *Pool) resendInvitation(in adminCreateUserInput) (adminCreateUserOutput, error) {
	u, err := p.admin(in.UserPoolID, in.Username)
	if err != nil {
		return adminCreateUserOutput{}, err
	}
	temporary := cmp.Or(in.TemporaryPassword, p.cfg().PasswordPolicy.generate())
	if err := p.cfg().PasswordPolicy.check(temporary); err != nil {
		return adminCreateUserOutput{}, err
	}
	verifier := p.verifier(u.username, temporary)
	u, err = p.store.change(u.username, false, func(u *user) error {
		if u.status != forceChangePassword {
			return refuse("UnsupportedUserStateException", "Resend not possible. %s", u.status)
		}
		u.renew(verifier)
		u.temporaryUntil, u.modified = p.temporaryUntil(), p.now()
		return nil
	})
	if err != nil {
		return adminCreateUserOutput{}, err
	}
	return adminCreateUserOutput{describeUser(u)}, p.invite(u, temporary, in)
}

type adminPasswordInput struct {
	ofUser
	Password  string
	Permanent bool
}

// adminSetUserPassword, adminDisableUser and adminEnableUser fire no trigger: the API models no Lambda exception for them. A permanent password makes any
// user CONFIRMED, also a user of an external provider (API reference,
// AdminSetUserPassword).
func (p *Pool) adminSetUserPassword(u user, in adminPasswordInput) (empty, error) {
	if err := p.cfg().PasswordPolicy.check(in.Password); err != nil {
		return empty{}, err
	}
	if in.Permanent {
		if err := p.checkHistory(u, in.Password); err != nil {
			return empty{}, err
		}
		_, err := p.setPassword(u.username, in.Password, func(*user) error { return nil })
		return empty{}, err
	}
	verifier := p.verifier(u.username, in.Password)
	_, err := p.store.change(u.username, false, func(u *user) error {
		u.renew(verifier)
		u.temporaryUntil, u.modified = p.temporaryUntil(), p.now()
		u.status = forceChangePassword
		return nil
	})
	return empty{}, err
}

// adminDisableUser "revokes all access tokens" (API reference, AdminDisableUser).
func (p *Pool) adminDisableUser(u user, _ ofUser) (empty, error) {
	err := p.setEnabled(u, false)
	if err == nil {
		p.store.signOut(u.username)
	}
	return empty{}, err
}

func (p *Pool) adminEnableUser(u user, _ ofUser) (empty, error) {
	return empty{}, p.setEnabled(u, true)
}

func (p *Pool) setEnabled(u user, enabled bool) error {
	_, err := p.store.change(u.username, false, func(u *user) error {
		u.enabled, u.modified = enabled, p.now()
		return nil
	})
	return err
}
