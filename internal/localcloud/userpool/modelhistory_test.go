package userpool

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// Histories that the random tests reach once in some thousand.

func (m *signIns) must(t *rapid.T, name string, in, out any) {
	if err := m.call(t, name, in, out); err != nil {
		t.Fatal(name, err)
	}
}

func (m *signIns) mfa(t *rapid.T, mode string) {
	m.must(t, "SetUserPoolMfaConfig", object{
		"UserPoolId": poolUnderTest, "MfaConfiguration": mode, "SoftwareTokenMfaConfiguration": object{"Enabled": true},
		"WebAuthnConfiguration": object{"FactorConfiguration": multiFactor},
	}, nil)
}

func (m *signIns) signsIn(t *rapid.T) (out authOutput) {
	params := object{"USERNAME": "ada", "PASSWORD": longPassword}
	m.must(t, "InitiateAuth", object{"ClientId": webClient, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": params}, &out)
	m.came(t, out, nil, waiting{first: true, demanded: m.demands()})
	return out
}

// Each step judges the settings as they are then: MFA that is turned off or on while a sign-in
// waits for a new password counts once the password is there. AWS does not say; that the
// second factor comes after the new password makes it so.
func TestR54_ANewPasswordAsksForWhatTheSettingsDemandThen(t *testing.T) {
	for _, modes := range [][2]string{{"ON", "OFF"}, {"OFF", "ON"}, {"ON", "ON"}} {
		form.Check(t, 2, 5, 50, func(t *rapid.T) {
			m := startSignIns(t, map[string]int{}, map[string]int{})
			defer m.p.Close()
			m.mfa(t, modes[0])
			m.must(t, "AdminSetUserPassword", object{"UserPoolId": poolUnderTest, "Username": "ada", "Password": longPassword, "Permanent": false}, nil)
			if out := m.signsIn(t); out.ChallengeName != "NEW_PASSWORD_REQUIRED" {
				t.Fatalf("%+v", out)
			}
			m.mfa(t, modes[1])
			for range 20 { // some of them answer another challenge
				m.answer(t)
			}
			if tokens := m.reached["tokens"] > 0; tokens == m.demands() {
				t.Fatalf("MFA was %v: tokens %v, waits for %s", modes, tokens, m.sessions[m.newest].step)
			}
		})
	}
}

// MFA_SETUP has no proof of its own: that the software token was verified is in the session.
func TestR54_AnyRequestMayEndASetUp(t *testing.T) {
	form.Check(t, 2, 5, 50, func(t *rapid.T) {
		m := startSignIns(t, map[string]int{}, map[string]int{})
		defer m.p.Close()
		m.mfa(t, "ON")
		begun := m.signsIn(t)
		var secret, verified softwareTokenOutput
		var ended authOutput
		m.must(t, "AssociateSoftwareToken", object{"Session": begun.Session}, &secret)
		m.must(t, "VerifySoftwareToken", object{"Session": secret.Session, "UserCode": totpCode(secret.SecretCode, m.clock.now().Unix()/30)}, &verified)
		m.sessions[verified.Session] = waiting{step: "MFA_SETUP", first: true, demanded: true, totp: secret.SecretCode}
		body := object{"ClientId": webClient, "ChallengeName": "MFA_SETUP", "Session": verified.Session, "ChallengeResponses": object{"USERNAME": "ada"}}
		m.must(t, "RespondToAuthChallenge", body, &ended)
		w := &world{signIns: m}
		w.refreshed(t, "RespondToAuthChallenge", body, ended.AuthenticationResult)
	})
}
