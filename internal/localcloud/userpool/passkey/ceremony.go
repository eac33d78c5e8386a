package passkey

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Why an answer is refused. Errors wrap one of these.
var (
	ErrUnreadable   = errors.New("the credential cannot be read")
	ErrChallenge    = errors.New("the credential answers another challenge")
	ErrOrigin       = errors.New("the origin is not http or https at localhost")
	ErrRelyingParty = errors.New("the relying party is not localhost")
	ErrUnsupported  = errors.New("the credential does not prove what was asked for")
)

// Ceremony is a registration or a sign-in that waits for its answer. Its keeper must
// take one answer only, and none after its time.
type Ceremony struct{ session webauthn.SessionData }

// Verification is whether the authenticator must verify the user: required or preferred;
// "" is preferred, AWS's default (Amazon Cognito Developer Guide, "Authentication flows").
type Verification string

func (v Verification) requirement() protocol.UserVerificationRequirement {
	if v == "required" {
		return protocol.VerificationRequired
	}
	return protocol.VerificationPreferred
}

// library returns the protocol for one origin. What a browser adds unasked counts for
// nothing and is ignored.
func library(life time.Duration) (*webauthn.WebAuthn, error) {
	timeout := webauthn.TimeoutConfig{Timeout: life, TimeoutUVD: life}
	w, err := webauthn.New(&webauthn.Config{
		RPID: RelyingParty, RPDisplayName: RelyingParty, RPOrigins: []string{"http://" + RelyingParty},
		Timeouts:                          webauthn.TimeoutsConfig{Login: timeout, Registration: timeout},
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, fmt.Errorf("preparing WebAuthn: %w", err)
	}
	return w, nil
}

// Register begins the registration of one more passkey. The options are
// PublicKeyCredentialCreationOptionsJSON, with the members and values that Amazon Cognito
// documents (API reference, StartWebAuthnRegistration).
func (o Owner) Register(verify Verification, life time.Duration) (json.RawMessage, Ceremony, error) {
	w, err := library(life)
	if err != nil {
		return nil, Ceremony{}, err
	}
	exclude := []protocol.CredentialDescriptor{}
	for _, k := range o.Passkeys {
		exclude = append(exclude, k.credential.Descriptor())
	}
	key := func(alg webauthncose.COSEAlgorithmIdentifier) protocol.CredentialParameter {
		return protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: alg}
	}
	creation, session, err := w.BeginRegistration(party{o}, webauthn.WithExclusions(exclude),
		webauthn.WithCredentialParameters([]protocol.CredentialParameter{key(webauthncose.AlgES256), key(webauthncose.AlgRS256)}),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			RequireResidentKey: new(true), ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: verify.requirement(),
		}))
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("beginning a registration: %w", err)
	}
	return waiting(creation.Response, session)
}

// SignIn begins a sign-in with one of the owner's passkeys; an owner without any is an error.
// The options are PublicKeyCredentialRequestOptionsJSON.
func (o Owner) SignIn(verify Verification, life time.Duration) (json.RawMessage, Ceremony, error) {
	w, err := library(life)
	if err != nil {
		return nil, Ceremony{}, err
	}
	assertion, session, err := w.BeginLogin(party{o}, webauthn.WithUserVerification(verify.requirement()))
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("beginning a sign-in: %w", err)
	}
	return waiting(assertion.Response, session)
}

func waiting(options any, session *webauthn.SessionData) (json.RawMessage, Ceremony, error) {
	out, err := json.Marshal(options)
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("encoding the options of a ceremony: %w", err)
	}
	return out, Ceremony{*session}, nil
}

// Registered returns the passkey of an answer, a RegistrationResponseJSON.
func (c Ceremony) Registered(o Owner, answer []byte, now time.Time) (Passkey, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Passkey{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	w, err := c.judge(parsed.Response.CollectedClientData, parsed.Response.AttestationObject.AuthData)
	if err != nil {
		return Passkey{}, err
	}
	credential, err := w.CreateCredential(party{o}, c.session, parsed)
	if err != nil {
		return Passkey{}, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return Passkey{*credential, now}, nil
}

// Proven returns the owner's passkey that signed an answer, an AuthenticationResponseJSON,
// as the signature has left it: Follows tells whether it may count. verify is what is
// wanted by now, which may be more than when the ceremony began.
func (c Ceremony) Proven(o Owner, answer []byte, verify Verification) (Passkey, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Passkey{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if verify == "required" {
		c.session.UserVerification = protocol.VerificationRequired
	}
	w, err := c.judge(parsed.Response.CollectedClientData, parsed.Response.AuthenticatorData)
	if err != nil {
		return Passkey{}, err
	}
	credential, err := w.ValidateLogin(party{o}, c.session, parsed)
	if err != nil {
		return Passkey{}, fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	for _, k := range o.Passkeys {
		if bytes.Equal(k.credential.ID, credential.ID) {
			return Passkey{*credential, k.Created}, nil
		}
	}
	return Passkey{}, ErrUnsupported
}

// judge tells what is wrong apart as AWS does, and accepts the answer's own origin if it is
// one of localhost. The library judges the rest, and these again.
func (c *Ceremony) judge(client protocol.CollectedClientData, data protocol.AuthenticatorData) (*webauthn.WebAuthn, error) {
	origin, err := url.Parse(client.Origin)
	expected := sha256.Sum256([]byte(RelyingParty))
	switch {
	case client.Challenge != c.session.Challenge:
		return nil, ErrChallenge
	case err != nil || origin.Hostname() != RelyingParty || (origin.Scheme != "http" && origin.Scheme != "https"):
		return nil, fmt.Errorf("%w: %q", ErrOrigin, client.Origin)
	case !bytes.Equal(data.RPIDHash, expected[:]):
		return nil, ErrRelyingParty
	}
	c.session.Origin = client.Origin
	return library(time.Minute)
}
