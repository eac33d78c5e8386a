package bearer_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
)

// config is that of the table.
func config(issuer *bearertest.Issuer) bearer.Config {
	return bearer.Config{
		Pool: bearertest.Pool, Clients: []string{bearertest.Client}, Resources: []string{bearertest.Resource},
		Issuers: map[string]string{issuer.URL: issuer.Keys, issuer.Second.URL: issuer.Second.Keys},
	}
}

func verifier(t testing.TB, c bearer.Config) *bearer.Verifier {
	t.Helper()
	v, err := bearer.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// ask sends a request with these values of Authorization.
func ask(h http.Handler, authorization ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/orders", nil)
	for _, value := range authorization {
		r.Header.Add("Authorization", value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// ok is the app behind the check.
var ok = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })

// options are a route's demands as package bearer says them.
func options(r bearertest.Route) []bearer.Option {
	var demands []bearer.Option
	for _, demand := range []struct {
		is     bool
		option func() bearer.Option
	}{
		{len(r.Scopes) > 0, func() bearer.Option { return bearer.Scopes(r.Scopes...) }},
		{r.Machines, bearer.Machines},
		{r.MinACR > 0, func() bearer.Option { return bearer.MinACR(r.MinACR) }},
		{r.MaxAge > 0, func() bearer.Option { return bearer.MaxAge(r.MaxAge) }},
		{r.Resource != "", func() bearer.Option { return bearer.RequireResource(r.Resource) }},
		{r.Role != "", func() bearer.Option { return bearer.Role(r.Role) }},
		{r.Tenant != "", func() bearer.Option { return bearer.InTenant(func(*http.Request) string { return r.Tenant }) }},
	} {
		if demand.is {
			demands = append(demands, demand.option())
		}
	}
	return demands
}

func TestR90_EachTokenHasTheVerdictOfTheTable(t *testing.T) {
	issuer := bearertest.New(t)
	for _, c := range bearertest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			v := verifier(t, config(issuer))
			if c.Before != nil {
				if w := ask(v.Require(ok), c.Before(issuer)...); w.Code != http.StatusOK {
					t.Fatalf("the request before: %d", w.Code)
				}
			}
			w := ask(v.Require(ok, options(c.Route)...), c.Tokens(issuer)...)
			if got := verdict(t, w); got != c.Bearer {
				t.Errorf("%v, want %v", got, c.Bearer)
			}
		})
	}
}

// verdict reads an answer, and checks its form.
func verdict(t *testing.T, w *httptest.ResponseRecorder) bearertest.Verdict {
	t.Helper()
	challenge := w.Header().Get("WWW-Authenticate")
	fields := challengeFields(t, challenge)
	if w.Code != http.StatusOK {
		if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("headers %v", w.Header())
		}
		if !bytes.Contains(w.Body.Bytes(), []byte(`{"message":"a`)) && !bytes.Contains(w.Body.Bytes(), []byte(`{"message":"the `)) {
			t.Errorf("the answer says nothing: %s", w.Body)
		}
		if w.Code == http.StatusUnauthorized && fields["resource_metadata"] != "https://api.example.com/.well-known/oauth-protected-resource/orders" {
			t.Errorf("the challenge %q does not say where the metadata is", challenge)
		}
	}
	return bearertest.Verdict{Status: w.Code, Error: fields["error"]}
}
