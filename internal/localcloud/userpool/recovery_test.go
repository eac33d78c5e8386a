package userpool

import (
	"slices"
	"testing"
)

// One channel must not both reset a password and prove the second factor.
func TestR54_WhatBringsTheSecondFactorBringsNoResetCode(t *testing.T) {
	both := []string{"email", "phone_number"}
	for name, c := range map[string]struct {
		recovery []string // nil is no AccountRecoverySetting
		mode     string
		on       []string
		want     string
	}{
		"no second factor":       {both, "OPTIONAL", nil, "email"},
		"e-mail":                 {both, "OPTIONAL", []string{email2}, "phone_number"},
		"a text message":         {[]string{"phone_number", "email"}, "OPTIONAL", []string{sms2}, "email"},
		"both":                   {both, "OPTIONAL", []string{email2, sms2}, ""},
		"an app":                 {both, "OPTIONAL", []string{totp2}, "email"},
		"the only channel":       {[]string{"phone_number"}, "OPTIONAL", []string{sms2}, ""},
		"turned on, but off":     {both, "OFF", []string{email2}, "email"},
		"demanded of everybody":  {both, "ON", nil, ""},
		"without the setting":    {nil, "OPTIONAL", []string{sms2, email2}, "phone_number"},
		"an administrator alone": {[]string{}, "OPTIONAL", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := startRig(t, func(c2 *Config, _ *Options) {
				c2.Recovery, c2.MfaConfiguration, c2.EnabledMfas = c.recovery, c.mode, []string{sms2, totp2, email2}
			})
			u := user{mfa: c.on, totp: map[bool]string{true: "x"}[slices.Contains(c.on, totp2)], attributes: map[string]string{
				"email": ada, "email_verified": "true", "phone_number": "+15550100", "phone_number_verified": "true",
			}}
			if got := r.recoveryAttribute(u); got != c.want {
				t.Errorf("a code goes to %q, want %q", got, c.want)
			}
		})
	}
}

func TestR51_RecoveryByAnAdministratorStandsAlone(t *testing.T) {
	mechanisms := func(names ...string) map[string]any {
		var all []any
		for i, name := range names {
			all = append(all, object{"Name": name, "Priority": i + 1})
		}
		return map[string]any{"PoolName": "p", "AccountRecoverySetting": object{"RecoveryMechanisms": all}}
	}
	for _, names := range [][]string{{"admin_only"}, {"verified_email", "verified_phone_number"}, {"admin_only", "verified_email"}} {
		settings, err := NewSettings(mechanisms(names...))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := settings.Config(); (err != nil) != (len(names) == 2 && names[0] == "admin_only") {
			t.Errorf("%q: %v", names, err)
		}
	}
}
