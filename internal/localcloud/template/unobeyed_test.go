package template

import (
	"slices"
	"testing"
)

// What acts, is harmless or is in no template is not named.
func TestR58_SettingsThatWouldStopTheStartAreNamed(t *testing.T) {
	got := Unobeyed(map[string]any{
		"UserPoolAddOns":       map[string]any{"AdvancedSecurityMode": "ENFORCED"},
		"LambdaConfig":         map[string]any{"CustomEmailSender": map[string]any{"LambdaArn": "arn", "LambdaVersion": "V1_0"}, "PreSignUp": "arn"},
		"MfaConfiguration":     "ON",
		"EmailConfiguration":   map[string]any{"SourceArn": "arn"},
		"NoSettingOfATemplate": "x",
	})
	want := []string{
		"LambdaConfig.CustomEmailSender (an object): the function is not called: codes are printed",
		"UserPoolAddOns.AdvancedSecurityMode (ENFORCED): sign-ins and passwords that threat protection blocks are accepted",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
