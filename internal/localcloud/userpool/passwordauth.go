package userpool

import "cmp"

// passwordAuth begins a sign-in with a password that the client sends.
func (p *Pool) passwordAuth(client Client, in initiateAuthInput) (authOutput, error) {
	params := in.AuthParameters
	u, err := p.proven(client, params["USERNAME"], params["PASSWORD"], in.ClientMetadata)
	if err != nil {
		return authOutput{}, err
	}
	return p.admitted(u, client, nil)
}

// proven returns the user whose name and password these are, at the start of a sign-in.
func (p *Pool) proven(client Client, name, password string, validation map[string]string) (user, error) {
	if err := p.migrateAtSignIn(client, name, password, validation); err != nil {
		return user{}, err
	}
	u, err := p.begins(client, name, validation, p.claimant)
	if err != nil {
		return user{}, err
	}
	return u, p.checkPassword(u, name, password)
}

// checkPassword counts wrong passwords of an unknown user, too: a lock must not tell that
// the user exists.
func (p *Pool) checkPassword(u user, typed, password string) error {
	return p.judge(p.lockOf(u, typed), func() error {
		switch {
		case u.imported != "":
			return p.proveImported(u, password)
		case !p.hasPassword(u, password):
			return errIncorrect()
		}
		return nil
	})
}

// proveImported replaces an imported hash by a verifier once its password was right (guide,
// "Importing users with password hashes", transparent migration). Until then a sign-in by SRP
// goes as with a wrong password: AWS says that it cannot be used, not how it is refused.
func (p *Pool) proveImported(u user, password string) error {
	if !matchesImported(u.imported, password) {
		return errIncorrect()
	}
	verifier := p.verifier(u.username, password)
	u, err := p.store.change(u.username, false, func(now *user) error {
		if now.imported == u.imported { // no other sign-in was first
			now.renew(verifier)
		}
		return nil
	})
	if err == nil && !p.hasPassword(u, password) {
		err = errIncorrect() // another password was set meanwhile
	}
	return err
}

// lockOf returns the name that attempts count under: for an unknown user the same in every
// flow, as for a known one.
func (p *Pool) lockOf(u user, typed string) string {
	return cmp.Or(u.username, p.simulatedName(typed))
}

// claimant returns the user that a client names before it proves anything. An unknown user
// is told apart if the client does not prevent that (guide, "Managing user existence error
// responses"); otherwise a user without a password stands for it. That UNCONFIRMED is told
// without a proof is intended (amazon-cognito-identity-js#288; aws-sdk-js#4608 for a
// password).
func (p *Pool) claimant(client Client, name string) (user, error) {
	u, known := p.store.find(name)
	switch {
	case !known && !client.PreventUserExistenceErrors:
		return user{}, errNoUser()
	case known && u.status == unconfirmed:
		return user{}, refuse("UserNotConfirmedException", "User is not confirmed.")
	case known && u.enabled && u.status == resetRequired:
		// An imported user has no password that could be wrong (guide, "Importing users
		// from a CSV file").
		return user{}, errResetRequired()
	}
	return u, nil
}

func errResetRequired() *APIError {
	return refuse("PasswordResetRequiredException", "Password reset required for the user")
}
