package shop

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
)

// strange are the headers of a page that is not the shop's.
var strange = map[string][]string{
	"another site":         {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
	"another port":         {"Origin", "http://localhost:3000", "Sec-Fetch-Site", "same-site"},
	"a sandboxed frame":    {"Origin", "null", "Sec-Fetch-Site", "cross-site"},
	"a browser of before":  {"Origin", "https://evil.example"},
	"another site's image": {"Sec-Fetch-Site", "cross-site"},
}

// The app refuses what a session would do for another page by itself, without the door of the local
// cloud before it.
func TestR109_AnotherPageChangesNothingWithASession(t *testing.T) {
	r := newRig(t)
	session := r.session("ada@example.com")
	for _, step := range []Step{Own, Both} {
		r.turn(step)
		for name, headers := range strange {
			headers = append([]string{"Cookie", session}, headers...)
			for call, got := range map[string]int{
				"a change":   r.call("PUT", "/order", `{"note":"to me"}`, headers...).Code,
				"a sign-out": r.call("POST", "/sign-out", "", headers...).Code,
				"a sign-in":  r.enters("bob@example.com", right, headers...).Code, // Ada would write into Bob's
			} {
				if got != http.StatusForbidden {
					t.Errorf("step %d, %s, %s: %d", step, name, call, got)
				}
			}
			if w := r.call("GET", "/order", "", headers...); w.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s may read: %v", name, w.Header())
			}
		}
	}
	own := []string{"Cookie", session, "Origin", "http://localhost:4817", "Sec-Fetch-Site", "same-origin"}
	if w := r.call("PUT", "/order", `{"note":"mine"}`, own...); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"mine"`) {
		t.Errorf("the shop's own page: %d %s", w.Code, w.Body)
	}
}

func TestR109_TheCookieIsOutOfReachAndEndsWithItsStep(t *testing.T) {
	r := newRig(t)
	first := r.session("ada@example.com")
	w := r.enters("bob@example.com", right, "Cookie", first)
	set := w.Header().Get("Set-Cookie")
	for _, flag := range []string{"; Path=/", "; HttpOnly", "; Secure", "; SameSite=Strict"} {
		if !strings.Contains(set, flag) {
			t.Errorf("%q lacks %q", set, flag)
		}
	}
	if strings.Contains(set, "Domain") || strings.Contains(set, "Max-Age") || len(w.Result().Cookies()[0].Value) < 26 {
		t.Errorf("the cookie is %q", set)
	}
	second := sessionCookie + "=" + w.Result().Cookies()[0].Value
	for cookie, want := range map[string]int{first: 401, second: 200, sessionCookie + "=": 401, second + "x": 401} {
		if got := r.call("GET", "/order", "", "Cookie", cookie).Code; got != want {
			t.Errorf("%s: %d, want %d", cookie, got, want)
		}
	}
	gone := r.call("POST", "/sign-out", "", "Cookie", second)
	if set := gone.Header().Get("Set-Cookie"); !strings.Contains(set, "Max-Age=0") || r.call("GET", "/order", "", "Cookie", second).Code != 401 {
		t.Errorf("after the sign-out: %q", set)
	}
	third := r.session("ada@example.com")
	r.turn(Pool)
	for _, method := range []string{"GET", "PUT"} {
		if w := r.call(method, "/order", `{"note":"late"}`, "Cookie", third); w.Code != http.StatusUnauthorized {
			t.Errorf("%s by a session of before: %d", method, w.Code)
		}
	}
	if kept := len(r.sessions); kept > 0 {
		t.Errorf("%d sessions are kept", kept)
	}
}

// Through the door, as a browser reaches it: only the HTTP API brings tokens, only the page loads.
func TestR109_APageReachesTheShopByTheAPIAlone(t *testing.T) {
	r := newRig(t)
	r.turn(Both)
	d, err := door.Listen("the shop", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	r.Serve(d)
	session, token := r.session("ada@example.com"), r.token(bearertest.Sub)
	ask := func(method string, headers ...string) (*http.Response, string) {
		request, err := http.NewRequestWithContext(t.Context(), method, d.URL()+"/order", nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body, _ := io.ReadAll(response.Body)
		return response, string(body)
	}
	for name, headers := range strange {
		if response, body := ask("GET", append([]string{"Cookie", session}, headers...)...); response.StatusCode != http.StatusForbidden || strings.Contains(body, "coffee") {
			t.Errorf("%s with a session: %s %s", name, response.Status, body)
		}
		preflight := append([]string{"Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization"}, headers...)
		if response, _ := ask("OPTIONS", preflight...); response.StatusCode != http.StatusForbidden || response.Header.Get("Access-Control-Allow-Headers") != "" {
			t.Errorf("%s may send a token: %s %v", name, response.Status, response.Header)
		}
		if response, body := ask("OPTIONS", append([]string{"Authorization", token}, preflight...)...); response.StatusCode != http.StatusForbidden {
			t.Errorf("%s may send a token: %s %s", name, response.Status, body)
		}
	}
	// What the page sends to the API, the API passes on with the page's headers.
	if response, body := ask("GET", "Authorization", token, "Origin", d.URL(), "Sec-Fetch-Site", "same-site", "Via", "HTTP/1.1 AmazonAPIGateway"); response.StatusCode != http.StatusOK || !strings.Contains(body, "coffee") {
		t.Errorf("by the API: %s %s", response.Status, body)
	}
}

func TestR109_ThePageLoadsItsOwnFilesAndCallsThePoolAndTheAPI(t *testing.T) {
	r := newRig(t)
	for path, want := range map[string]string{
		"/": `<script type="module" src="shop.mjs">`, "/shop.mjs": "from './calls.mjs'", "/calls.mjs": "from '../cognito.mjs'", "/cognito.mjs": "USER_PASSWORD_AUTH",
		"/style.css": "color-scheme", "/setup.mjs": `export default {"api":"http://localhost:2","step":"own","userPoolClientId":"web","userPoolEndpoint":"http://localhost:1/"};`,
	} {
		w := r.call("GET", path, "")
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v\n%s", path, w.Code, w.Header(), w.Body)
		}
		policy := w.Header().Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "connect-src 'self' http://localhost:1 http://localhost:2;", "form-action 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: %q is not in %q", path, part, policy)
			}
		}
	}
	if w := r.call("GET", "/order", ""); w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("an order may be kept: %v", w.Header())
	}
}

// The vectors are those of Django's suite (1.5, tests of auth.hashers) and of hashcat's modes 10000 and 3200.
func TestR109_TheHashesAreDjangosAndBcrypts(t *testing.T) {
	for password, stored := range map[string]string{
		"lètmein": "pbkdf2_sha256$10000$seasalt$CWWFdHOWwPnki7HvkcqN9iA2T3KLW1cf2uZ5kvArtVY=",
		"hashcat": "pbkdf2_sha256$10000$1135411628$bFYX62rfJobJ07VwrUMXfuffLfj2RDM2G6/BrTrUWkE=",
		right:     Hash(right),
		"U*U":     "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	} {
		if !fits(stored, password) || fits(stored, password+"x") || fits(stored, "") {
			t.Errorf("%s: %s", password, stored)
		}
	}
	if parts := strings.Split(Hash(right), "$"); len(parts) != 4 || parts[0] != "pbkdf2_sha256" || parts[1] != fmt.Sprint(iterations) || parts[2] == strings.Split(Hash(right), "$")[2] {
		t.Errorf("the form is %v", parts)
	}
	for _, stored := range []string{"", "$2", "pbkdf2_sha256$x$seasalt$CWWF", "pbkdf2_sha256$1$seasalt$!", "pbkdf2_sha256$1$seasalt$", "pbkdf2_sha1$1$s$", "pbkdf2_sha256$1$s"} {
		if fits(stored, "") || fits(stored, right) {
			t.Errorf("%q fits", stored)
		}
	}
}
