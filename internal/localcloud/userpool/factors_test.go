package userpool

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

func TestR53_AUsersFactorsAreListed(t *testing.T) {
	r := startPasskeys(t, func(c *Config) {
		c.MfaConfiguration, c.EnabledMfas = "OPTIONAL", []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}
	})
	access := r.login(t, "ada", longPassword).AccessToken
	wants := func(want string) {
		t.Helper()
		for operation, in := range map[string]map[string]any{"GetUserAuthFactors": {"AccessToken": *access}, "AdminGetUserAuthFactors": inPool("Username", "ada")} {
			out := r.must(t, operation, in)
			if got := fmt.Sprintf("%v %v %v", out["ConfiguredUserAuthFactors"], out["UserMFASettingList"], out["PreferredMfaSetting"]); got != want || out["Username"] != "ada" {
				t.Errorf("%s: %s, want %s", operation, got, want)
			}
		}
	}
	wants("[PASSWORD EMAIL_OTP] <nil> <nil>")
	r.registers(t, access)
	wants("[PASSWORD EMAIL_OTP WEB_AUTHN] <nil> <nil>")
	secret := r.enrols(t, access)
	r.must(t, "SetUserMFAPreference", map[string]any{"AccessToken": *access, "SoftwareTokenMfaSettings": map[string]any{"Enabled": true, "PreferredMfa": true}})
	wants("[PASSWORD SOFTWARE_TOKEN] [SOFTWARE_TOKEN_MFA] SOFTWARE_TOKEN_MFA")

	begun, err := r.tryLogin(t, "ada", longPassword)
	if err != nil || begun.ChallengeName != "SOFTWARE_TOKEN_MFA" {
		t.Fatalf("%+v, %v", begun, err)
	}
	r.must(t, "AdminDeleteSoftwareToken", inPool("Username", "ada"))
	r.clock.pass(30 * time.Second)
	_, err = r.answer(t, aws.String("SOFTWARE_TOKEN_MFA"), begun.Session, "ada", "SOFTWARE_TOKEN_MFA_CODE", r.app(secret))
	wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user.")
	wants("[PASSWORD EMAIL_OTP WEB_AUTHN] <nil> <nil>")
	r.login(t, "ada", longPassword)
	r.enrols(t, access)

	sms := []any{map[string]any{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}}
	r.must(t, "SetUserSettings", map[string]any{"AccessToken": *access, "MFAOptions": sms})
	wants("[PASSWORD SMS_OTP] [SMS_MFA] <nil>")
	r.must(t, "AdminSetUserSettings", inPool("Username", "ada", "MFAOptions", []any{}))
	wants("[PASSWORD EMAIL_OTP WEB_AUTHN] <nil> <nil>")
	_, err = r.raw(t, "AdminSetUserSettings", inPool("Username", "ada", "MFAOptions", []any{map[string]any{"DeliveryMedium": "EMAIL"}}))
	wantCode(t, err, "InvalidParameterException")
	_, err = r.raw(t, "AdminSetUserSettings", inPool("Username", "ada", "MFAOptions", []any{map[string]any{"DeliveryMedium": "SMS", "AttributeName": "email"}}))
	wantCode(t, err, "InvalidParameterException")
	r.must(t, "AdminDeleteSoftwareToken", inPool("Username", "ada"))
	_, err = r.raw(t, "SetUserMFAPreference", map[string]any{"AccessToken": *access, "SoftwareTokenMfaSettings": map[string]any{"Enabled": true}})
	wantCode(t, err, "InvalidParameterException") // it has to be set up again
	if _, err := r.api.GetUserAuthFactors(t.Context(), &idp.GetUserAuthFactorsInput{AccessToken: access}); err != nil {
		t.Error(err)
	}
}
