package localcloud

import (
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
)

func TestR54_SettingsOfASignInReachThePool(t *testing.T) {
	config := poolConfig(&template.Stack{Pool: &template.Pool{MfaConfiguration: "ON", EnabledMfas: []string{"SMS_MFA"}, FirstFactors: []string{"PASSWORD"}}})
	if config.MfaConfiguration != "ON" || !slices.Equal(config.EnabledMfas, []string{"SMS_MFA"}) || !slices.Equal(config.FirstFactors, []string{"PASSWORD"}) {
		t.Errorf("the pool is started with %+v", config)
	}
}
