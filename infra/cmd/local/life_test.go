package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"
)

// life is what a user of the pool does with a client that others wrote. The client knows the
// user by an address and a password only; its tokens go with every call.
type life struct {
	*foreign
	// mailed returns the code that was sent last.
	mailed func() (string, bool)
	says   words
	// email, password, name, sub, and the tokens of the last sign-in.
	user map[string]string
	// verifiers judge its tokens as those of the app client.
	verifiers map[string]verify
	client    string
}

// words are the refusals as the client tells them.
type words struct{ unconfirmed, wrong, mismatch, badTOTP, revoked, stale string }

// The sentences of the service, which its own clients pass on.
var serviceSays = words{
	unconfirmed: "UserNotConfirmedException: User is not confirmed.",
	wrong:       "NotAuthorizedException: Incorrect username or password.",
	mismatch:    "CodeMismatchException: Invalid verification code provided, please try again.",
	badTOTP:     "CodeMismatchException: Invalid code received for user",
	revoked:     "NotAuthorizedException: Access Token has been revoked",
	stale:       "NotAuthorizedException: Invalid Refresh Token",
}

// lifeStep is one column of the table of results.
type lifeStep struct {
	title string
	run   func() error
}

func (l *life) steps() []lifeStep {
	return []lifeStep{
		{"sign up", l.signUp},
		{"confirm", l.confirm},
		{"sign in", l.signIn},
		{"verify", l.verify},
		{"refresh", l.refresh},
		{"change", l.change},
		{"reset", l.reset},
		{"TOTP", l.secondFactor},
		{"sign out", l.signOut},
	}
}

// ask makes a call with what the user knows, and with more as pairs of name and value.
func (l *life) ask(call string, more ...string) (map[string]string, error) {
	given := maps.Clone(l.user)
	for i := 0; i < len(more); i += 2 {
		given[more[i]] = more[i+1]
	}
	told, err := l.do(call, given)
	if why := (*refused)(nil); errors.As(err, &why) {
		return nil, fmt.Errorf("%s: %w", call, why)
	}
	return told, err
}

// refuses makes a call that must be refused in these words.
func (l *life) refuses(want, call string, more ...string) error {
	told, err := l.ask(call, more...)
	why := (*refused)(nil)
	switch {
	case err == nil:
		return fmt.Errorf("%s was not refused: %v", call, told)
	case !errors.As(err, &why):
		return err
	case why.Error() != want:
		return fmt.Errorf("%s: got %q, want %q\n%s", call, why, want, why.Stack)
	}
	return nil
}

func (l *life) signUp() error {
	told, err := l.ask("signUp")
	if err != nil {
		return err
	}
	l.user["sub"] = told["sub"]
	return l.refuses(l.says.unconfirmed, "signIn")
}

func (l *life) confirm() error {
	code, _ := l.mailed()
	_, err := l.ask("confirm", "code", code)
	return err
}

func (l *life) signIn() error {
	if err := l.refuses(l.says.wrong, "signIn", "password", "Wrong-"+l.user["password"]); err != nil {
		return err
	}
	if err := l.enter(); err != nil {
		return err
	}
	if !l.offers("user") {
		return nil
	}
	told, err := l.ask("user")
	if err == nil && (told["sub"] != l.user["sub"] || told["email"] != l.user["email"]) {
		err = fmt.Errorf("user: %v", told)
	}
	return err
}

// verify shows the tokens to verifiers that others wrote.
func (l *life) verify() error {
	var errs []error
	for name, verify := range l.verifiers {
		for _, use := range []string{"id", "access"} {
			if err := verify(l.user[use], use, l.client); err != nil {
				errs = append(errs, fmt.Errorf("%s, %s token: %w", name, use, err))
			}
		}
	}
	return errors.Join(errs...)
}

// enter signs in with the password alone.
func (l *life) enter() error {
	told, err := l.ask("signIn")
	if err != nil {
		return err
	}
	return l.hold(told)
}

// hold keeps the tokens and looks at whose they are. A refresh may return no refresh token:
// the old one stays.
func (l *life) hold(told map[string]string) error {
	maps.DeleteFunc(told, func(_, value string) bool { return value == "" })
	maps.Copy(l.user, told)
	access, id := claims(told["access"]), claims(told["id"])
	if l.user["sub"] == "" { // a page does not tell it
		l.user["sub"], _ = access["sub"].(string)
	}
	if access["sub"] != l.user["sub"] || id["sub"] != l.user["sub"] || id["email"] != l.user["email"] || l.user["refresh"] == "" {
		return fmt.Errorf("challenge %q, access token %v, ID token %v", told["challenge"], access, id)
	}
	return nil
}

// claims are a token's, unverified: the verifiers have a test of their own.
func claims(token string) (says map[string]any) {
	if parts := strings.Split(token, "."); len(parts) == 3 {
		payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
		_ = json.Unmarshal(payload, &says)
	}
	return says
}

func (l *life) refresh() error {
	before := claims(l.user["access"])["jti"]
	told, err := l.ask("refresh")
	if err != nil {
		return err
	}
	if claims(told["access"])["jti"] == before {
		return errors.New("refresh: the access token is the old one")
	}
	return l.hold(told)
}

func (l *life) change() error {
	if _, err := l.ask("change", "next", "Another-🐎-horse-8"); err != nil {
		return err
	}
	return l.now("Another-🐎-horse-8")
}

// now signs in with the new password, and not with the one before.
func (l *life) now(password string) error {
	if err := l.refuses(l.says.wrong, "signIn"); err != nil {
		return err
	}
	l.user["password"] = password
	return l.enter()
}

func (l *life) reset() error {
	if _, err := l.ask("forgot"); err != nil {
		return err
	}
	code, _ := l.mailed()
	const password = "0 ﬁnal–Wörd-日本-9"
	if err := l.refuses(l.says.mismatch, "reset", "code", otherCode(code), "password", password); err != nil {
		return err
	}
	if _, err := l.ask("reset", "code", code, "password", password); err != nil {
		return err
	}
	return l.now(password)
}

// otherCode returns a code that is not this one.
func otherCode(code string) string {
	n, _ := strconv.Atoi(code)
	return fmt.Sprintf("%06d", (n+500_000)%1_000_000)
}

// secondFactor enrols an authenticator app. The next sign-in's code is of the next half
// minute, which is valid already: a code counts once.
func (l *life) secondFactor() error {
	made, err := l.ask("associate")
	if err != nil {
		return err
	}
	code := func(after time.Duration) (string, error) {
		told, err := l.ask("code", "secret", made["secret"], "at", fmt.Sprint(time.Now().Add(after).Unix()))
		return told["code"], err
	}
	first, err := code(0)
	if err != nil {
		return err
	}
	if _, err := l.ask("enrol", "code", first); err != nil {
		return err
	}
	second, err := code(30 * time.Second)
	if err != nil {
		return err
	}
	if err := l.challenged(); err != nil {
		return err
	}
	if err := l.refuses(l.says.badTOTP, "answer", "code", otherCode(second)); err != nil {
		return err
	}
	if err := l.challenged(); err != nil {
		return err
	}
	told, err := l.ask("answer", "code", second)
	if err != nil {
		return err
	}
	return l.hold(told)
}

func (l *life) challenged() error {
	told, err := l.ask("signIn")
	if err == nil && told["challenge"] != "SOFTWARE_TOKEN_MFA" {
		err = fmt.Errorf("signIn: got %v, want the challenge", told)
	}
	return err
}

func (l *life) signOut() error {
	if _, err := l.ask("signOut"); err != nil {
		return err
	}
	if l.offers("user") {
		if err := l.refuses(l.says.revoked, "user"); err != nil {
			return err
		}
	}
	return l.refuses(l.says.stale, "refresh")
}
