package userpool

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/passkey"
)

// PasskeySettings is AWS's WebAuthnConfigurationType. UserVerification is required or
// preferred, "" is preferred. FactorConfiguration is SINGLE_FACTOR or
// MULTI_FACTOR_WITH_USER_VERIFICATION, "" is SINGLE_FACTOR. RelyingPartyID is kept and has
// no effect: passkeys belong to localhost here.
type PasskeySettings struct {
	RelyingPartyID      string `json:"RelyingPartyId,omitempty"`
	UserVerification    string `json:",omitempty"`
	FactorConfiguration string `json:",omitempty"`
}

const (
	multiFactor = "MULTI_FACTOR_WITH_USER_VERIFICATION"
	// maxPasskeys is each user's (guide, "Authentication flows", passkey sign-in).
	maxPasskeys = 20
	// registrationLife is how long a registration can be completed; AWS names no figure.
	registrationLife = 5 * time.Minute
)

// check refuses what AWS does (API reference, WebAuthnConfigurationType).
func (s PasskeySettings) check(tier string) error {
	switch {
	case !slices.Contains([]string{"", "required", "preferred"}, s.UserVerification):
		return fmt.Errorf("WebAuthnConfiguration UserVerification %q: want required or preferred", s.UserVerification)
	case !slices.Contains([]string{"", "SINGLE_FACTOR", multiFactor}, s.FactorConfiguration):
		return fmt.Errorf("WebAuthnConfiguration FactorConfiguration %q: want SINGLE_FACTOR or %s", s.FactorConfiguration, multiFactor)
	case s != PasskeySettings{} && tier == "LITE":
		return errPlan("WebAuthnConfiguration")
	}
	return nil
}

// verification is what a ceremony demands: with passkeys for two factors the user is always
// verified (API reference, WebAuthnFactorConfigurationType).
func (s PasskeySettings) verification() passkey.Verification {
	if s.FactorConfiguration == multiFactor {
		return "required"
	}
	return passkey.Verification(s.UserVerification)
}

// registration is a passkey that waits for its authenticator.
type registration struct {
	passkey.Ceremony
	clientID string
	expires  time.Time
}

// owner is the user of a ceremony. The user handle is the sub: a user made again under the
// same name is another one.
func (u *user) owner() passkey.Owner {
	return passkey.Owner{ID: u.sub, Name: u.username, Passkeys: u.passkeys}
}

type startRegistrationOutput struct{ CredentialCreationOptions json.RawMessage }

// startWebAuthnRegistration replaces a registration that waits (API reference,
// StartWebAuthnRegistration, for the exceptions).
func (p *Pool) startWebAuthnRegistration(u user, client Client, _ ofHolder) (startRegistrationOutput, error) {
	if err := p.mayRegister(u); err != nil {
		return startRegistrationOutput{}, err
	}
	options, ceremony, err := u.owner().Register(p.mfaSettings().passkeys.verification(), registrationLife)
	if err != nil {
		return startRegistrationOutput{}, err
	}
	_, err = p.store.change(u.username, false, func(u *user) error {
		u.registering = &registration{ceremony, client.ID, p.now().Add(registrationLife)}
		return nil
	})
	return startRegistrationOutput{options}, err
}

func (p *Pool) mayRegister(u user) error {
	switch {
	case !slices.Contains(p.cfg().FirstFactors, byPasskey):
		return refuse("WebAuthnNotEnabledException", "WEB_AUTHN is not a first factor of the user pool")
	case cmp.Or(p.mfaSettings().passkeys.RelyingPartyID, p.cfg().Domain) == "":
		return refuse("WebAuthnConfigurationMissingException", "The user pool has neither a relying party id nor a domain")
	}
	return u.mayHaveAnother()
}

func (u *user) mayHaveAnother() error {
	if len(u.passkeys) >= maxPasskeys {
		return refuse("LimitExceededException", "The user has %d passkeys, which is the most", maxPasskeys)
	}
	return nil
}

type completeRegistrationInput struct {
	ofHolder
	Credential json.RawMessage
}

// completeWebAuthnRegistration uses the registration up, whatever the answer is worth.
func (p *Pool) completeWebAuthnRegistration(u user, client Client, in completeRegistrationInput) (empty, error) {
	var waiting *registration
	u, err := p.store.change(u.username, false, func(u *user) error {
		waiting, u.registering = u.registering, nil
		return nil
	})
	switch {
	case err != nil:
		return empty{}, err
	case waiting == nil || p.now().After(waiting.expires):
		return empty{}, errNoRegistration()
	case waiting.clientID != client.ID:
		return empty{}, refuse("WebAuthnClientMismatchException", "The registration was started by another app client")
	}
	if err := p.mayRegister(u); err != nil {
		return empty{}, err
	}
	made, err := waiting.Registered(u.owner(), in.Credential, p.now())
	if err != nil {
		return empty{}, registrationRefusal(err)
	}
	return empty{}, p.addPasskey(u, made)
}

func errNoRegistration() *APIError {
	return refuse("WebAuthnChallengeNotFoundException", "No registration waits for this answer: start one")
}

func registrationRefusal(err error) error {
	for cause, code := range map[error]string{
		passkey.ErrUnreadable: "InvalidParameterException", passkey.ErrOrigin: "WebAuthnOriginNotAllowedException",
		passkey.ErrRelyingParty: "WebAuthnRelyingPartyMismatchException", passkey.ErrUnsupported: "WebAuthnCredentialNotSupportedException",
	} {
		if errors.Is(err, cause) {
			return refuse(code, "%v", err)
		}
	}
	return errNoRegistration() // the answer to another challenge
}

// addPasskey stores a passkey whose id nobody has (Web Authentication, section 7.1).
func (p *Pool) addPasskey(u user, made passkey.Passkey) error {
	_, err := p.store.change(u.username, false, func(now *user) error {
		for _, other := range p.store.users {
			if other.passkey(made.ID()) >= 0 {
				return refuse("WebAuthnCredentialNotSupportedException", "The passkey is registered already")
			}
		}
		if now.sub != u.sub {
			return errNoUser()
		}
		if err := now.mayHaveAnother(); err != nil {
			return err
		}
		now.passkeys = append(now.passkeys, made)
		return nil
	})
	return err
}

// passkey returns the index of one of the user's passkeys, -1 if there is none of this id.
func (u *user) passkey(id string) int {
	return slices.IndexFunc(u.passkeys, func(k passkey.Passkey) bool { return k.ID() == id })
}

type listPasskeysInput struct {
	ofHolder
	paging
}

type passkeyType struct {
	CredentialID            string `json:"CredentialId"`
	FriendlyCredentialName  string
	RelyingPartyID          string `json:"RelyingPartyId"`
	AuthenticatorAttachment string `json:",omitempty"`
	AuthenticatorTransports []string
	CreatedAt               epoch
}

// listWebAuthnCredentials names every passkey alike: AWS does not say how it makes the
// friendly name.
func (p *Pool) listWebAuthnCredentials(u user, _ Client, in listPasskeysInput) (object, error) {
	return pageOf(p, passkeysList, in.paging, u.sub, u.passkeys, passkey.Passkey.ID, func(k passkey.Passkey) passkeyType {
		return passkeyType{k.ID(), "Passkey", passkey.RelyingParty, k.Attachment(), k.Transports(), epoch(k.Created)}
	})
}

type deletePasskeyInput struct {
	ofHolder
	CredentialID string `json:"CredentialId"`
}

func (p *Pool) deleteWebAuthnCredential(u user, _ Client, in deletePasskeyInput) (empty, error) {
	_, err := p.store.change(u.username, false, func(u *user) error {
		i := u.passkey(in.CredentialID)
		if i < 0 {
			return refuse("ResourceNotFoundException", "The user has no such passkey")
		}
		u.passkeys = slices.Delete(u.passkeys, i, i+1)
		return nil
	})
	return empty{}, err
}
