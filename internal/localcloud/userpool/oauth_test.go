package userpool

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// token posts to the token endpoint with client_secret_basic and returns the tokens, or
// error and description as one line.
func (r *rig) token(t *testing.T, c Client, form url.Values) (tokenOutput, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL()+"/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if c.ID != "" {
		req.SetBasicAuth(c.ID, c.Secret)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body struct {
		tokenOutput
		oauthError
	}
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode == http.StatusOK && res.Header.Get("Cache-Control") != "no-store" {
		t.Error("the tokens may be stored")
	}
	if body.Code == "server_error" && res.StatusCode != http.StatusInternalServerError {
		t.Errorf("HTTP %d for a fault of the pool", res.StatusCode)
	}
	if (res.StatusCode == http.StatusOK) != (body.Code == "") {
		t.Errorf("HTTP %d with error %q", res.StatusCode, body.Code)
	}
	if body.Code != "" {
		return tokenOutput{}, body.oauthError.Error()
	}
	return body.tokenOutput, ""
}

func machineRig(t *testing.T, version string, change func(*Config)) *rig {
	return startRig(t, func(c *Config, o *Options) {
		withV(version)(c, o)
		c.Domain = "demo"
		c.ResourceServers = []ResourceServer{{Identifier: "orders", Scopes: []string{"read", "write", "admin"}}}
		c.Clients = append(c.Clients, machine())
		if change != nil {
			change(c)
		}
	})
}

func TestClientCredentialsRefusals(t *testing.T) {
	stranger := Client{ID: "machine1example", Secret: "wrong"}
	grant := func(scope string) url.Values {
		return url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
	}
	for name, c := range map[string]struct {
		client Client
		form   url.Values
		change func(*Config)
		want   string
	}{
		"no domain":               {machine(), grant(""), func(c *Config) { c.Domain = "" }, "invalid_request: the user pool has no domain, and without one no token endpoint"},
		"wrong secret":            {stranger, grant(""), nil, "invalid_client: no app client has this id and secret"},
		"public client":           {Client{ID: webClient}, grant(""), nil, "unauthorized_client: the app client has no secret or not the flow client_credentials"},
		"scope of another client": {machine(), grant("orders/admin"), nil, "invalid_grant: the app client is not allowed the scope orders/admin"},
		"one bad scope of two":    {machine(), grant("orders/read orders/admin"), nil, "invalid_grant: the app client is not allowed the scope orders/admin"},
		"scope that nobody has":   {machine(), grant("orders/fly"), nil, "invalid_scope: no resource server has the scope orders/fly"},
		"no resource server":      {machine(), grant(""), func(c *Config) { c.ResourceServers = nil }, "invalid_grant: the app client has no custom scope of a resource server"},
		"no grant type":           {machine(), url.Values{}, nil, "invalid_request: grant_type is missing"},
		"password grant":          {machine(), url.Values{"grant_type": {"password"}}, nil, "unsupported_grant_type: the local user pool has authorization_code, client_credentials and refresh_token, not password"},
		"no refresh token":        {machine(), url.Values{"grant_type": {"refresh_token"}}, nil, "invalid_request: refresh_token is missing"},
		"metadata not an object":  {machine(), url.Values{"grant_type": {"client_credentials"}, "aws_client_metadata": {"[1]"}}, nil, "invalid_request: aws_client_metadata is not a JSON object of strings"},
	} {
		t.Run(name, func(t *testing.T) {
			r := machineRig(t, "V3_0", c.change)
			_, refusal := r.token(t, c.client, c.form)
			if refusal != c.want {
				t.Errorf("got  %s\nwant %s", refusal, c.want)
			}
			wantSources(t, r.fns.sources(t))
		})
	}
}

// Two readers of one request must not see two clients, or two grants.
func TestR55_TheTokenEndpointTakesNoRequestThatSaysTwoThings(t *testing.T) {
	r := machineRig(t, "V3_0", nil)
	grant := func(changes url.Values) url.Values {
		form := url.Values{"grant_type": {"client_credentials"}, "scope": {"orders/read"}}
		maps.Copy(form, changes)
		return form
	}
	for name, c := range map[string]struct {
		as   Client
		form url.Values
		ok   bool
	}{
		"the header alone":     {machine(), grant(nil), true},
		"the same client":      {machine(), grant(url.Values{"client_id": {machine().ID}, "client_secret": {machine().Secret}}), true},
		"another client":       {machine(), grant(url.Values{"client_id": {webClient}}), false},
		"another secret":       {machine(), grant(url.Values{"client_secret": {"x"}}), false},
		"two grants":           {machine(), grant(url.Values{"grant_type": {"client_credentials", "refresh_token"}}), false},
		"two clients":          {Client{}, grant(url.Values{"client_id": {machine().ID, webClient}, "client_secret": {machine().Secret}}), false},
		"a scope said again":   {machine(), grant(url.Values{"scope": {"orders/read", "orders/read"}}), false},
		"an unknown parameter": {machine(), grant(url.Values{"audience": {"x"}}), true},
	} {
		if _, refusal := r.token(t, c.as, c.form); (refusal == "") != c.ok || !c.ok && (!strings.HasPrefix(refusal, "invalid_request: ") || refusal == "invalid_request: ") {
			t.Errorf("%s: %q", name, refusal)
		}
	}
}

func TestMachineTokenHasNoUser(t *testing.T) {
	r := machineRig(t, "V3_0", nil)
	out, refusal := r.token(t, Client{}, url.Values{"grant_type": {"client_credentials"}, "client_id": {"machine1example"}, "client_secret": {"s3cret"}})
	if refusal != "" {
		t.Fatal(refusal)
	}
	claims := r.verifiedToken(t, out.AccessToken)
	if now := float64(r.clock.now().Unix()); claims["auth_time"] != now || claims["iat"] != now || len(fmt.Sprint(claims["jti"])) != 36 {
		t.Errorf("made as %v", claims)
	}
	for name, want := range map[string]any{
		"sub": "machine1example", "client_id": "machine1example", "token_use": "access", "scope": "orders/read orders/write", "version": 2.0,
	} {
		if claims[name] != want {
			t.Errorf("%s: %v, want %v", name, claims[name], want)
		}
	}
	for _, name := range []string{"username", "cognito:groups", "origin_jti", "cognito:username"} {
		if v, ok := claims[name]; ok {
			t.Errorf("%s: %v, want none", name, v)
		}
	}
	if out.IDToken != "" || out.RefreshToken != "" {
		t.Errorf("a machine got %+v", out)
	}
}

func TestOnlyVersionThreeFiresForMachines(t *testing.T) {
	for version, want := range map[string][]string{"V1_0": nil, "V2_0": nil, "V3_0": {"TokenGeneration_ClientCredentials"}} {
		r := machineRig(t, version, nil)
		if _, refusal := r.token(t, machine(), url.Values{"grant_type": {"client_credentials"}}); refusal != "" {
			t.Fatal(refusal)
		}
		wantSources(t, r.fns.sources(t), want...)
	}
}

func TestTriggerChangesMachineToken(t *testing.T) {
	r := machineRig(t, "V3_0", nil)
	r.fns.answer(preTokenGeneration, responding(`{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":
		{"claimsToAddOrOverride":{"tenant":"t-1","sub":"someone"},"scopesToSuppress":["orders/write"]},
		"groupOverrideDetails":{"groupsToOverride":["admins"]}}}`))
	out, refusal := r.token(t, machine(), url.Values{"grant_type": {"client_credentials"}})
	if refusal != "" {
		t.Fatal(refusal)
	}
	claims := r.verifiedToken(t, out.AccessToken)
	if claims["tenant"] != "t-1" || claims["scope"] != "orders/read" || claims["sub"] != "machine1example" || claims["cognito:groups"] != nil {
		t.Errorf("claims %v", claims)
	}
}

func TestFailingTriggerDeniesMachineToken(t *testing.T) {
	r := machineRig(t, "V3_0", nil)
	r.fns.answer(preTokenGeneration, failing("no such tenant"))
	_, refusal := r.token(t, machine(), url.Values{"grant_type": {"client_credentials"}})
	if want := "invalid_request: PreTokenGeneration failed with error no such tenant."; refusal != want {
		t.Errorf("got  %s\nwant %s", refusal, want)
	}
}

func TestAMachinesTokenIsBounded(t *testing.T) {
	r := machineRig(t, "V3_0", nil)
	const own = 10 + 2 // the claims, scope among them, and the scopes
	for n, want := range map[int]string{maxClaims - own: "", maxClaims - own + 1: "invalid_request: The tokens would have more than 5000 claims and scopes."} {
		r.fns.answer(preTokenGeneration, responding(fmt.Sprintf(v2, manyClaims(n))))
		if _, refusal := r.token(t, machine(), url.Values{"grant_type": {"client_credentials"}}); refusal != want {
			t.Errorf("%d claims: %q, want %q", n, refusal, want)
		}
	}
}

// What is no fault of the client reads as one of the server.
func TestTheTokenEndpointSaysWhoseFaultItIs(t *testing.T) {
	r := machineRig(t, "V3_0", nil)
	res, err := http.Post(r.URL()+"/oauth2/token", "application/x-www-form-urlencoded", strings.NewReader("client_id="+machine().ID+"&grant_type=%zz"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var refusal oauthError
	if err := json.NewDecoder(res.Body).Decode(&refusal); err != nil || refusal.Error() != "invalid_request: the body is not x-www-form-urlencoded" || res.StatusCode != http.StatusBadRequest {
		t.Errorf("%d %v, %v", res.StatusCode, &refusal, err)
	}
	r.keys = &keyPair{id: r.keys.id, access: func() (*signingKey, error) { return nil, errors.New("no key") }}
	if _, refusal := r.token(t, machine(), url.Values{"grant_type": {"client_credentials"}}); refusal != "server_error: no key" {
		t.Errorf("without a key: %q", refusal)
	}
}

func TestRefreshGrantRotates(t *testing.T) {
	r := machineRig(t, "V3_0", nil)
	r.member(t, "ada@example.com")
	old := *r.login(t, "ada@example.com", longPassword).RefreshToken
	r.fns.take()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {old}}
	out, refusal := r.token(t, Client{ID: webClient}, form)
	if refusal != "" || out.RefreshToken == "" || out.RefreshToken == old {
		t.Fatalf("%+v %s", out, refusal)
	}
	wantSources(t, r.fns.sources(t), "TokenGeneration_RefreshTokens")
	if _, refusal = r.token(t, Client{ID: webClient}, form); !strings.HasPrefix(refusal, "invalid_grant") {
		t.Errorf("the old token again: %q", refusal)
	}
}

// verifiedToken verifies with a public library against the pool's own JWKS.
func (r *rig) verifiedToken(t *testing.T, token string) jwt.MapClaims {
	t.Helper()
	claims := jwt.MapClaims{}
	if _, err := jwt.ParseWithClaims(token, claims, r.keyByID(t), jwt.WithValidMethods([]string{"RS256"}),
		jwt.WithIssuer("https://cognito-idp.eu-central-1.amazonaws.com/"+poolUnderTest), jwt.WithExpirationRequired(), jwt.WithTimeFunc(r.clock.now)); err != nil {
		t.Fatalf("token: %v", err)
	}
	return claims
}
