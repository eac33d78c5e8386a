package door

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// open returns a door that lets pages into /open, and the number of requests behind it.
func open(t *testing.T) (*Door, *int) {
	t.Helper()
	d, err := Listen("Test", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	passed := 0
	d.Serve(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed++ }),
		func(r *http.Request) bool { return r.URL.Path == "/open" })
	return d, &passed
}

func call(d *Door, method, path, host string, headers http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader("{}"))
	r.Host, r.Header = host, headers
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

func TestR48_OnlyTheEndpointsOwnNamesAreAnswered(t *testing.T) {
	d, passed := open(t)
	_, port, _ := net.SplitHostPort(d.Addr())
	for host, own := range map[string]bool{
		"localhost:" + port: true, "LOCALHOST:" + port: true, "app.localhost:" + port: true, "127.0.0.1:" + port: true, "[::1]:" + port: true,
		"": false, "localhost": false, "127.0.0.1": false, "localhost:1": false, "127.0.0.1:" + port + "0": false,
		"evil.example": false, "evil.example:" + port: false, "evillocalhost:" + port: false, "localhost.evil.example:" + port: false,
		"127.0.0.1.evil.example:" + port: false, "localhost.:" + port: false, "0.0.0.0:" + port: false, "127.0.0.2:" + port: false,
	} {
		for _, path := range []string{"/", "/open"} {
			before := *passed
			got := call(d, "POST", path, host, http.Header{})
			if own != (got.Code == 200) || own != (*passed == before+1) {
				t.Errorf("host %q, path %s: status %d, %d passed", host, path, got.Code, *passed-before)
			}
			if !own && (got.Code != 403 || !strings.Contains(got.Body.String(), "call it as http://localhost:"+port)) {
				t.Errorf("host %q: %d %s", host, got.Code, got.Body)
			}
		}
	}
}

func TestR48_APageIsAnsweredOnlyWhereEveryPageMayCome(t *testing.T) {
	d, passed := open(t)
	for name, c := range map[string]struct {
		headers http.Header
		page    bool
	}{
		"a program":               {http.Header{}, false},
		"the address bar":         {http.Header{"Sec-Fetch-Site": {"none"}}, false},
		"a page of the endpoint":  {http.Header{"Sec-Fetch-Site": {"same-origin"}}, false},
		"another site":            {http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}}, true},
		"an old browser":          {http.Header{"Origin": {"https://evil.example"}}, true},
		"a sandboxed frame":       {http.Header{"Origin": {"null"}}, true},
		"an empty origin":         {http.Header{"Origin": {""}}, true},
		"the endpoint's origin":   {http.Header{"Origin": {d.URL()}, "Sec-Fetch-Site": {"same-origin"}}, true},
		"another port":            {http.Header{"Origin": {"http://localhost:3000"}, "Sec-Fetch-Site": {"same-site"}}, true},
		"an image":                {http.Header{"Sec-Fetch-Site": {"cross-site"}}, true},
		"an image of a neighbour": {http.Header{"Sec-Fetch-Site": {"same-site"}}, true},
		"a word to come":          {http.Header{"Sec-Fetch-Site": {"next-door"}}, true},
	} {
		for _, kind := range []string{"application/x-amz-json-1.1", "text/plain", "application/x-www-form-urlencoded"} {
			for path, mayEnter := range map[string]bool{"/": !c.page, "/open": true} {
				headers := c.headers.Clone()
				headers.Set("Content-Type", kind)
				before := *passed
				got := call(d, "POST", path, d.Addr(), headers)
				if mayEnter != (got.Code == 200) || mayEnter != (*passed == before+1) {
					t.Errorf("%s, %s, %s: status %d, %d passed", name, path, kind, got.Code, *passed-before)
				}
				if readable := got.Header().Get("Access-Control-Allow-Origin"); (readable == "*") != (path == "/open") {
					t.Errorf("%s, %s: Access-Control-Allow-Origin %q", name, path, readable)
				}
			}
		}
	}
}

func TestR48_APreflightIsAnsweredWhereItsRequestMay(t *testing.T) {
	d, passed := open(t)
	asks := http.Header{"Origin": {"https://app.example"}, "Access-Control-Request-Method": {"POST"}, "Access-Control-Request-Headers": {"content-type,x-amz-target"}}
	yes := call(d, "OPTIONS", "/open", d.Addr(), asks)
	if yes.Code != 204 || yes.Header().Get("Access-Control-Expose-Headers") != "date, x-amzn-errormessage, x-amzn-errortype, x-amzn-requestid" || yes.Header().Get("Access-Control-Allow-Origin") != "*" ||
		yes.Header().Get("Access-Control-Allow-Methods") != "GET, POST" || !strings.Contains(yes.Header().Get("Access-Control-Allow-Headers"), "x-amz-target") {
		t.Errorf("where pages may come: %d %v", yes.Code, yes.Header())
	}
	for _, no := range []*httptest.ResponseRecorder{call(d, "OPTIONS", "/", d.Addr(), asks), call(d, "OPTIONS", "/open", "evil.example", asks)} {
		if no.Code != 403 || no.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("elsewhere: %d %v", no.Code, no.Header())
		}
	}
	if *passed != 0 {
		t.Error("a preflight went through the door")
	}
	if call(d, "OPTIONS", "/open", d.Addr(), http.Header{}); *passed != 1 {
		t.Error("OPTIONS that is no preflight did not go through the door")
	}
}

func TestAConnectionWaitsForServeAndCloseEndsIt(t *testing.T) {
	d, err := Listen("Test", 0)
	if err != nil {
		t.Fatal(err)
	}
	status := make(chan int, 1)
	go func() {
		got, err := http.Get(d.URL())
		if err != nil {
			status <- 0
			return
		}
		_ = got.Body.Close()
		status <- got.StatusCode
	}()
	d.Serve(http.NotFoundHandler(), nil)
	if got := <-status; got != 404 {
		t.Errorf("status %d", got)
	}
	for range 2 {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, listener := range d.plain { // another process may have the port by now
		if _, err := listener.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: %v", listener.Addr(), err)
		}
	}
	if unserved, err := Listen("Test", 0); err != nil {
		t.Error(err)
	} else if err := unserved.Close(); err != nil {
		t.Error(err)
	}
}

func TestR48_ARefusalIsOneThatEverySDKReads(t *testing.T) {
	d, _ := open(t)
	for _, c := range []struct {
		host    string
		headers http.Header
		why     string
	}{
		{"evil.example", nil, d.name + ` of the local cloud does not answer to the host "evil.example": call it as ` + d.URL()},
		{"localhost:" + strconv.Itoa(d.Port()), http.Header{"Origin": {"null"}}, d.name + " of the local cloud does not answer this request to a web page, whichever its origin: send it from a server or from the command line"},
	} {
		got := call(d, http.MethodGet, "/", c.host, c.headers)
		body := map[string]string{}
		if err := json.Unmarshal(got.Body.Bytes(), &body); err != nil || body["__type"] != "AccessDeniedException" || body["message"] != c.why {
			t.Errorf("%s: %v, %v", c.host, body, err)
		}
		if got.Header().Get("Content-Type") != "application/json" || got.Header().Get("X-Amzn-Errortype") != "AccessDeniedException" {
			t.Errorf("%s: %v", c.host, got.Header())
		}
	}
}

func TestWithoutTLSThereIsOneURL(t *testing.T) {
	d, _ := open(t)
	if d.SecureURL() != d.URL() {
		t.Errorf("%s and %s", d.SecureURL(), d.URL())
	}
}

func TestCloseBeforeServeFreesThePorts(t *testing.T) {
	d, err := Listen("it", 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Secure(0, &tls.Config{}); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, listener := range slices.Concat(d.plain, d.secure) {
		if _, err := listener.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: %v", listener.Addr(), err)
		}
	}
}

// A URL leaves the usual port out.
func TestAHostWithoutAPortIsAtTheUsualOne(t *testing.T) {
	d := &Door{name: "Test", plain: []net.Listener{at(80)}, secure: []net.Listener{at(443)}, next: http.NotFoundHandler()}
	for _, c := range []struct {
		host string
		tls  *tls.ConnectionState
		want int
	}{
		{"localhost", nil, 404},
		{"app.localhost", &tls.ConnectionState{}, 404},
		{"LOCALHOST", nil, 404},
		{"[::1]", nil, 404},
		{"127.0.0.1", nil, 404},
		{"LOCALHOST:443", &tls.ConnectionState{}, 404},
		{"localhost:80", &tls.ConnectionState{}, 403},
		{"localhost:443", nil, 403},
		{"evil.example", nil, 403},
		{"", nil, 403},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host, r.TLS = c.host, c.tls
		w := httptest.NewRecorder()
		if d.ServeHTTP(w, r); w.Code != c.want {
			t.Errorf("%q, TLS %v: status %d", c.host, c.tls != nil, w.Code)
		}
	}
}

// at is a listener at a port that a test does not open.
type at int

func (a at) Addr() net.Addr          { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(a)} }
func (at) Accept() (net.Conn, error) { return nil, net.ErrClosed }
func (at) Close() error              { return nil }

func TestTheAddressIsOfIPv4(t *testing.T) {
	d, _ := open(t)
	if want := "127.0.0.1:" + strconv.Itoa(d.Port()); d.Addr() != want {
		t.Errorf("got %s, want %s", d.Addr(), want)
	}
}

// A machine need not have ::1.
func TestOneLoopbackAddressIsEnough(t *testing.T) {
	d := &Door{plain: []net.Listener{at(8080)}, secure: []net.Listener{at(8443)}}
	if d.Addr() != "127.0.0.1:8080" || d.URL() != "http://localhost:8080" || d.SecureURL() != "https://localhost:8443" {
		t.Errorf("%s, %s, %s", d.Addr(), d.URL(), d.SecureURL())
	}
}

func TestAPortThatIsNoneIsAnError(t *testing.T) {
	for _, port := range []int{-1, 65536} {
		if d, err := Listen("Test", port); d != nil || err == nil || !strings.HasPrefix(err.Error(), "opening port "+strconv.Itoa(port)+" for Test: ") {
			t.Errorf("%d: %v, %v", port, d, err)
		}
	}
}
