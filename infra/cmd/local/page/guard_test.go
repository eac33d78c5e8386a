package page

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// strangers are requests of other people's pages.
var strangers = map[string]func(*http.Request){
	"a foreign origin":       func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
	"another port's origin":  func(r *http.Request) { r.Header.Set("Origin", "http://localhost:3000") },
	"an origin that is null": func(r *http.Request) { r.Header.Set("Origin", "null") },
	"a rebound host":         func(r *http.Request) { r.Host = "evil.example:" + r.URL.Port() },
	"another port's host":    func(r *http.Request) { r.Host = "localhost:1" },
	"cross-site":             func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
	"a cross-site link": func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Sec-Fetch-Mode", "navigate")
		r.Header.Set("Sec-Fetch-Dest", "document")
	},
	"another port's page": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
	"another port's frame": func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "same-site")
		r.Header.Set("Sec-Fetch-Mode", "navigate")
		r.Header.Set("Sec-Fetch-Dest", "iframe")
	},
}

func TestR61_APageOfAnotherOriginReadsAndChangesNothing(t *testing.T) {
	refusesStrangers(t, filled(t))
}

func refusesStrangers(t *testing.T, p *Page) {
	t.Helper()
	for _, to := range p.routes {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			for name, change := range strangers {
				got, body := ask(t, p, route{method, to.path}, change)
				if got.StatusCode != http.StatusForbidden || strings.Contains(body, "<main") || got.Header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s %s from %s: status %d", method, to.path, name, got.StatusCode)
				}
			}
		}
	}
}

// Who follows a link of the sample app gets the page, and the app's page gets nothing.
func TestR61_TheOwnOriginAndAFollowedLinkAreAnswered(t *testing.T) {
	p := filled(t)
	for name, change := range map[string]func(*http.Request){
		"a program":       func(*http.Request) {},
		"the address bar": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") },
		"its own page": func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.Header.Set("Origin", p.URL())
		},
		"a link of another port": func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "same-site")
			r.Header.Set("Sec-Fetch-Mode", "navigate")
			r.Header.Set("Sec-Fetch-Dest", "document")
		},
	} {
		if got, _ := ask(t, p, route{http.MethodGet, "/timeline"}, change); got.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", name, got.StatusCode)
		}
	}
}

func TestR61_EveryAnswerHasThePolicyAndNothingInline(t *testing.T) {
	p := filled(t)
	runsNothing(t, p)
	_, page := ask(t, p, route{http.MethodGet, "/timeline"}, func(*http.Request) {})
	if !strings.Contains(page, "&lt;script&gt;") {
		t.Error("what a stranger wrote is not shown")
	}
}

func runsNothing(t *testing.T, p *Page) {
	t.Helper()
	for _, to := range append(p.routes, route{http.MethodGet, "/nothing"}, route{http.MethodDelete, "/timeline"}) {
		got, body := ask(t, p, to, func(*http.Request) {})
		for name, value := range headers {
			if got.Header.Get(name) != value {
				t.Errorf("%s %s: %s is %q", to.method, to.path, name, got.Header.Get(name))
			}
		}
		for _, inline := range []string{"<style", " style=", "<script>", "<img", " onclick=", "javascript:"} {
			if strings.Contains(body, inline) && strings.Contains(got.Header.Get("Content-Type"), "html") {
				t.Errorf("%s %s has %s", to.method, to.path, inline)
			}
		}
	}
}

func TestR61_ThePolicyLetsNothingElseIn(t *testing.T) {
	for name, wants := range map[string][]string{
		"Content-Security-Policy":      {"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"},
		"X-Frame-Options":              {"DENY"},
		"X-Content-Type-Options":       {"nosniff"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Referrer-Policy":              {"same-origin"},
	} {
		for _, want := range wants {
			if got := strings.Split(headers[name], "; "); !slices.Contains(got, want) {
				t.Errorf("%s lacks %s: %q", name, want, got)
			}
		}
	}
	if strings.Contains(headers["Content-Security-Policy"], "unsafe") {
		t.Error("the policy lets inline code in")
	}
}

// With reduced motion nothing moves, and without it nothing moves either.
func TestR61_NothingMoves(t *testing.T) {
	style, err := files.ReadFile("page.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, moves := range []string{"animation", "transition", "scroll-behavior"} {
		if strings.Contains(string(style), moves) {
			t.Errorf("the stylesheet has %s", moves)
		}
	}
}

func TestR61_ALongTextIsCutBetweenCharacters(t *testing.T) {
	for text, want := range map[string]string{"": "", "abc": "abc", "abcd": "abc… (1 bytes more)", "abé": "ab… (2 bytes more)"} {
		if got := clip(text, 3); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// The two forms of a view come from one call.
func TestR61_EveryViewIsAlsoJSON(t *testing.T) {
	p := filled(t)
	for _, path := range p.views() {
		html, _ := ask(t, p, route{http.MethodGet, path}, func(*http.Request) {})
		same, body := ask(t, p, route{http.MethodGet, "/api" + path}, func(*http.Request) {})
		if html.StatusCode != http.StatusOK || same.StatusCode != http.StatusOK || same.Header.Get("Content-Type") != "application/json" || !json.Valid([]byte(body)) {
			t.Errorf("%s: %d, as JSON %d %s", path, html.StatusCode, same.StatusCode, body)
		}
	}
	html, _ := ask(t, p, route{http.MethodGet, "/calls/x"}, func(*http.Request) {})
	same, body := ask(t, p, route{http.MethodGet, "/api/calls/x"}, func(*http.Request) {})
	if html.StatusCode != http.StatusNotFound || same.StatusCode != http.StatusNotFound || !strings.Contains(body, `"error": "there is no such call`) {
		t.Errorf("what is not there: %d, as JSON %d %s", html.StatusCode, same.StatusCode, body)
	}
}

// A view asks for form values, and those of a body count: it is not read without end, nor
// kept on the disk.
func TestR61_NoAnswerReadsALongBody(t *testing.T) {
	long := strings.NewReader("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n" + strings.Repeat("x", 2*mostForm))
	size := long.Len()
	r := httptest.NewRequest(http.MethodGet, "/timeline", long)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	guard(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _ = r.FormValue("a") })).ServeHTTP(httptest.NewRecorder(), r)
	if read := size - long.Len(); read > mostForm+64<<10 {
		t.Errorf("%d bytes of %d were read", read, size)
	}
}
