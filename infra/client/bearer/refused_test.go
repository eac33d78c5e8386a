package bearer_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
)

// Each invalid_token has a reason, and no other answer.
func TestR90_TheServerIsToldWhyATokenIsInvalid(t *testing.T) {
	issuer := bearertest.New(t)
	for _, c := range bearertest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			var why []error
			conf := config(issuer)
			conf.Refused = func(r *http.Request, err error) {
				if r.URL.Path != "/orders" {
					t.Errorf("of the request %s", r.URL)
				}
				why = append(why, err)
			}
			v := verifier(t, conf)
			if c.Before != nil {
				ask(v.Require(ok), c.Before(issuer)...)
			}
			ask(v.Require(ok, options(c.Route)...), c.Tokens(issuer)...)
			if (len(why) == 1) != (c.Bearer == bearertest.Invalid) || len(why) > 1 {
				t.Fatalf("told %v", why)
			}
			if len(why) == 1 && (why[0].Error() == "" || strings.Contains(why[0].Error(), bearertest.Sub)) {
				t.Errorf("told %q", why[0])
			}
		})
	}
}

func TestR90_AReasonNamesWhatDoesNotFit(t *testing.T) {
	issuer := bearertest.New(t)
	s := &store{version: 9, active: true}
	var why string
	c := config(issuer)
	c.Rows, c.Refused = s.standing, func(_ *http.Request, err error) { why = err.Error() }
	v := verifier(t, c)
	changed := func(name string, value any) string {
		claims := issuer.Claims()
		claims[name] = value
		return "Bearer " + issuer.Sign(nil, claims)
	}
	machine := issuer.Claims()
	machine["sub"] = bearertest.Client
	delete(machine, "username")
	for names, c := range map[string]struct {
		authorization string
		demand        []bearer.Option
	}{
		"Config.Issuers":   {changed("iss", "https://other.example.com"), nil},
		"token_use":        {changed("token_use", "id"), nil},
		"Config.Clients":   {changed("client_id", "other"), nil},
		"Config.Resources": {changed("aud", "https://other.example.com"), nil},
		"Machines":         {"Bearer " + issuer.Sign(nil, machine), nil},
		"route's resource": {"Bearer " + issuer.Right(), []bearer.Option{bearer.RequireResource(bearertest.Resource)}},
		"expired":          {changed("exp", time.Now().Add(-time.Hour).Unix()), nil},
		"row is newer":     {"Bearer " + issuer.Right(), []bearer.Option{bearer.Fresh(time.Minute)}},
	} {
		why = ""
		if w := ask(v.Require(ok, c.demand...), c.authorization); w.Code != 401 || !strings.Contains(why, names) {
			t.Errorf("%s: %d %q", names, w.Code, why)
		}
	}
	ask(v.Require(ok), changed("authz_version", 5))
	if ask(v.Require(ok), changed("authz_version", 3)); !strings.Contains(why, "newer version was seen") {
		t.Errorf("told %q", why)
	}
}
