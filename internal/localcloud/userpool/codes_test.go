package userpool

import (
	"regexp"
	"testing"
	"time"
)

func TestACodeHasSixDigits(t *testing.T) {
	r := startRig(t, nil)
	r.signUp(t, ada)
	if code := r.mustCode(t, ada); !regexp.MustCompile(`^[0-9]{6}$`).MatchString(code) {
		t.Errorf("the code is %q", code)
	}
	if code, sent := r.Code("nobody@example.com"); sent {
		t.Errorf("nobody has the code %q", code)
	}
}

// A user has one code for each address and one for each other purpose.
func TestANewCodeEndsTheOldOneOfItsPurpose(t *testing.T) {
	kinds := map[string]code{
		"sign-up": {purpose: "signup", attribute: "email"}, "sign-up by SMS": {purpose: "signup", attribute: "phone_number"},
		"reset":       {purpose: "reset", attribute: "email"},
		"the address": {purpose: "attribute", attribute: "email"}, "the number": {purpose: "attribute", attribute: "phone_number"},
	}
	for name, c := range kinds {
		for of, old := range kinds {
			want := name == of || c.purpose == "signup" && old.purpose == "signup"
			if got := c.replaces(old); got != want {
				t.Errorf("a code for %s ends one for %s: %v", name, of, got)
			}
		}
	}
}

// A code is for its purpose alone, as long as it lives, and once.
func TestACodeIsForItsPurposeInItsTime(t *testing.T) {
	r, token := signedIn(t, nil)
	reset := func(code string) error {
		_, err := r.raw(t, "ConfirmForgotPassword", map[string]any{"ClientId": webClient, "Username": ada, "ConfirmationCode": code, "Password": longPassword})
		return err
	}
	ask := func() string {
		r.must(t, "ForgotPassword", map[string]any{"ClientId": webClient, "Username": ada})
		return r.mustCode(t, ada)
	}
	r.must(t, "GetUserAttributeVerificationCode", map[string]any{"AccessToken": *token, "AttributeName": "email"})
	address := r.mustCode(t, ada)
	wantRefusal(t, reset(address), "ExpiredCodeException", "Invalid code provided, please request a code again.")
	late := ask()
	wantRefusal(t, r.verify(t, token, "email", late), "CodeMismatchException", "Invalid verification code provided, please try again.")
	r.clock.pass(time.Hour + time.Second)
	wantRefusal(t, reset(late), "ExpiredCodeException", "Invalid code provided, please request a code again.")
	right := ask()
	r.clock.pass(time.Hour)
	if err := reset(right); err != nil {
		t.Errorf("after an hour: %v", err)
	}
	wantRefusal(t, reset(right), "ExpiredCodeException", "Invalid code provided, please request a code again.")
	token = r.login(t, ada, longPassword).AccessToken
	if err := r.verify(t, token, "email", address); err != nil {
		t.Errorf("the code for the address, after a new password: %v", err)
	}
}

// A sign-up code lives for a day and ends with the confirmation, as does the count of its tries.
func TestAConfirmationEndsItsCodeAndItsTries(t *testing.T) {
	r := startRig(t, nil)
	r.signUp(t, ada)
	for range hourlyTries - 1 {
		_, err := r.raw(t, "ConfirmSignUp", map[string]any{"ClientId": webClient, "Username": ada, "ConfirmationCode": "no"})
		wantCode(t, err, "CodeMismatchException")
	}
	if err := r.confirmUp(t, ada); err != nil {
		t.Fatal(err)
	}
	if code, left := r.Code(ada); left {
		t.Errorf("the code %s is left", code)
	}
	_, err := r.raw(t, "ConfirmSignUp", map[string]any{"ClientId": webClient, "Username": ada, "ConfirmationCode": "no"})
	wantRefusal(t, err, "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")

	r.signUp(t, "bea@example.com")
	r.clock.pass(codeLife)
	if err := r.confirmUp(t, "bea@example.com"); err != nil {
		t.Errorf("after a day: %v", err)
	}
}

// A code that two calls use counts for one of them.
func TestACodeIsTakenOnce(t *testing.T) {
	r := startRig(t, nil)
	r.signUp(t, ada)
	u := theUser(t, r, ada)
	c, _ := r.store.code(u.username, func(code) bool { return true })
	if !r.store.takeCode(u.username, c) || r.store.takeCode(u.username, c) {
		t.Error("the code is not taken once")
	}
}

func TestANumberIsMaskedButForFourDigits(t *testing.T) {
	for number, want := range map[string]string{"+1": "+*******+1", "+491": "+*******+491", "+4917": "+*******4917", "+491701234": "+*******1234"} {
		if got := maskPhone(number); got != want {
			t.Errorf("%s is shown as %s, want %s", number, got, want)
		}
	}
}

// RFC 9562, section 5.4.
func TestAUUIDHasItsVersionAndVariant(t *testing.T) {
	for want, bytes := range map[string]string{
		"00010203-0405-4607-8809-0a0b0c0d0e0f": "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f",
		"fffefdfc-fbfa-49f8-b7f6-f5f4f3f2f1f0": "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4\xf3\xf2\xf1\xf0",
	} {
		if got := asUUID([]byte(bytes)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
