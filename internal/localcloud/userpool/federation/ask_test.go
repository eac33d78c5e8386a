package federation

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestR57_UserInfoIsAskedAsConfiguredAndReadWithItsNumbers(t *testing.T) {
	o := newOP(t)
	provider := metadata{UserInfo: o.URL + "/info"}
	for method, want := range map[string]string{"": http.MethodGet, http.MethodGet: http.MethodGet, http.MethodPost: http.MethodPost} {
		p, answer := o.provider(), Answer{Subject: "x-1", Token: map[string]any{"access_token": "access"}}
		p.Details["attributes_request_method"], o.info["big"] = method, json.Number("12345678901234567890")
		if err := p.ask(t.Context(), provider, &answer); err != nil || o.asked != want || Texts(answer.Info)["big"] != "12345678901234567890" {
			t.Errorf("%q: %s, %v, %v", method, o.asked, answer.Info, err)
		}
	}
	// No answer, and one that is none, are empty.
	for _, from := range []string{"", o.URL + "/nowhere", o.URL + "/null"} {
		answer := Answer{Subject: "x-1", Token: map[string]any{}}
		if err := o.provider().ask(t.Context(), metadata{UserInfo: from}, &answer); err != nil || answer.Info == nil || len(answer.Info) > 0 {
			t.Errorf("userInfo at %q: %#v, %v", from, answer.Info, err)
		}
	}
}

func TestR57_AProviderThatCannotBeAskedIsSaidSo(t *testing.T) {
	o := newOP(t)
	for name, c := range map[string]struct{ issuer, want string }{
		"nobody there":      {"http://127.0.0.1:1", "discovering the provider: Get "},
		"no document":       {o.URL + "/tenant", "discovering the provider: " + o.URL + "/tenant/.well-known/openid-configuration answered 404"},
		"no URL":            {"http://localhost:x", "discovering the provider: parse "},
		"the slash at last": {o.URL + "/", "the provider calls itself \"" + o.URL + "\", not"},
	} {
		p := o.provider()
		p.Details["oidc_issuer"] = c.issuer
		to, login, err := p.Leave(t.Context(), "x", "y", nil)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || to != "" || login != (Login{}) {
			t.Errorf("%s, leaving: %v", name, err)
		}
		if answer, err := p.Arrive(t.Context(), "x", "code", "", Login{}, time.Now); err == nil || !strings.HasPrefix(err.Error(), c.want) || answer.Subject != "" {
			t.Errorf("%s, arriving: %v", name, err)
		}
	}
	var into map[string]any
	if err := fetch(t.Context(), http.MethodGet, o.URL+"/cut", "", nil, &into); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("an answer that breaks off: %v", err)
	}
}
