package gateway

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
)

// raw sends bytes and returns the first answer's status line.
func raw(t testing.TB, server *httptest.Server, text string) string {
	t.Helper()
	return wire(t, strings.TrimPrefix(server.URL, "http://"), text)[0]
}

// wire sends bytes and returns the status lines of all answers until the other side is silent
// for a moment.
func wire(t testing.TB, address, text string) (status []string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	for {
		wait := 5 * time.Second
		if len(status) > 0 {
			wait = 50 * time.Millisecond
		}
		_ = conn.SetReadDeadline(time.Now().Add(wait))
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			return append(status, "")[:max(1, len(status))]
		}
		_, _ = io.Copy(io.Discard, response.Body)
		status = append(status, response.Status)
	}
}

// behind serves an API through a door.
func behind(t *testing.T, api *API, f *functions, change ...func(*Options)) *door.Door {
	t.Helper()
	d, err := door.Listen("the HTTP API", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	g := with(api, f, nil, change...)
	d.ServeCORS(g, g.Pages)
	return d
}

// One request on the wire is one request behind the gateway, or none.
func TestR93_NoRequestIsSmuggled(t *testing.T) {
	f, app := &functions{reply: `{"statusCode":200}`}, startService(t)
	d := behind(t, apiOf(route(t, "POST /f", nil), proxied(t, "ANY /{proxy+}", app.URL, nil)), f)
	host := "Host: " + d.Addr() + "\r\n"
	const hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, text := range map[string]string{
		"both lengths":       "POST /f HTTP/1.1\r\n" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"two lengths":        "POST /f HTTP/1.1\r\n" + host + "Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + hidden,
		"a signed length":    "POST /f HTTP/1.1\r\n" + host + "Content-Length: +0\r\n\r\n" + hidden,
		"an odd coding":      "POST /f HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
		"a hidden coding":    "POST /f HTTP/1.1\r\n" + host + "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + hidden,
		"an odd chunk":       "POST /f HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + hidden,
		"a line in the path": "GET /x%0d%0aHost:%20y HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n",
		"an absolute target": "GET http://evil.example/f HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n",
		"a tunnel":           "CONNECT evil.example:443 HTTP/1.1\r\n" + host + "\r\n",
		"two hosts":          "GET /x HTTP/1.1\r\n" + host + "Host: evil.example\r\n\r\n",
		"HTTP/0.9":           "GET /x\r\n\r\n",
	} {
		wire(t, d.Addr(), text)
		for _, r := range app.all() {
			if r.URL.Path == "/hidden" || r.Host != strings.TrimPrefix(app.URL, "http://") || strings.Contains(r.RequestURI, "\n") {
				t.Errorf("%s: the service got %s of %s", name, r.RequestURI, r.Host)
			}
		}
	}
	for _, event := range f.seen() {
		if strings.Contains(event, "hidden") {
			t.Errorf("a function got %s", event)
		}
	}
}

func TestR93_APageReadsWhatTheTemplateAllowsItsOrigin(t *testing.T) {
	f := &functions{reply: `{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"*","access-control-allow-credentials":"true","X-A":"b"}}`}
	api := apiOf(route(t, "GET /x", nil))
	api.CORS = &CORS{Origins: []string{"https://app.example.com", "http://localhost:4815"}, Methods: []string{"GET", "POST"}, Headers: []string{"authorization"}, Exposed: []string{"x-a"}, MaxAge: 3600}
	d := behind(t, api, f)
	do := func(method, path, origin string, more ...string) *http.Response {
		r, _ := http.NewRequestWithContext(t.Context(), method, d.URL()+path, nil)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if method == "OPTIONS" {
			r.Header.Set("Access-Control-Request-Method", "GET")
		}
		for _, host := range more {
			r.Host = host
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response
	}
	cors := func(r *http.Response) string {
		var all []string
		for _, name := range []string{"Allow-Origin", "Allow-Methods", "Allow-Headers", "Max-Age", "Expose-Headers", "Allow-Credentials"} {
			all = append(all, strings.Join(r.Header.Values("Access-Control-"+name), "|"))
		}
		if r.StatusCode == 200 && r.Header.Get("X-A") != "b" {
			t.Error("a header of the function is lost")
		}
		return fmt.Sprint(r.StatusCode, " ", strings.Join(all, " "))
	}
	for _, c := range []struct{ method, path, origin, want string }{
		{"OPTIONS", "/x", "https://app.example.com", "204 https://app.example.com GET,POST authorization 3600 x-a "},
		{"OPTIONS", "/nowhere", "http://localhost:4815", "204 http://localhost:4815 GET,POST authorization 3600 x-a "},
		{"GET", "/x", "https://app.example.com", "200 https://app.example.com    x-a "},
		{"GET", "/nowhere", "https://app.example.com", "404 https://app.example.com    x-a "},
		{"GET", "/x", "", "200      "},
		{"OPTIONS", "/x", "https://evil.example", "403      "}, // of the door
		{"GET", "/x", "https://evil.example", "403      "},
		{"GET", "/x", "null", "403      "},
		{"GET", "/x", "https://app.example.com.evil.example", "403      "},
		{"GET", "/x", "http://app.example.com", "403      "},
	} {
		if got := cors(do(c.method, c.path, c.origin)); got != c.want {
			t.Errorf("%s %s of %q: %s, want %s", c.method, c.path, c.origin, got, c.want)
		}
	}
	if got := do("GET", "/x", "", "rebound.example"); got.StatusCode != 403 {
		t.Errorf("a rebound name: %d", got.StatusCode)
	}
	api.CORS = nil
	if got := cors(do("OPTIONS", "/x", "https://app.example.com")); got != "403      " {
		t.Errorf("without CORS: %s", got)
	}
}

// A preflight that a route takes is its request: with an authorizer it is refused, and no page
// gets further (guide, "Configure CORS for HTTP APIs").
func TestR93_ARouteForEachMethodTakesThePreflight(t *testing.T) {
	asks := http.Header{"Origin": {"https://a.example"}, "Access-Control-Request-Method": {"GET"}}
	for key, want := range map[string]int{"ANY /x": 401, "$default": 401, "OPTIONS /x": 401, "GET /x": 204} {
		api := apiOf(route(t, key, &Authorizer{}))
		api.CORS = &CORS{Origins: []string{"https://*"}}
		w := ask(with(api, &functions{}, nil), "OPTIONS", "/x", asks, "")
		if w.Code != want || w.Header().Get("Access-Control-Allow-Origin") != "https://a.example" || w.Header().Get("Vary") != "Origin" {
			t.Errorf("%s: %d %v", key, w.Code, w.Header())
		}
	}
	api := apiOf(route(t, "GET /x", nil))
	api.CORS = &CORS{Origins: []string{"*"}}
	for _, lacks := range []http.Header{{}, {"Origin": asks["Origin"]}, {"Access-Control-Request-Method": {"GET"}}} {
		if w := ask(with(api, &functions{}, nil), "OPTIONS", "/x", lacks, ""); w.Code != 404 {
			t.Errorf("no preflight: %v: %d", lacks, w.Code)
		}
	}
	if w := ask(with(apiOf(), &functions{}, nil), "OPTIONS", "/x", asks, ""); w.Code != 404 {
		t.Errorf("without CORS: %d", w.Code)
	}
	any := &CORS{Origins: []string{"*"}, Credentials: true}
	header := http.Header{}
	any.dress(header, httptest.NewRequest("GET", "/", nil))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Origin", "null")
	any.dress(header, r)
	if header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Access-Control-Allow-Credentials") != "true" || header.Get("Vary") != "" {
		t.Errorf("%v", header)
	}
}

// A page of the app that takes the service's place has the app's origin.
func TestR109_TheAppInPlaceOfAServiceCallsAsTheServicesPagesMay(t *testing.T) {
	const other = "https://other.example"
	api := &API{Routes: []Route{{Integration: Integration{FunctionARN: "f"}}, {Integration: Integration{URL: "https://shop.example/base"}}}}
	api.Replace(&url.URL{Scheme: "http", Host: "localhost:4817"})
	api.CORS = &CORS{Origins: []string{other, "https://shop.example"}}
	api.Replace(&url.URL{Scheme: "http", Host: "localhost:4817"})
	if got := api.CORS.Origins; !slices.Equal(got, []string{other, "http://localhost:4817"}) {
		t.Errorf("the origins are %v", got)
	}
	api.CORS.Origins = []string{"*"}
	if api.Replace(&url.URL{Scheme: "http", Host: "localhost:1"}); api.CORS.Origins[0] != "*" {
		t.Errorf("the origins are %v", api.CORS.Origins)
	}
}
