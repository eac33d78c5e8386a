package userpool

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// linking is a request to link a provider's user to a native one.
func linking(username, provider, attribute, value string) map[string]any {
	return inPool(
		"DestinationUser", map[string]string{"ProviderName": "Cognito", "ProviderAttributeValue": username},
		"SourceUser", map[string]string{"ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value},
	)
}

func unlink(provider, attribute, value string) map[string]any {
	return inPool("User", map[string]string{"ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value})
}

func TestR57_ALinkedIdentitySignsInAsTheNativeUser(t *testing.T) {
	b := federatedRig(t, nil)
	sub := b.member(t, "ada@example.com")
	b.must(t, "AdminLinkProviderForUser", linking(sub, "Open", federation.Subject, "Ada-1"))
	b.fns.take()
	id := b.become(t, "Open", map[string]string{"subject": "Ada-1", "email": "ada@corp.example", "email_verified": ""})
	wantSources(t, b.fns.sources(t), laterSignIn...)
	if id["sub"] != sub || id["cognito:username"] != sub || id["email"] != "ada@corp.example" || id["email_verified"] != false {
		t.Errorf("the native user: %v", id)
	}
	var shown []map[string]any
	if err := json.Unmarshal([]byte(b.attribute(t, sub, "identities")), &shown); err != nil {
		t.Fatal(err)
	}
	if len(shown) != 1 || shown[0]["primary"] != false || shown[0]["userId"] != "Ada-1" || shown[0]["providerType"] != "OIDC" || shown[0]["issuer"] != nil {
		t.Errorf("identities %v", shown)
	}
	if id["cognito:groups"] != nil {
		t.Errorf("a linked user is in %v", id["cognito:groups"])
	}
	b.login(t, "ada@corp.example", longPassword) // still a native user

	b.must(t, "AdminDisableProviderForUser", unlink("Open", federation.Subject, "Ada-1"))
	if other := b.become(t, "Open", map[string]string{"subject": "Ada-1"}); other["sub"] == sub || other["cognito:username"] != "open_ada-1" {
		t.Errorf("after the link: %v", other)
	}
	if got := b.attribute(t, sub, "identities"); got != "" {
		t.Errorf("the native user still shows %s", got)
	}
}

// A link by an address becomes one by the subject with the first sign-in: who gets the
// address later gets no account.
func TestR57_ALinkByAnAttributeIsPinnedToWhoUsedItFirst(t *testing.T) {
	b := federatedRig(t, nil)
	sub := b.member(t, "carlos@example.com")
	b.must(t, "AdminLinkProviderForUser", linking(sub, "Corp", "email", "carlos@msp.example"))
	claims := map[string]string{"subject": "N-1", "claims": `{"` + emailURI + `":"carlos@msp.example"}`}
	if id := b.become(t, "Corp", claims); id["sub"] != sub {
		t.Fatalf("the linked user: %v", id)
	}
	if claims["subject"] = "N-2"; b.become(t, "Corp", claims)["sub"] == sub {
		t.Error("another subject with the address is the linked user")
	}
	_, err := b.rig.raw(t, "AdminDisableProviderForUser", unlink("Corp", "email", "carlos@msp.example"))
	wantCode(t, err, "UserNotFoundException")
	claims["subject"], claims["claims"] = "N-1", `{}`
	if id := b.become(t, "Corp", claims); id["sub"] != sub {
		t.Errorf("the subject alone: %v", id)
	}
	b.must(t, "AdminDisableProviderForUser", unlink("Corp", federation.Subject, "N-1"))
}

// The trigger creates or finds a native user and links it while the sign-in waits.
func TestR57_PreSignUpLinksWhileTheSignInWaits(t *testing.T) {
	b := federatedRig(t, nil)
	sub := b.member(t, "ada@example.com")
	b.fns.answer(preSignUp, func(ev []byte) ([]byte, error) {
		if strings.Contains(string(ev), "PreSignUp_ExternalProvider") {
			b.must(t, "AdminLinkProviderForUser", linking(sub, "Google", federation.Subject, "G-1"))
		}
		return ev, nil
	})
	b.fns.take()
	if id := b.become(t, "Google", map[string]string{"subject": "G-1", "claims": `{"name":"Ada G."}`}); id["sub"] != sub || id["name"] != "Ada G." {
		t.Errorf("%v", id)
	}
	wantSources(t, b.fns.sources(t), "InboundFederation_ExternalProvider", "PreSignUp_ExternalProvider", "TokenGeneration_HostedAuth")
	if id := b.become(t, "Google", map[string]string{"subject": "G-1"}); id["sub"] != sub {
		t.Errorf("later: %v", id)
	}
	wantSources(t, b.fns.sources(t), laterSignIn...)
}

func TestR57_LinksAreRefusedAsOnAWS(t *testing.T) {
	b := federatedRig(t, nil)
	ada, bea := b.member(t, "ada@example.com"), b.member(t, "bea@example.com")
	signedUp := b.become(t, "Open", map[string]string{"subject": "Old-1", "email": "old@example.com"})
	b.must(t, "AdminLinkProviderForUser", linking(bea, "Open", federation.Subject, "Taken"))
	native := "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser"
	merging := "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
	for name, c := range map[string]struct {
		in            map[string]any
		code, message string
	}{
		"a native source":       {linking(ada, "Cognito", federation.Subject, bea), "InvalidParameterException", native},
		"a linked source":       {linking(ada, "Open", federation.Subject, "Taken"), "InvalidParameterException", native},
		"a source signed up":    {linking(ada, "Open", federation.Subject, "Old-1"), "InvalidParameterException", merging},
		"by its address":        {linking(ada, "Open", "email", "old@example.com"), "InvalidParameterException", merging},
		"social by address":     {linking(ada, "Google", "email", "x@example.com"), "InvalidParameterException", ""},
		"an unmapped attribute": {linking(ada, "Corp", "name", "x"), "InvalidParameterException", ""},
		"the username":          {linking(ada, "Open", "username", "x"), "InvalidParameterException", ""},
		"no value":              {linking(ada, "Open", federation.Subject, ""), "InvalidParameterException", "Invalid SourceUser: ProviderAttributeValue is missing"},
		"no such provider":      {linking(ada, "Nobody", federation.Subject, "x"), "ResourceNotFoundException", ""},
		"no such destination":   {linking("nobody", "Open", federation.Subject, "x"), "UserNotFoundException", "User does not exist."},
		"neither end":           {linking("nobody", "Open", federation.Subject, "Old-1"), "UserNotFoundException", "User does not exist."},
		"an address of one":     {linking("ada@example.com", "Open", federation.Subject, "x"), "UserNotFoundException", "User does not exist."},
		"no destination":        {linking("", "Open", federation.Subject, "x"), "UserNotFoundException", "User does not exist."},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.rig.raw(t, "AdminLinkProviderForUser", c.in)
			if wantCode(t, err, c.code); c.message != "" {
				wantRefusal(t, err, c.code, c.message)
			}
		})
	}
	for i := range maxIdentities {
		b.must(t, "AdminLinkProviderForUser", linking(ada, "Open", federation.Subject, fmt.Sprint("link-", i)))
	}
	_, err := b.rig.raw(t, "AdminLinkProviderForUser", linking(ada, "Open", federation.Subject, "one more"))
	wantCode(t, err, "LimitExceededException")
	// A profile that goes makes room; a federated user may be the destination.
	b.must(t, "AdminDeleteUser", inPool("Username", signedUp["cognito:username"]))
	b.must(t, "AdminLinkProviderForUser", linking(bea, "Open", federation.Subject, "Old-1"))
	b.become(t, "Google", map[string]string{"subject": "G-1"})
	to := linking("G-1", "Open", federation.Subject, "second")
	to["DestinationUser"].(map[string]string)["ProviderName"] = "Google"
	b.must(t, "AdminLinkProviderForUser", to)
	if id := b.become(t, "Open", map[string]string{"subject": "second"}); id["cognito:username"] != "google_g-1" {
		t.Errorf("%v", id)
	}
}

func TestR57_AnImmutableAttributeAndADisabledUserStopALink(t *testing.T) {
	b := federatedRig(t, nil)
	subs := b.imports(t, ImportedUser{Attributes: map[string]string{"email": "a@example.com", "custom:origin": "import"}}, ImportedUser{Attributes: map[string]string{"email": "b@example.com"}, Disabled: true})
	_, err := b.rig.raw(t, "AdminLinkProviderForUser", linking(subs[0], "Open", federation.Subject, "x"))
	wantRefusal(t, err, "InvalidParameterException", "user.custom:origin: Attribute cannot be updated.")
	b.must(t, "AdminLinkProviderForUser", linking(subs[1], "Open", federation.Subject, "y"))
	if got := b.refused(t, "Open", map[string]string{"subject": "y"}); got != "User is disabled. " {
		t.Errorf("%q", got)
	}
	wantSources(t, b.fns.sources(t), "InboundFederation_ExternalProvider")
}

func TestR57_ANativeUserIsDisabledByItsProvider(t *testing.T) {
	b := federatedRig(t, nil)
	sub := b.member(t, "ada@example.com")
	b.must(t, "AdminDisableProviderForUser", unlink("Cognito", federation.Subject, sub))
	_, err := b.tryLogin(t, "ada@example.com", longPassword)
	wantCode(t, err, "NotAuthorizedException")
	_, err = b.rig.raw(t, "AdminDisableProviderForUser", unlink("Cognito", federation.Subject, "nobody"))
	wantCode(t, err, "UserNotFoundException")
	_, err = b.rig.raw(t, "AdminDisableProviderForUser", unlink("Open", federation.Subject, "nobody"))
	wantCode(t, err, "UserNotFoundException")
	_, err = b.rig.raw(t, "AdminDisableProviderForUser", unlink("Nobody", federation.Subject, "x"))
	wantCode(t, err, "ResourceNotFoundException")
}

// What a trigger does to the user while the sign-in waits counts.
func TestR57_AUserWhoIsDeletedOrUnlinkedMeanwhileGetsNoToken(t *testing.T) {
	for _, trigger := range []string{preAuthentication, postAuthentication} {
		b := federatedRig(t, nil)
		b.become(t, "Open", nil)
		b.fns.answer(trigger, func(ev []byte) ([]byte, error) {
			b.must(t, "AdminDeleteUser", inPool("Username", "open_ada-1"))
			return ev, nil
		})
		if got := b.refused(t, "Open", nil); got != "User does not exist. " {
			t.Errorf("%s: %q", trigger, got)
		}
	}
	b := federatedRig(t, nil)
	b.become(t, "Open", nil)
	b.fns.answer(preAuthentication, func(ev []byte) ([]byte, error) {
		b.must(t, "AdminDisableUser", inPool("Username", "open_ada-1"))
		return ev, nil
	})
	if got := b.refused(t, "Open", nil); got != "User is disabled. " {
		t.Errorf("disabled: %q", got)
	}
	b = federatedRig(t, nil)
	sub := b.member(t, "ada@example.com")
	b.must(t, "AdminLinkProviderForUser", linking(sub, "Open", federation.Subject, "x"))
	b.fns.answer(preAuthentication, func(ev []byte) ([]byte, error) {
		b.must(t, "AdminDisableProviderForUser", unlink("Open", federation.Subject, "x"))
		return ev, nil
	})
	if got := b.refused(t, "Open", map[string]string{"subject": "x"}); got != "User does not exist. " {
		t.Errorf("unlinked: %q", got)
	}
}

// Whom the provider's user signs in as no more keeps neither the browser nor its code.
func TestR57_ABrowserEndsWithTheLinkThatItCameBy(t *testing.T) {
	b := federatedRig(t, nil)
	sub := b.member(t, ada)
	b.must(t, "AdminLinkProviderForUser", linking(sub, "Open", federation.Subject, "x"))
	b.visits(t, "Open", nil)
	b.send(t, map[string]string{"subject": "x"})
	code := b.returned.Get("code")
	b.must(t, "AdminDisableProviderForUser", unlink("Open", federation.Subject, "x"))
	if b.visits(t, "Open", map[string]string{"prompt": "none"}); code == "" || b.returned.Get("error") != "login_required" {
		t.Errorf("the cookie still counts: %v", b.returned)
	}
	if _, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil)); refusal == "" {
		t.Error("the code still counts")
	}
}

// Of several identities the right one counts, goes and is pinned; the others stay.
func TestR57_EachIdentityIsItsOwn(t *testing.T) {
	b := federatedRig(t, nil)
	sub := b.member(t, "ada@example.com")
	b.must(t, "AdminLinkProviderForUser", linking(sub, "Open", federation.Subject, "x"))
	b.must(t, "AdminLinkProviderForUser", linking(sub, "Google", federation.Subject, "x"))
	b.must(t, "AdminLinkProviderForUser", linking(sub, "Corp", "email", "x"))
	b.must(t, "AdminLinkProviderForUser", linking(sub, "Corp", "email", "ada@corp.example"))
	b.become(t, "Corp", map[string]string{"subject": "N-1", "claims": `{"` + emailURI + `":"ada@corp.example"}`})
	shown := b.attribute(t, sub, "identities")
	for _, want := range []string{`"x","providerName":"Open"`, `"x","providerName":"Google"`, `"x","providerName":"Corp"`, `"N-1","providerName":"Corp"`} {
		if !strings.Contains(shown, want) {
			t.Errorf("identities lack %s: %s", want, shown)
		}
	}
	b.must(t, "AdminDisableProviderForUser", unlink("Google", federation.Subject, "x"))
	if id := b.become(t, "Open", map[string]string{"subject": "x"}); id["sub"] != sub || strings.Contains(fmt.Sprint(id["identities"]), "Google") {
		t.Errorf("after another link has gone: %v", id)
	}
	if id := b.become(t, "Google", map[string]string{"subject": "x"}); id["sub"] == sub {
		t.Errorf("by the link that has gone: %v", id)
	}
	// A profile of its own takes five links beside it.
	for i := range maxIdentities {
		in := linking("x", "Open", federation.Subject, fmt.Sprint("link-", i))
		in["DestinationUser"].(map[string]string)["ProviderName"] = "Google"
		b.must(t, "AdminLinkProviderForUser", in)
	}
	// The link that goes while the trigger runs is not replaced by another of the same name.
	b.fns.answer(preAuthentication, func(ev []byte) ([]byte, error) {
		b.must(t, "AdminDisableProviderForUser", unlink("Open", federation.Subject, "x"))
		return ev, nil
	})
	b.must(t, "AdminLinkProviderForUser", linking(sub, "Corp", federation.Subject, "x"))
	if got := b.refused(t, "Open", map[string]string{"subject": "x"}); got != "User does not exist. " {
		t.Errorf("unlinked: %q", got)
	}
}

// What a provider says of a linked user takes no other user's name away.
func TestR57_ALinkedUserStealsNoAlias(t *testing.T) {
	b := federatedRig(t, func(c *Config) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"email"} })
	verified := func(address string) map[string]string {
		return map[string]string{"email": address, "email_verified": "true"}
	}
	subs := b.imports(t, ImportedUser{Username: "owner", Password: longPassword, Attributes: verified("owner@example.com")}, ImportedUser{Username: "linked", Password: longPassword})
	b.must(t, "AdminLinkProviderForUser", linking("linked", "Open", federation.Subject, "x"))
	who := verified("owner@example.com")
	who["subject"] = "x"
	if got := b.refused(t, "Open", who); got != "An account with the email already exists. " {
		t.Errorf("%q", got)
	}
	if out := b.must(t, "AdminGetUser", inPool("Username", "owner@example.com")); !strings.Contains(fmt.Sprint(out), subs[0]) {
		t.Errorf("the address names %v", out)
	}
}

func TestR57_AProfileThatIsNotThereIsNotFound(t *testing.T) {
	r := startRig(t, nil)
	r.placeUser(t, "ada@example.com")
	for _, to := range []providerUser{{ProviderName: federation.Native}, {ProviderName: federation.Native, ProviderAttributeValue: "nobody"}, {ProviderName: "Google", ProviderAttributeValue: "1"}} {
		_, err := r.profileOf(to)
		wantSame(t, err, errNoUser())
	}
}

func TestR57_AProviderIsForTheClientsThatSupportIt(t *testing.T) {
	r := startRig(t, nil)
	answer := federation.Answer{Subject: "1"}
	_, err := r.federatedUser("Google", answer, Client{ID: webClient, SupportedIdentityProviders: []string{federation.Native}})
	wantAPIError(t, err, "InvalidParameterException: The app client does not support the identity provider Google.")
	_, err = r.federatedUser("Corp", answer, Client{ID: webClient, SupportedIdentityProviders: []string{"Corp"}})
	wantSame(t, err, errUnsupported("Corp"))
}

// A link and a later sign-in change the user, and the user says so.
func TestR57_WhatAProviderChangesIsAModification(t *testing.T) {
	b := federatedRig(t, nil)
	sub := b.member(t, "ada@example.com")
	for name, change := range map[string]func(){
		"link":    func() { b.must(t, "AdminLinkProviderForUser", linking(sub, "Open", federation.Subject, "x")) },
		"sign-in": func() { b.become(t, "Open", map[string]string{"subject": "x"}) },
		"unlink":  func() { b.must(t, "AdminDisableProviderForUser", unlink("Open", federation.Subject, "x")) },
	} {
		if name != "link" { // each alone
			_, _ = b.rig.raw(t, "AdminLinkProviderForUser", linking(sub, "Open", federation.Subject, "x"))
		}
		b.clock.pass(time.Hour)
		if change(); !theUser(t, b.rig, sub).modified.Equal(b.clock.now()) {
			t.Errorf("%s: modified %v, now %v", name, theUser(t, b.rig, sub).modified, b.clock.now())
		}
		_, _ = b.rig.raw(t, "AdminDisableProviderForUser", unlink("Open", federation.Subject, "x"))
	}
}

func TestR57_AFederatedSignInCountsAgainstItsQuota(t *testing.T) {
	r := startRig(t, func(_ *Config, o *Options) { o.Quotas = Quotas{"UserFederation": 1} })
	for _, refused := range []bool{false, true} {
		_, err := r.FederatedSignIn("Google", "1", nil, webClient)
		if !refused && err != nil {
			t.Fatal(err)
		} else if refused {
			wantAPIError(t, err, "TooManyRequestsException: Rate exceeded")
		}
	}
	r.clock.pass(500 * time.Millisecond)
	_, err := r.FederatedSignIn("Google", "1", nil, webClient)
	wantAPIError(t, err, "TooManyRequestsException: Rate exceeded")
	r.clock.pass(500 * time.Millisecond)
	if _, err := r.FederatedSignIn("Google", "1", nil, webClient); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestR57_WhatAProviderSaysEndsAnAddressThatWaits(t *testing.T) {
	u := user{attributes: map[string]string{}, waiting: map[string]string{"email": "new@example.com", "phone_number": "+49"}}
	u.apply(map[string]string{"email": "ada@example.com"})
	if _, waits := u.waiting["email"]; waits || len(u.waiting) != 1 {
		t.Errorf("%v waits", u.waiting)
	}
}

func TestR57_TheClaimOfIdentitiesIsInTexts(t *testing.T) {
	got, _ := json.Marshal(identityClaims([]identity{{UserID: "1", ProviderName: "Open", ProviderType: "OIDC", Primary: true, DateCreated: 1700000000123}}))
	if want := `[{"dateCreated":"1700000000123","issuer":null,"primary":"true","providerName":"Open","providerType":"OIDC","userId":"1"}]`; string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if one, other := (identity{ProviderName: "Op", by: "en"}), (identity{ProviderName: "Open"}); one.name() == other.name() {
		t.Error("two identities have one name")
	}
}
