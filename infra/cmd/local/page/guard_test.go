package page

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// open returns a running page without a cloud.
func open(t *testing.T) *Page {
	t.Helper()
	p, err := Start(nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// wild replaces what a pattern leaves open.
var wild = strings.NewReplacer("{$}", "", "{id}", "1", "{sub}", "1")

// send sends a request to a route and follows nothing.
func send(t *testing.T, p *Page, to route, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), to.method, p.URL()+wild.Replace(to.path), strings.NewReader(url.Values{}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	change(r)
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	body := ""
	if !strings.HasPrefix(got.Header.Get("Content-Type"), "text/event-stream") {
		all, _ := io.ReadAll(got.Body)
		body = string(all)
	}
	return got, body
}

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
	p := open(t)
	for _, to := range p.routes {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			for name, change := range strangers {
				got, body := send(t, p, route{method, to.path}, change)
				if got.StatusCode != http.StatusForbidden || strings.Contains(body, "<main") || got.Header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s %s from %s: status %d", method, to.path, name, got.StatusCode)
				}
			}
		}
	}
}

// Who follows a link of the sample app gets the page, and the app's page gets nothing.
func TestR61_TheOwnOriginAndAFollowedLinkAreAnswered(t *testing.T) {
	p := open(t)
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
		if got, _ := send(t, p, route{http.MethodGet, "/timeline"}, change); got.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", name, got.StatusCode)
		}
	}
}

func TestR61_EveryAnswerHasThePolicyAndNothingInline(t *testing.T) {
	p := open(t)
	for _, to := range append(p.routes, route{http.MethodGet, "/nothing"}, route{http.MethodDelete, "/timeline"}) {
		got, body := send(t, p, to, func(*http.Request) {})
		for name, value := range headers {
			if got.Header.Get(name) != value {
				t.Errorf("%s %s: %s is %q", to.method, to.path, name, got.Header.Get(name))
			}
		}
		for _, inline := range []string{"<style", " style=", "<script>", " onclick=", "javascript:"} {
			if strings.Contains(body, inline) && strings.Contains(got.Header.Get("Content-Type"), "html") {
				t.Errorf("%s %s has %s", to.method, to.path, inline)
			}
		}
	}
	if policy := headers["Content-Security-Policy"]; strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("the policy is %s", policy)
	}
}

// The two forms of a view come from one call.
func TestR61_EveryViewIsAlsoJSON(t *testing.T) {
	p := open(t)
	for _, to := range p.routes {
		if to.method != http.MethodGet || strings.HasPrefix(to.path, "/api/") || strings.HasPrefix(to.path, "/page.") || to.path == "/{$}" {
			continue
		}
		html, _ := send(t, p, to, func(*http.Request) {})
		same, _ := send(t, p, route{to.method, "/api" + to.path}, func(*http.Request) {})
		if same.StatusCode != html.StatusCode || same.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d, as JSON %d %s", to.path, html.StatusCode, same.StatusCode, same.Header.Get("Content-Type"))
		}
	}
}
