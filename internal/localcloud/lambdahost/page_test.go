package lambdahost

import (
	"net/http"
	"strings"
	"testing"
)

// A page that finds the Runtime API of a warm function neither takes its event nor
// answers in its place.
func TestR48_NoPageTakesAnEvent(t *testing.T) {
	t.Parallel()
	host, _ := start(t, Function{}, Options{})
	invoke(t, host, `{}`)
	fn := host.functions["worker"]
	fn.mu.Lock()
	var api string
	for env := range fn.all {
		api = env.door.URL() + "/2018-06-01/runtime"
	}
	fn.mu.Unlock()
	for name, c := range map[string]struct{ method, path, host, origin, site string }{
		"an image":       {"GET", "/invocation/next", "", "", "cross-site"},
		"a script":       {"GET", "/invocation/next", "", "https://evil.example", "cross-site"},
		"a rebound name": {"GET", "/invocation/next", "evil.example", "", ""},
		"a form":         {"POST", "/init/error", "", "null", ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, api+c.path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = c.host
		for header, value := range map[string]string{"Origin": c.origin, "Sec-Fetch-Site": c.site} {
			if value != "" {
				r.Header.Set(header, value)
			}
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = got.Body.Close()
		if got.StatusCode != http.StatusForbidden {
			t.Errorf("%s: status %d", name, got.StatusCode)
		}
	}
	if got := invoke(t, host, `{"still":"here"}`); got != `{"still":"here"}` {
		t.Errorf("got %s", got)
	}
}
