package shop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
)

const right = "Correct-horse-1"

// rig is a shop with Ada (Django's format) and Bob (bcrypt's), and a pool that signs.
type rig struct {
	*testing.T
	*App
	issuer *bearertest.Issuer
	// addresses are those of subs; verified by default. asked counts.
	addresses  map[string]string
	unverified bool
	fails      error
	asked      int
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{T: t, issuer: bearertest.New(t), addresses: map[string]string{bearertest.Sub: " Ada@Example.com"}}
	tokens, err := bearer.New(bearer.Config{Pool: bearertest.Pool, Clients: []string{bearertest.Client}, Issuers: map[string]string{r.issuer.URL: r.issuer.Keys}})
	if err != nil {
		t.Fatal(err)
	}
	older, err := OlderHash(right)
	if err != nil {
		t.Fatal(err)
	}
	r.App = New(Setup{
		Tokens: tokens, Scopes: []string{"app/read"}, Infra: "../../../..", UserPool: "http://localhost:1", API: "http://localhost:2", Client: "web",
		Address: func(_ context.Context, sub string) (string, bool, error) {
			r.asked++
			return r.addresses[sub], !r.unverified, r.fails
		},
	},
		Customer{Email: "ada@example.com", Hash: Hash(right), Order: Order{1, "coffee", ""}},
		Customer{Email: "bob@example.com", Hash: older, Order: Order{2, "tea", ""}},
	)
	return r
}

// call sends a request of a program, with these headers by name and value in turn.
func (r *rig) call(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, "http://localhost:4817"+path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	return w
}

func (r *rig) enters(email, password string, headers ...string) *httptest.ResponseRecorder {
	body, _ := json.Marshal(map[string]string{"email": email, "password": password})
	return r.call("POST", "/sign-in", string(body), headers...)
}

// session signs in and returns the cookie as it is sent.
func (r *rig) session(email string) string {
	r.Helper()
	w := r.enters(email, right)
	if w.Code != http.StatusNoContent || len(w.Result().Cookies()) != 1 {
		r.Fatalf("%s: %d %v", email, w.Code, w.Header())
	}
	return sessionCookie + "=" + w.Result().Cookies()[0].Value
}

// token is one of a user, as the header has it.
func (r *rig) token(sub string) string {
	claims := r.issuer.Claims()
	claims["sub"] = sub
	return "Bearer " + r.issuer.Sign(nil, claims)
}

func (r *rig) turn(to Step) {
	r.Helper()
	if err := r.Turn(to); err != nil {
		r.Fatal(err)
	}
}

// What lets in at each step, and what does not: the three tables of routes from outside.
func TestR109_EachStepTakesItsOwnProofAndNoOther(t *testing.T) {
	r := newRig(t)
	session, token := r.session("ada@example.com"), r.token(bearertest.Sub)
	for i, c := range []struct {
		step                               Step
		none, session, token, both, forged int
		signIn                             int
	}{
		{Own, 401, 200, 401, 200, 200, 204},
		{Both, 401, 200, 200, 200, 401, 204}, // a wrong token is not helped by a session
		{Pool, 401, 401, 200, 200, 401, 410},
	} {
		r.turn(c.step)
		got := []int{
			r.call("GET", "/order", "").Code, r.call("GET", "/order", "", "Cookie", session).Code, r.call("GET", "/order", "", "Authorization", token).Code,
			r.call("GET", "/order", "", "Authorization", token, "Cookie", session).Code, r.call("GET", "/order", "", "Authorization", token+"x", "Cookie", session).Code,
			r.enters("bob@example.com", right).Code,
		}
		if want := []int{c.none, c.session, c.token, c.both, c.forged, c.signIn}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("step %d: %v, want %v", c.step, got, want)
		}
		if w := r.call("GET", "/order", "", "X-User-Sub", bearertest.Sub); w.Code != http.StatusUnauthorized {
			t.Errorf("step %d: the header of the HTTP API alone: %d", c.step, w.Code)
		}
		if script := r.call("GET", "/setup.mjs", "").Body.String(); !strings.Contains(script, `"step":"`+[]string{"own", "both", "pool"}[i]+`"`) {
			t.Errorf("step %d: the page is told %s", c.step, script)
		}
	}
	for _, who := range r.Customers() {
		if who.Hash != "" {
			t.Errorf("at the last step %s has a hash", who.Email)
		}
	}
	if r.Turn(Own) == nil {
		t.Error("there is a way back although the hashes are dropped")
	}
	if w := r.call("POST", "/sign-out", ""); w.Code != http.StatusGone {
		t.Errorf("the sign-out at the last step: %d", w.Code)
	}
}

func TestR109_TheSameRowIsFoundBySessionAndByToken(t *testing.T) {
	r := newRig(t)
	session, token := r.session("ada@example.com"), r.token(bearertest.Sub)
	if w := r.call("PUT", "/order", `{"note":"ring twice","number":9}`, "Cookie", session); w.Body.String() != `{"number":1,"item":"coffee","note":"ring twice"}`+"\n" {
		t.Fatalf("by session: %s", w.Body)
	}
	for _, step := range []Step{Both, Pool} {
		r.turn(step)
		if w := r.call("GET", "/order", "", "Authorization", token); !strings.Contains(w.Body.String(), `"number":1,"item":"coffee","note":"ring twice"`) {
			t.Errorf("by token at step %d: %d %s", step, w.Code, w.Body)
		}
	}
	if rows := r.Customers(); rows[0].Sub != bearertest.Sub || rows[0].LastSignIn.IsZero() || rows[1].Sub != "" || !rows[1].LastSignIn.IsZero() {
		t.Errorf("the rows are %v", rows)
	}
	if r.asked != 1 {
		t.Errorf("the address was asked for %d times", r.asked)
	}
}

// An address may change its owner. A sub does not.
func TestR109_ARowIsLinkedOnceAndByAVerifiedAddressOnly(t *testing.T) {
	r := newRig(t)
	r.turn(Both)
	status := func(sub string) int { return r.call("GET", "/order", "", "Authorization", r.token(sub)).Code }
	r.unverified = true
	if got := status(bearertest.Sub); got != http.StatusForbidden {
		t.Errorf("an address that is not verified: %d", got)
	}
	r.unverified, r.fails = false, errors.New("no answer")
	if got := status(bearertest.Sub); got != http.StatusServiceUnavailable {
		t.Errorf("an address that cannot be read: %d", got)
	}
	r.fails = nil
	r.addresses["stranger"], r.addresses["second"] = "stranger@example.com", "ada@example.com"
	for _, c := range []struct {
		sub  string
		want int
	}{{"", 401}, {"nameless", 403}, {"stranger", 403}, {bearertest.Sub, 200}, {"second", 403}, {bearertest.Sub, 200}} {
		if got := status(c.sub); got != c.want {
			t.Errorf("%q: %d, want %d", c.sub, got, c.want)
		}
	}
	narrow := r.issuer.Claims()
	narrow["scope"] = "openid"
	if w := r.call("GET", "/order", "", "Authorization", "Bearer "+r.issuer.Sign(nil, narrow)); w.Code != http.StatusForbidden {
		t.Errorf("a token without the scope: %d", w.Code)
	}
	r.addresses[bearertest.Sub] = "bob@example.com" // Ada takes another address
	if w := r.call("GET", "/order", "", "Authorization", r.token(bearertest.Sub)); !strings.Contains(w.Body.String(), `"number":1`) {
		t.Errorf("after a change of the address: %s", w.Body)
	}
}

func TestR109_WrongAndUnknownLookTheSame(t *testing.T) {
	r := newRig(t)
	if w := r.call("PUT", "/order", "{", "Cookie", r.session("ada@example.com")); w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "coffee") {
		t.Errorf("an order that is no JSON: %d %s", w.Code, w.Body)
	}
	wrong, unknown := r.enters("ada@example.com", "Wrong-horse-1"), r.enters("nobody@example.com", right)
	if wrong.Code != http.StatusUnauthorized || wrong.Code != unknown.Code || wrong.Body.String() != unknown.Body.String() || fmt.Sprint(wrong.Header()) != fmt.Sprint(unknown.Header()) {
		t.Errorf("wrong: %d %s, unknown: %d %s", wrong.Code, wrong.Body, unknown.Code, unknown.Body)
	}
	for _, body := range []string{"", "[]", `{"email":1}`, `{"email":"` + strings.Repeat("a", 5000) + `"}`} {
		if w := r.call("POST", "/sign-in", body); w.Code != http.StatusBadRequest || w.Body.String() != `{"message":"This is not the JSON that is wanted."}`+"\n" || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%.20s: %d %s", body, w.Code, w.Body)
		}
	}
}
