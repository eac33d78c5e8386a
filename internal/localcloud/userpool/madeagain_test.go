package userpool

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// madeAgain deletes and makes a user again while PostAuthentication runs.
func (r *rig) madeAgain(t *testing.T, name string, again func()) {
	r.fns.answer(postAuthentication, func(ev []byte) ([]byte, error) {
		r.store.remove(name)
		again()
		return responding("{}")(ev)
	})
}

// Who proved a password is gone when the trigger answers: the next user with the name did
// not sign in.
func TestR53_ASignInIsNotForTheNextUserWithTheName(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.UsernameAttributes = nil })
	b.join(t)
	b.madeAgain(t, ada, func() { b.join(t) })
	_, err := b.tryLogin(t, ada, longPassword)
	wantRefusal(t, err, "UserNotFoundException", "User does not exist.")

	b.open(t, "/oauth2/authorize", request(nil))
	if b.send(t, map[string]string{"username": ada, "password": longPassword}); b.alert != "User does not exist." {
		t.Errorf("%d %q %v", b.status, b.alert, b.returned)
	}
	b.wantNoCode(t, "a user who was made again")

	name := b.store.fold("Google_1")
	if _, err := b.FederatedSignIn("Google", "1", nil, webClient); err != nil {
		t.Fatal(err)
	}
	b.madeAgain(t, name, func() { b.imports(t, ImportedUser{Provider: "Google", Subject: "1"}) })
	_, err = b.FederatedSignIn("Google", "1", nil, webClient)
	if err == nil || err.Error() != errNoUser().Error() {
		t.Errorf("a federated user who was made again: %v", err)
	}
}

// A visit and a session stay their user's when another user has the name.
func TestR53_AVisitAndASessionNameTheirUserBySub(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.UsernameAttributes = nil })
	b.join(t)
	code := b.signIn(t, nil)
	u := theUser(t, b.rig, ada)
	refresh := b.store.addGrant(b.newGrant(u, Client{ID: webClient}, []string{selfService}, false))
	if _, err := b.store.change(ada, false, func(u *user) error { u.sub = "another"; return nil }); err != nil {
		t.Fatal(err)
	}
	b.returned = nil
	b.wantNoCode(t, "another user's cookie")
	if _, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil)); !strings.HasPrefix(refusal, "invalid_grant") {
		t.Errorf("another user's code: %q", refusal)
	}
	_, err := refreshWith(b.rig, t, refresh)
	wantRefusal(t, err, "UserNotFoundException", "User does not exist.")
}

// A user who is signed out while pre token generation runs gets no token.
func TestR53_ASignOutDuringARefreshEndsIt(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].RefreshTokenRotation = false })
	r.member(t, ada)
	token := *r.login(t, ada, longPassword).RefreshToken
	r.fns.answer(preTokenGeneration, func(ev []byte) ([]byte, error) {
		r.store.signOut(theUser(t, r, ada).username)
		return responding("{}")(ev)
	})
	_, err := refreshWith(r, t, token)
	wantRefusal(t, err, "NotAuthorizedException", "Refresh Token has been revoked")
}

// Of two who use a code one has stolen it.
func TestR55_TheSecondUseOfACodeEndsTheSessionOfTheFirst(t *testing.T) {
	b := pagesRig(t, nil)
	b.member(t, ada)
	code := b.signIn(t, map[string]string{"scope": "openid " + selfService})
	out, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil))
	if refusal != "" {
		t.Fatal(refusal)
	}
	if err := b.whoAmI(t, out.AccessToken); err != nil {
		t.Fatal(err)
	}
	if _, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil)); !strings.HasPrefix(refusal, "invalid_grant") {
		t.Errorf("the second use: %q", refusal)
	}
	wantRefusal(t, b.whoAmI(t, out.AccessToken), "NotAuthorizedException", "Access Token has been revoked")
	if _, err := refreshWith(b.rig, t, out.RefreshToken); err == nil {
		t.Error("the refresh token still counts")
	}
}

// The second use may come while the first one waits for its trigger.
func TestR55_TheSecondUseOfACodeEndsTheFirstThatStillRuns(t *testing.T) {
	b := pagesRig(t, nil)
	b.member(t, ada)
	code := b.signIn(t, nil)
	b.fns.answer(preTokenGeneration, func(ev []byte) ([]byte, error) {
		b.store.takeAuthorized(code)
		return responding("{}")(ev)
	})
	if out, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil)); refusal == "" {
		t.Errorf("the first use gets %+v", out)
	}
}

// What a client may not write it does not write at a sign-in either.
func TestR54_AnAddressThatTheClientMayNotWriteIsNotSetUp(t *testing.T) {
	r := startMFA(t, "ON", email2, totp2)
	u := ImportedUser{Username: "bea", Password: longPassword}
	r.imports(t, u)
	out, err := r.tryLogin(t, "bea", longPassword)
	if err != nil || out.ChallengeParameters["MFAS_CAN_SETUP"] != `["EMAIL_OTP","SOFTWARE_TOKEN_MFA"]` {
		t.Fatalf("%+v, %v", out, err)
	}
	web := r.store.clients[webClient]
	web.WriteAttributes = []string{"name"}
	set(r.store, r.store.clients, web.ID, web)
	_, err = r.answer(t, (*string)(&out.ChallengeName), out.Session, "bea", "EMAIL", ada)
	wantRefusal(t, err, "NotAuthorizedException", "A client attempted to write unauthorized attribute")
	web.WriteAttributes = nil
	set(r.store, r.store.clients, web.ID, web)
	fixed := *r.cfg()
	fixed.ImmutableAttributes = []string{"email"}
	r.config.Store(&fixed)
	_, err = r.answer(t, (*string)(&out.ChallengeName), out.Session, "bea", "EMAIL", ada)
	wantRefusal(t, err, "InvalidParameterException", "user.email: Attribute cannot be updated.")

	web.WriteAttributes = []string{"name"}
	set(r.store, r.store.clients, web.ID, web)
	out, err = r.tryLogin(t, "bea", longPassword)
	if err != nil || out.ChallengeName != types.ChallengeNameTypeMfaSetup || out.ChallengeParameters["MFAS_CAN_SETUP"] != `["SOFTWARE_TOKEN_MFA"]` {
		t.Errorf("%+v, %v", out, err)
	}
}

// Nothing of a deleted user is left for the next one with the name.
func TestR53_NothingOfADeletedUserIsLeft(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.UsernameAttributes, c.AdvancedSecurityMode = nil, "AUDIT" })
	b.join(t)
	b.signIn(t, nil)
	b.login(t, ada, longPassword)
	_, _ = b.tryLogin(t, ada, "wrong")
	u := theUser(t, b.rig, ada)
	b.store.setCode(u, code{value: "1", purpose: "reset"})
	b.store.setChallenge("s", challenge{user: u})
	b.store.setChallenge("another's", challenge{user: user{username: "eve"}})
	b.must(t, "AdminDeleteUser", inPool("Username", ada))
	s := b.store
	if _, waits := s.takeChallenge("another's"); !waits {
		t.Error("another user's sign-in is gone")
	}
	for what, left := range map[string]int{
		"users": len(s.users), "codes": len(s.codes), "attempts": len(s.attempts), "events": len(s.events), "challenges": len(s.challenges),
		"visits": len(s.visits), "sessions": len(s.grants), "names": len(s.names),
	} {
		if left != 0 {
			t.Errorf("%s: %d are left", what, left)
		}
	}
}
