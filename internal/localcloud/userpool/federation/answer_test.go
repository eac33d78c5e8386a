package federation

import (
	"encoding/json"
	"maps"
	"testing"
	"time"
)

func TestValuesAreTextsAsInCognito(t *testing.T) {
	if Texts(nil) != nil {
		t.Error("no values are texts")
	}
	got := Texts(map[string]any{
		"text": "a b", "flag": true, "number": json.Number("12345678901234567890"), "nothing": nil, "object": map[string]any{"a": "b"},
		"list": []any{"a b", "~*._-", true, json.Number("1")}, "empty": []any{}, "none": func() {},
	})
	if want := map[string]string{
		"text": "a b", "flag": "true", "number": "12345678901234567890", "object": `{"a":"b"}`, "list": "[a+b, %7E*._-, true, 1]", "empty": "[]", "none": "",
	}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTheIDTokenWinsAndTokensHaveTheirNames(t *testing.T) {
	answer := Answer{
		Token: map[string]any{"access_token": "a", "id_token": "i", "refresh_token": "r", "email": "token"},
		Info:  map[string]any{"email": "info", "name": "info", "id_token": "info"}, ID: map[string]any{"email": "id"},
	}
	if got, want := answer.Claims(), map[string]string{"access_token": "a", "id_token": "info", "email": "id", "name": "info"}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	answer.Info = nil
	if got := answer.Claims(); got["id_token"] != "i" {
		t.Errorf("got %v", got)
	}
	if got := (Answer{SAML: map[string]any{"groups": []any{"x"}}}).Claims(); !maps.Equal(got, map[string]string{"groups": "[x]"}) {
		t.Errorf("SAML: %v", got)
	}
}

// Who can make a provider send an address has not proved that it is his.
func TestAnAddressIsVerifiedByAMappedTrueAlone(t *testing.T) {
	mapped := map[string]string{"username": "sub", "email": "mail", "email_verified": "mail_ok", "phone_number": "tel", "phone_number_verified": "tel_ok", "name": "name"}
	for name, c := range map[string]struct{ mapping, claims, want map[string]string }{
		"both": {
			mapped,
			map[string]string{"sub": "s", "mail": "m", "mail_ok": "true", "tel": "t", "tel_ok": "true", "more": "x"},
			map[string]string{"email": "m", "email_verified": "true", "phone_number": "t", "phone_number_verified": "true"},
		},
		"other words":       {mapped, map[string]string{"mail": "m", "mail_ok": "yes", "tel": "t", "tel_ok": "True"}, map[string]string{"email": "m", "email_verified": "false", "phone_number": "t", "phone_number_verified": "false"}},
		"no mark":           {mapped, map[string]string{"mail": "m", "name": ""}, map[string]string{"email": "m", "email_verified": "false", "name": ""}},
		"a mark alone":      {mapped, map[string]string{"mail_ok": "true", "tel_ok": "true"}, map[string]string{}},
		"an address goes":   {mapped, map[string]string{"mail": "", "mail_ok": "true"}, map[string]string{"email": ""}},
		"a mark not mapped": {map[string]string{"email": "mail"}, map[string]string{"mail": "m", "email_verified": "true"}, map[string]string{"email": "m", "email_verified": "false"}},
		"no mapping at all": {nil, map[string]string{"email": "m"}, map[string]string{}},
	} {
		if got := (Provider{Mapping: c.mapping}).Map(c.claims); !maps.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestSomebodysAnswerHasTheFormOfTheProvider(t *testing.T) {
	who, now := Somebody{Subject: "s", Email: "e", Verified: "true", Groups: "a, b", Claims: ` {"n": 12345678901234567890, "email": "other"} `}, time.Unix(1000, 0)
	want := map[string]string{"email": "e", "email_verified": "true", "groups": "[a, b]", "n": "12345678901234567890"}
	saml, err := Provider{Type: SAML}.Answer(who, now)
	if err != nil || saml.Subject != "s" || saml.Token != nil || saml.ID != nil || saml.Info != nil || !maps.Equal(Texts(saml.SAML), want) {
		t.Errorf("SAML: %+v, %v", saml, err)
	}
	for kind, subject := range map[string]string{OIDC: "sub", "Google": "sub", "SignInWithApple": "sub", "Facebook": "id", "LoginWithAmazon": "user_id"} {
		p := Provider{Type: kind, Details: map[string]string{"client_id": "c", "oidc_issuer": "https://op.example"}}
		got, err := p.Answer(who, now)
		want := maps.Clone(want)
		want[subject] = "s"
		token := Texts(got.Token)
		if err != nil || got.Subject != "s" || !maps.Equal(Texts(got.Info), want) || token["access_token"] == "" || token["token_type"] != "Bearer" || token["expires_in"] != "3600" {
			t.Errorf("%s: %+v, %v", kind, got, err)
		}
		if want["iss"], want["aud"], want["iat"], want["exp"] = "https://op.example", "c", "1000", "4600"; subject != "sub" {
			want = nil
		}
		if !maps.Equal(Texts(got.ID), want) {
			t.Errorf("%s: the ID token has %v", kind, got.ID)
		}
	}
	bare, err := Provider{Type: SAML}.Answer(Somebody{Subject: "s", Claims: " "}, now)
	if err != nil || len(bare.SAML) != 0 {
		t.Errorf("nothing but a name: %v, %v", bare.SAML, err)
	}
}

func TestSomebodyMustHaveANameAndAnObject(t *testing.T) {
	for claims, want := range map[string]string{
		"{": "the further claims are not a JSON object", "null": "the further claims are not a JSON object", "[1]": "the further claims are not a JSON object",
		"{} {}": "the further claims are not a JSON object", "{} x": "the further claims are not a JSON object",
	} {
		for _, kind := range []string{SAML, OIDC} {
			if got, err := (Provider{Type: kind}).Answer(Somebody{Subject: "s", Claims: claims}, time.Now()); err == nil || err.Error() != want || got.Subject != "" {
				t.Errorf("%s: %v, %v", claims, got, err)
			}
		}
	}
	if _, err := (Provider{Type: OIDC}).Answer(Somebody{}, time.Now()); err == nil || err.Error() != "the provider must have a name for the user" {
		t.Errorf("nobody: %v", err)
	}
}

func TestAPageBeginsWithThePresetOfItsProvider(t *testing.T) {
	all := Presets()
	for kind, preset := range map[string]string{SAML: "saml", "Google": "google", "SignInWithApple": "apple", OIDC: "plain", "Facebook": "plain"} {
		p := Provider{Type: kind}
		if p.Preset("") != all[preset] || p.Preset("unknown") != all[preset] || p.Preset("hostile") != all["hostile"] {
			t.Errorf("%s begins with %v", kind, p.Preset(""))
		}
		for name, who := range all {
			if answer, err := p.Answer(who, time.Now()); err != nil || answer.Subject == "" {
				t.Errorf("%s of %s: %v", name, kind, err)
			}
		}
	}
	if claims, err := all["saml"].claims(); err != nil || Texts(claims)[schemas+"emailaddress"] != "ada@corp.example" || Texts(claims)[groupsURI] != "[Domain+Admins, staff]" {
		t.Errorf("a SAML assertion has %v, %v", claims, err)
	}
}
