package userpool

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// Each step judges the settings as they are then: MFA that is turned off or on while a sign-in
// waits for a new password counts once the password is there. AWS does not say; that the
// second factor comes after the new password makes it so.
func TestR54_ANewPasswordAsksForWhatTheSettingsDemandThen(t *testing.T) {
	const asked = "NEW_PASSWORD_REQUIRED"
	for _, modes := range [][2]string{{"ON", "OFF"}, {"OFF", "ON"}, {"ON", "ON"}} {
		form.Check(t, 2, 5, 50, func(t *rapid.T) {
			m := startSignIns(t, map[string]int{}, map[string]int{})
			defer m.p.Close()
			must := func(name string, in, out any) {
				if err := m.call(t, name, in, out); err != nil {
					t.Fatal(name, err)
				}
			}
			mode := func(mode string) {
				must("SetUserPoolMfaConfig", object{
					"UserPoolId": poolUnderTest, "MfaConfiguration": mode, "SoftwareTokenMfaConfiguration": object{"Enabled": true},
					"WebAuthnConfiguration": object{"FactorConfiguration": multiFactor},
				}, nil)
			}
			mode(modes[0])
			must("AdminSetUserPassword", object{"UserPoolId": poolUnderTest, "Username": "ada", "Password": longPassword, "Permanent": false}, nil)
			var out authOutput
			must("InitiateAuth", object{"ClientId": webClient, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": object{"USERNAME": "ada", "PASSWORD": longPassword}}, &out)
			m.came(t, out, nil, waiting{first: true, demanded: m.demands()})
			if mode(modes[1]); out.ChallengeName != asked {
				t.Fatalf("%+v", out)
			}
			for range 20 { // some of them answer another challenge
				m.answer(t)
			}
			if tokens := m.reached["tokens"] > 0; tokens == m.demands() {
				t.Fatalf("MFA was %v: tokens %v, waits for %s", modes, tokens, m.sessions[m.newest].step)
			}
		})
	}
}
