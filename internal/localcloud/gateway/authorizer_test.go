package gateway

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
)

var errorCode = regexp.MustCompile(`error="([a-z_]+)"`)

// The table of every checker of tokens, in AWS's column.
func TestR97_TheAuthorizerJudgesTheTableOfTokensAsAWSDoes(t *testing.T) {
	issuer := bearertest.New(t)
	for _, c := range bearertest.Cases() {
		f := &functions{reply: `{"statusCode":200}`}
		g := with(apiOf(route(t, "GET /", authorizerOf(issuer), c.Route.Scopes...)), f, issuer)
		header := http.Header{"Authorization": c.Tokens(issuer)}
		w := ask(g, "GET", "/", header, "")
		got := bearertest.Verdict{Status: w.Code}
		if code := errorCode.FindStringSubmatch(w.Header().Get("Www-Authenticate")); code != nil {
			got.Error = code[1]
		}
		if got != c.Gateway {
			t.Errorf("%s: %v, want %v (%s)", c.Name, got, c.Gateway, w.Header().Get("Www-Authenticate"))
		}
		if (len(f.events) > 0) != (c.Gateway.Status == 200) {
			t.Errorf("%s: the function was called %d times", c.Name, len(f.events))
		}
	}
	if n := issuer.Fetches(); n != 0 {
		t.Errorf("%d keys were fetched by the network", n)
	}
}

func TestR93_AWSsBodiesAndHeadersOfARefusal(t *testing.T) {
	issuer := bearertest.New(t)
	g := with(apiOf(route(t, "GET /", authorizerOf(issuer), "app/read")), &functions{reply: `{"statusCode":200}`}, issuer)
	claims := func(changes ...any) string {
		all := issuer.Claims()
		for n := 0; n < len(changes); n += 2 {
			all[changes[n].(string)] = changes[n+1]
		}
		return issuer.Sign(nil, all)
	}
	now := time.Now()
	for name, c := range map[string]struct {
		given            string
		status           int
		body, challenged string
	}{
		"right":             {"Bearer " + issuer.Right(), 200, "", ""},
		"without Bearer":    {issuer.Right(), 200, "", ""},
		"none":              {"", 401, `{"message":"Unauthorized"}`, "Bearer"},
		"another audience":  {claims("client_id", "x"), 401, `{"message":"Unauthorized"}`, `Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"`},
		"expired this tick": {claims("exp", now.Unix()), 401, `{"message":"Unauthorized"}`, `Bearer scope="" error="invalid_token" error_description="token is expired"`},
		"issued ahead":      {claims("iat", now.Add(5*time.Second).Unix()), 401, `{"message":"Unauthorized"}`, `Bearer scope="" error="invalid_token" error_description="token used before issued"`},
		"not yet":           {claims("nbf", now.Add(5*time.Second).Unix()), 401, `{"message":"Unauthorized"}`, `Bearer scope="" error="invalid_token" error_description="token is not valid yet"`},
		"no exp":            {claims("exp", nil), 401, `{"message":"Unauthorized"}`, `Bearer scope="" error="invalid_token" error_description="token has invalid claims"`},
		"junk":              {`Bearer "><script>`, 401, `{"message":"Unauthorized"}`, `Bearer scope="" error="invalid_token" error_description="token is malformed"`},
		"no scope":          {claims("scope", "openid"), 403, `{"message":"Forbidden"}`, ""},
		"scp":               {claims("scope", nil, "scp", []string{"x", "app/read"}), 200, "", ""},
		"aud beats":         {claims("aud", []string{"x"}), 401, `{"message":"Unauthorized"}`, `Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"`},
		"an empty aud":      {claims("aud", ""), 401, `{"message":"Unauthorized"}`, `Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"`},
		"a null aud":        {claims("aud", nil), 401, `{"message":"Unauthorized"}`, `Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"`},
		"a resource":        {claims("aud", bearertest.Resource, "client_id", "anybody's"), 200, "", ""},
	} {
		header := http.Header{}
		if c.given != "" {
			header.Set("Authorization", c.given)
		}
		w := ask(g, "GET", "/", header, "")
		if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Www-Authenticate") != c.challenged || w.Header().Get("Apigw-Requestid") == "" {
			t.Errorf("%s: %d %s %v", name, w.Code, w.Body, w.Header())
		}
	}
	both := http.Header{"Authorization": {"Bearer " + issuer.Right(), "Bearer " + issuer.Right()}}
	if w := ask(g, "GET", "/", both, ""); w.Code != 401 {
		t.Errorf("two headers: %d", w.Code)
	}
}

// Without the issuer's keys nobody comes in, and the function is not called.
func TestR93_AnIssuerWithoutKeysLetsNobodyIn(t *testing.T) {
	issuer := bearertest.New(t)
	f := &functions{reply: `{"statusCode":200}`}
	g := with(apiOf(route(t, "GET /", &Authorizer{Issuer: "https://other", Audience: []string{bearertest.Client}})), f, issuer)
	if w := ask(g, "GET", "/", http.Header{"Authorization": {issuer.Right()}}, ""); w.Code != 401 || len(f.events) > 0 {
		t.Errorf("%d, %d events", w.Code, len(f.events))
	}
}

func TestR93_AFunctionSeesClaimsAsTexts(t *testing.T) {
	issuer := bearertest.New(t)
	f := &functions{reply: `{"statusCode":200}`}
	g := with(apiOf(route(t, "GET /", authorizerOf(issuer)), route(t, "GET /s", authorizerOf(issuer), "app/read")), f, issuer)
	all := issuer.Claims()
	all["roles"], all["big"], all["yes"], all["of"], all["cognito:groups"] = []string{"editor", "reviewer"}, 1234567890123, true, map[string]any{"a": 1}, []string{}
	header := http.Header{"Authorization": {"Bearer " + issuer.Sign(nil, all)}}
	ask(g, "GET", "/", header, "")
	got := f.last(t)["requestContext"].(object)["authorizer"].(object)["jwt"].(object)
	claims := got["claims"].(object)
	for name, want := range map[string]string{"roles": "[editor reviewer]", "big": "1234567890123", "yes": "true", "of": "map[a:1]", "cognito:groups": "[]", "sub": bearertest.Sub} {
		if claims[name] != want {
			t.Errorf("%s: %v, want %s", name, claims[name], want)
		}
	}
	if got["scopes"] != nil {
		t.Errorf("scopes %v of a route without any", got["scopes"])
	}
	ask(g, "GET", "/s", header, "")
	if !strings.Contains(f.events[1], `"scopes":["openid","app/read","app/write"]`) {
		t.Error(f.events[1])
	}
}
