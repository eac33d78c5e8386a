package main

import (
	"errors"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

const devicesPassword = "Correct-horse-7"

// A library that many apps have confirms its device, comes back on it without a code, and
// has to type one again when the device is not remembered or forgotten.
func TestR53_AmazonCognitoIdentityJSBringsItsDevice(t *testing.T) {
	t.Parallel()
	program := node("devices.mjs", "amazon-cognito-identity-js")
	if why := program.lacks(); why != "" {
		t.Skip(why)
	}
	pool, app := devicesPool(t, program)
	do := func(call string, given map[string]string) map[string]string {
		t.Helper()
		told, err := app.do(call, given)
		if err != nil {
			t.Fatalf("%s: %v", call, err)
		}
		return told
	}
	signsIn := func(code bool) map[string]string {
		t.Helper()
		told := do("signIn", map[string]string{"name": "ada", "password": devicesPassword})
		if (told["challenge"] != "") != code {
			t.Fatalf("a code is asked for: %v, want %v", told, code)
		}
		if code {
			sent, _ := pool.Code("ada")
			told = do("answer", map[string]string{"code": sent})
		}
		return told
	}
	first := signsIn(true)
	if first["device"] == "" || first["ask"] != "true" {
		t.Fatalf("the device is not confirmed: %v", first)
	}
	signsIn(true) // known, and not remembered
	do("remember", nil)
	if again := signsIn(false); again["device"] != first["device"] {
		t.Errorf("it came back on %v, not on %v", again, first)
	}
	if got := do("device", nil)["key"]; got != first["device"] || do("devices", nil)["count"] != "1" || do("refresh", nil)["valid"] != "true" {
		t.Errorf("the device is %s, not %s", got, first["device"])
	}
	do("unremember", nil)
	signsIn(true)
	do("forget", nil)
	var refused *refused
	if _, err := app.do("refresh", nil); !errors.As(err, &refused) || refused.Name != "NotAuthorizedException" {
		t.Errorf("the session of a forgotten device goes on: %v", err)
	}
	if fresh := signsIn(true); fresh["device"] == first["device"] || fresh["device"] == "" {
		t.Errorf("it came back on %v", fresh)
	}
}

// devicesPool starts a pool that asks its users whether to remember a device, with ada, and
// the program for it.
func devicesPool(t *testing.T, program program) (*userpool.Pool, *foreign) {
	t.Helper()
	const id, client = "eu-central-1_Devices", "app"
	pool, err := userpool.Start(userpool.Config{
		ID: id, Clients: []userpool.Client{{ID: client}}, MfaConfiguration: "ON", EnabledMfas: []string{"SMS_MFA"},
		Devices: &userpool.DeviceSettings{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true},
	}, nil, userpool.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	if _, err := pool.Import(userpool.ImportedUser{Username: "ada", Password: devicesPassword, Attributes: map[string]string{"phone_number": "+491701"}}); err != nil {
		t.Fatal(err)
	}
	app, err := program.start(t, nil, map[string]string{"endpoint": pool.URL() + "/", "pool": id, "client": client})
	if err != nil {
		t.Fatal(err)
	}
	return pool, app
}
