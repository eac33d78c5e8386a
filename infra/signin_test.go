package infra

import (
	"reflect"
	"slices"
	"testing"
)

const (
	domainType   = "AWS::Cognito::UserPoolDomain"
	brandingType = "AWS::Cognito::ManagedLoginBranding"
)

func TestPasswordsAndClassicPagesAreAllUnlessAsked(t *testing.T) {
	tpl := ofStage(t, "prod")
	pool := tpl.properties(t, poolType, "Pool")
	if at(pool, "Policies", "SignInPolicy") != nil || pool["WebAuthnRelyingPartyID"] != nil || pool["WebAuthnUserVerification"] != nil {
		t.Errorf("%v", pool)
	}
	if version := tpl.properties(t, domainType, "Domain")["ManagedLoginVersion"]; version != nil || len(tpl.resources(brandingType)) != 0 {
		t.Errorf("pages of version %v", version)
	}
}

func TestPasskeysAndCodesByEmail(t *testing.T) {
	s := quiet(t, "prod")
	s.FirstFactors = []Factor{FactorPassword, FactorPasskey, FactorEmailOTP}
	s.Passkeys, s.Email.Identity = Passkeys{RelyingPartyID: "example.com", UserVerification: VerificationPreferred}, "login@example.org"
	web := s.Settings.Clients["web"]
	web.Flows = nil // by default, with the choice
	s.Settings.Clients["web"] = web
	tpl := synthesize(t, s)
	pool := tpl.properties(t, poolType, "Pool")
	factors := texts(at(pool, "Policies", "SignInPolicy", "AllowedFirstAuthFactors"))
	if slices.Sort(factors); !slices.Equal(factors, []string{"EMAIL_OTP", "PASSWORD", "WEB_AUTHN"}) {
		t.Errorf("factors %v", factors)
	}
	if pool["WebAuthnRelyingPartyID"] != "example.com" || pool["WebAuthnUserVerification"] != "preferred" || pool["UserPoolTier"] != "ESSENTIALS" ||
		pool["WebAuthnFactorConfiguration"] != nil {
		t.Errorf("%v", pool)
	}
	flows := texts(tpl.properties(t, clientType, "WebClient")["ExplicitAuthFlows"])
	if slices.Sort(flows); !slices.Equal(flows, []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"}) {
		t.Errorf("flows %v", flows)
	}
	if got := texts(tpl.properties(t, clientType, "MachineClient")["ExplicitAuthFlows"]); !slices.Equal(got, []string{"ALLOW_REFRESH_TOKEN_AUTH"}) {
		t.Errorf("the machine client's flows are %v", got)
	}
}

func TestManagedLoginHasPagesInAStyle(t *testing.T) {
	tpl := everything(t)
	if version := tpl.properties(t, domainType, "Domain")["ManagedLoginVersion"]; version != 2.0 {
		t.Errorf("version %v", version)
	}
	branding := tpl.resources(brandingType)["SuiteBrandingE122C5A6"]
	want := map[string]any{
		"ClientId": map[string]any{"Ref": "SuiteWebClientB66EBAF8"}, "UserPoolId": map[string]any{"Ref": "SuitePool5B9D4F59"}, "UseCognitoProvidedValues": true,
	}
	if !reflect.DeepEqual(branding["Properties"], want) {
		t.Errorf("branding %v", tpl.resources(brandingType))
	}
}
