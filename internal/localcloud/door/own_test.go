package door

import (
	"bytes"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A page that is an endpoint itself answers its own requests, and links of this machine.
func TestR61_APagesOwnEndpointAnswersItAndFollowedLinks(t *testing.T) {
	d, err := Listen("Page", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	d.ServeOwn(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), nil)
	_, port, _ := net.SplitHostPort(d.Addr())
	link := http.Header{"Sec-Fetch-Site": {"same-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}}
	with := func(name, value string) http.Header {
		other := maps.Clone(link)
		other[name] = []string{value}
		if value == "" {
			delete(other, name)
		}
		return other
	}
	for _, c := range []struct {
		name, method string
		headers      http.Header
		in           bool
	}{
		{"a program", "POST", http.Header{}, true},
		{"its own form", "POST", http.Header{"Origin": {"http://localhost:" + port}, "Sec-Fetch-Site": {"same-origin"}}, true},
		{"its own module", "GET", http.Header{"Origin": {"http://localhost:" + port}}, true},
		{"a link of another port", "GET", link, true},
		{"a form of another port", "POST", link, false},
		{"a request of another port's script", "GET", with("Sec-Fetch-Mode", "cors"), false},
		{"a request that names no mode", "GET", with("Sec-Fetch-Mode", ""), false},
		{"a frame", "GET", with("Sec-Fetch-Dest", "iframe"), false},
		{"what names no destination", "GET", with("Sec-Fetch-Dest", ""), false},
		{"a link of another site", "GET", with("Sec-Fetch-Site", "cross-site"), false},
		{"a link with an origin", "GET", with("Origin", "http://localhost:1"), false},
		{"another port's script", "GET", http.Header{"Origin": {"http://localhost:1"}}, false},
		{"no origin at all", "GET", http.Header{"Origin": {"null"}}, false},
	} {
		if got := call(d, c.method, "/", "localhost:"+port, c.headers); c.in != (got.Code == http.StatusOK) {
			t.Errorf("%s: status %d", c.name, got.Code)
		} else if policy := got.Header().Get("Content-Security-Policy"); !c.in && policy != "default-src 'none'; frame-ancestors 'none'" {
			t.Errorf("%s: the refusal may be framed: %q", c.name, policy)
		}
	}
}

func TestR60_ATapPassesAllOnAndKeepsTheBeginning(t *testing.T) {
	w := httptest.NewRecorder()
	tap := &Tap{ResponseWriter: w}
	tap.WriteHeader(http.StatusAccepted)
	tap.WriteHeader(http.StatusTeapot)
	whole := strings.Repeat("a", maxTapped-1) + "bc"
	for _, part := range []string{whole[:10], whole[10:], "d"} {
		if n, err := tap.Write([]byte(part)); n != len(part) || err != nil {
			t.Errorf("%d of %d, %v", n, len(part), err)
		}
	}
	if tap.Status != http.StatusAccepted || w.Code != http.StatusAccepted || w.Body.String() != whole+"d" {
		t.Errorf("status %d, passed on %d with %d bytes", tap.Status, w.Code, w.Body.Len())
	}
	if !bytes.Equal(tap.Body.Bytes(), []byte(whole[:maxTapped])) {
		t.Errorf("%d bytes are kept", tap.Body.Len())
	}
	if tap.Unwrap() != http.ResponseWriter(w) {
		t.Error("the tap hides what is behind it")
	}
	silent := &Tap{ResponseWriter: httptest.NewRecorder()}
	if _, err := silent.Write(nil); err != nil || silent.Status != http.StatusOK {
		t.Errorf("a body without a status: %d, %v", silent.Status, err)
	}
}
