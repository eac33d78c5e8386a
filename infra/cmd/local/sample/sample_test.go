package sample

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// get asks for a file as a browser would, with these headers.
func get(t *testing.T, address string, headers map[string]string) (status int, header http.Header, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(text)
}

func TestR68_TheSampleLoadsOnlyItsOwnFilesAndCallsOnlyThePool(t *testing.T) {
	const config = "export default {}"
	d, err := App{Infra: "../../..", Config: []byte(config), Reaches: []string{"http://localhost:1", "https://localhost:2"}}.Serve()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	own := map[string]string{"Origin": d.URL(), "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
	for path, want := range map[string][2]string{
		"/":            {"text/html", `<script type="module" src="app.mjs">`},
		"/style.css":   {"text/css", "color-scheme"},
		"/app.mjs":     {"text/javascript", "from './local.js'"},
		"/cognito.mjs": {"text/javascript", "USER_PASSWORD_AUTH"},
		"/refusal.mjs": {"text/javascript", "export function decode"},
		"/local.js":    {"text/javascript", config},
	} {
		status, header, body := get(t, d.URL()+path, own)
		if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), want[0]) || !strings.Contains(body, want[1]) {
			t.Errorf("%s: %d %s\n%s", path, status, header.Get("Content-Type"), body)
		}
		policy := header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self';", "connect-src http://localhost:1 https://localhost:2;", "form-action 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: %q is not in %q", path, part, policy)
			}
		}
	}
	if status, _, _ := get(t, d.URL()+"/sample.go", own); status != http.StatusNotFound {
		t.Errorf("another file: %d", status)
	}
}

func TestR68_AnotherPageMayLeadToTheSampleAndReadsNothingOfIt(t *testing.T) {
	d, err := App{Infra: "../../.."}.Serve()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	for _, test := range []struct {
		name   string
		status int
		sent   map[string]string
	}{
		{"a link", http.StatusOK, map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}},
		{"a script of another page", http.StatusForbidden, map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Origin": "https://other.example"}},
		{"an element of another page", http.StatusForbidden, map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}},
		{"a page of another port", http.StatusForbidden, map[string]string{"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Origin": "http://localhost:3000"}},
	} {
		if status, _, _ := get(t, d.URL()+"/local.js", test.sent); status != test.status {
			t.Errorf("%s: %d, want %d", test.name, status, test.status)
		}
	}
}
