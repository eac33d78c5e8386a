package gateway

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
)

// service is an app that was left in place: it keeps the requests that it got.
type service struct {
	*httptest.Server
	mu   sync.Mutex
	got  []*http.Request
	body string
	do   func(http.ResponseWriter, *http.Request)
}

func startService(t testing.TB) *service {
	s := &service{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.got, s.body = append(s.got, r), string(body)
	do := s.do
	s.mu.Unlock()
	if do != nil {
		do(w, r)
	}
}

// answer says what the service does.
func (s *service) answer(do func(http.ResponseWriter, *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.do = do
}

// all returns the requests so far.
func (s *service) all() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

func (s *service) last(t testing.TB) *http.Request {
	t.Helper()
	all := s.all()
	if len(all) == 0 {
		t.Fatal("the service was not called")
	}
	return all[len(all)-1]
}

// asUser reports whether a header is read as x-user-sub by a service that takes _ for - and
// either case, as CGI and WSGI do.
func asUser(name string) bool {
	return strings.EqualFold(strings.ReplaceAll(name, "_", "-"), "x-user-sub")
}

// Whatever the caller sends, the service sees one x-user-sub: that of the verified token.
func TestR93_TheCallersOwnUserHeaderNeverSurvives(t *testing.T) {
	issuer, app := bearertest.New(t), startService(t)
	g := httptest.NewServer(with(apiOf(proxied(t, "ANY /{proxy+}", app.URL, authorizerOf(issuer))), &functions{}, issuer))
	defer g.Close()
	token := "Authorization: Bearer " + issuer.Right() + "\r\n"
	for name, lines := range map[string]string{
		"none":          "",
		"plain":         "x-user-sub: victim\r\n",
		"any case":      "X-USER-Sub: victim\r\nx-user-SUB: victim\r\n",
		"repeated":      "x-user-sub: victim\r\nx-user-sub: victim\r\nx-user-sub: victim\r\n",
		"underscores":   "x_user_sub: victim\r\nX_USER_SUB: victim\r\nx-user_sub: victim\r\nx_user-sub: victim\r\n",
		"hop by hop":    "Connection: x-user-sub\r\n",
		"a hop of both": "Connection: close, X-User-Sub, x_user_sub\r\nx-user-sub: victim\r\n",
		"empty":         "x-user-sub:\r\n",
		"upgrade":       "Connection: Upgrade\r\nUpgrade: x-user-sub\r\nx-user-sub: victim\r\n",
		"a trailer":     "Transfer-Encoding: chunked\r\nTrailer: X-User-Sub\r\n\r\n0\r\nX-User-Sub: victim\r\n",
		"a later line":  "X-A: b\nx-user-sub: victim\r\n",
	} {
		raw(t, g, "POST /orders HTTP/1.1\r\nHost: localhost\r\n"+token+lines+"\r\n")
		r := app.last(t)
		var seen []string
		for header, values := range r.Header {
			if asUser(header) {
				seen = append(seen, values...)
			}
		}
		for header := range r.Trailer {
			seen = append(seen, "trailer "+header)
		}
		if len(seen) != 1 || seen[0] != bearertest.Sub {
			t.Errorf("%s: the service sees %q", name, seen)
		}
	}
	before := len(app.all())
	for name, lines := range map[string]string{
		"a space before the colon": "x-user-sub : victim\r\n" + token,
		"a folded line":            token + "X-A: b\r\n x-user-sub: victim\r\n",
		"a bare return":            token + "X-A: b\rx-user-sub: victim\r\n",
		"no token":                 "x-user-sub: victim\r\n",
	} {
		status := raw(t, g, "GET /orders HTTP/1.1\r\nHost: localhost\r\n"+lines+"\r\n")
		if name != "a folded line" && len(app.all()) != before {
			t.Errorf("%s: it reached the service (%s)", name, status)
		}
		before = len(app.all())
	}
}

// A token without the claim leaves no header.
func TestR93_AMappedClaimThatIsMissingLeavesNoHeader(t *testing.T) {
	app := startService(t)
	g := with(apiOf(proxied(t, "ANY /{proxy+}", app.URL, nil)), &functions{}, nil)
	ask(g, "GET", "/x", http.Header{"X-User-Sub": {"victim"}, "X_user_sub": {"victim"}}, "")
	for name := range app.last(t).Header {
		if asUser(name) {
			t.Errorf("%s survived", name)
		}
	}
}

func TestR93_TheServiceGetsTheRequestAndNothingOfTheConnection(t *testing.T) {
	app := startService(t)
	app.answer(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "X-Hop")
		w.Header().Set("X-Hop", "1")
		w.Header().Set("Location", "http://elsewhere.example/")
		w.Header().Set("Set-Cookie", "a=1")
		w.WriteHeader(http.StatusFound)
		_, _ = w.Write([]byte("gone"))
	})
	g := with(apiOf(proxied(t, "ANY /{proxy+}", app.URL, nil)), &functions{}, nil)
	header := http.Header{
		"X-Own": {"1", "2"}, "Keep-Alive": {"5"}, "Te": {"trailers"}, "Proxy-Authorization": {"Basic x"}, "X-Forwarded-For": {"1.1.1.1"}, "X-Forwarded-Host": {"evil"}, "X-Forwarded-Port": {"1"}, "X-Forwarded-Proto": {"https"}, "Proxy-Authenticate": {"x"}, "Proxy-Connection": {"x"}, "Trailer": {"X-A"},
		"Forwarded": {"for=1.1.1.1"}, "Upgrade": {"websocket"}, "Connection": {"Upgrade"}, "Expect": {"100-continue"}, "Authorization": {"Bearer t"},
	}
	w := ask(g, "PUT", "/a%2Fb//c%20d?x=1&x=%20;y", header, "body")
	r := app.last(t)
	if r.Method != "PUT" || r.RequestURI != "/a%2Fb//c%20d?x=1&x=%20;y" || app.body != "body" || r.ContentLength != 4 || r.Host != strings.TrimPrefix(app.URL, "http://") {
		t.Errorf("%s %s %q, host %s", r.Method, r.RequestURI, app.body, r.Host)
	}
	want := http.Header{
		"X-Own": {"1", "2"}, "Forwarded": {`for="127.0.0.1";host="localhost:4816";proto=http`}, "Via": {"HTTP/1.1 AmazonAPIGateway"}, "Content-Length": {"4"},
		"Authorization": {"Bearer t"}, "User-Agent": {"Go-http-client/1.1"},
	}
	if fmt.Sprint(r.Header) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", r.Header, want)
	}
	if h := w.Header(); w.Code != 302 || w.Body.String() != "gone" || h.Get("X-Hop") != "" || h.Get("Location") != "http://elsewhere.example/" || h.Get("Set-Cookie") != "a=1" || len(app.all()) != 1 {
		t.Errorf("%d %v %s after %d requests", w.Code, w.Header(), w.Body, len(app.all()))
	}
}

func TestR93_TheTargetIsTheTemplatesAndOnThisMachine(t *testing.T) {
	app, other := startService(t), startService(t)
	away := proxied(t, "ANY /{proxy+}", "https://app.example.com", nil)
	if w := ask(with(apiOf(away), &functions{denied: true}, nil), "GET", "/x", nil, ""); w.Code != 503 || w.Body.String() != `{"message":"Service Unavailable"}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	// A port of this machine that is reached without a name of it.
	if w := ask(with(apiOf(proxied(t, "ANY /{proxy+}", strings.Replace(app.URL, "127.0.0.1", "0.0.0.0", 1), nil)), &functions{}, nil), "GET", "/x", nil, ""); w.Code != 503 || len(app.all()) > 0 {
		t.Errorf("%d after %d requests", w.Code, len(app.all()))
	}
	if got := apiOf(away, away, proxied(t, "GET /", app.URL, nil), route(t, "GET /f", nil)).Away(); fmt.Sprint(got) != "[https://app.example.com]" {
		t.Errorf("%v", got)
	}
	at, _ := url.Parse(app.URL)
	g := with(apiOf(away), &functions{denied: true}, nil, func(o *Options) { o.App = at }) // no function, no permission
	for _, target := range []string{"//" + strings.TrimPrefix(other.URL, "http://") + "/x", "/@" + strings.TrimPrefix(other.URL, "http://") + "/", "/x?url=" + other.URL, "/http://" + strings.TrimPrefix(other.URL, "http://")} {
		if w := ask(g, "GET", target, nil, ""); w.Code != 200 {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	if len(app.all()) != 4 || len(other.all()) != 0 {
		t.Errorf("the service got %d requests, another one %d", len(app.all()), len(other.all()))
	}
	for text, local := range map[string]bool{
		"http://localhost:1": true, "https://127.0.0.1": true, "http://[::1]:1": true, "http://127.9.9.9": true, "http://localhost.evil.example": false,
		"http://127.0.0.1.evil.example": false, "http://10.0.0.1": false, "http://169.254.169.254": false, "http://0.0.0.0": false, "ftp://localhost": false, "file:///etc/passwd": false, "localhost:80": false,
	} {
		if at, err := url.Parse(text); err != nil || Local(at) != local {
			t.Errorf("%s: %v %v", text, Local(at), err)
		}
	}
}

func TestR93_AServiceThatFailsIsAnAnswerOfTheGateway(t *testing.T) {
	app, dead := startService(t), startService(t)
	dead.Close()
	for name, c := range map[string]struct {
		at   string
		do   func(http.ResponseWriter, *http.Request)
		want string
	}{
		"down":        {dead.URL, nil, `503 {"message":"Service Unavailable"}`},
		"cut off":     {app.URL, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, `503 {"message":"Service Unavailable"}`},
		"too slow":    {app.URL, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, `504 {"message":"Gateway Timeout"}`},
		"over 10 MB":  {app.URL, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, maxPayload+1)) }, `500 {"message":"Internal Server Error"}`},
		"its own 500": {app.URL, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "mine", 500) }, "500 mine\n"},
	} {
		app.answer(c.do)
		r := proxied(t, "ANY /{proxy+}", c.at, nil)
		if name == "too slow" {
			r.Integration.Timeout = 20 * time.Millisecond
		} else {
			r.Integration.Timeout = time.Minute
		}
		w := ask(with(apiOf(r), &functions{}, nil), "GET", "/x", nil, "")
		if got := fmt.Sprint(w.Code, " ", w.Body); got != c.want {
			t.Errorf("%s: %.80s", name, got)
		}
	}
}

func TestR93_AMappingThatIsNotModelledIsSaid(t *testing.T) {
	for key, value := range map[string]string{
		"overwrite:header.x": "$request.header.y", "append:querystring.a": "b", "overwrite:path": "/fixed", "append:header.x": "$context.authorizer.claims.sub", "overwrite:header.y": "static", "overwrite:header.z": "$context.authorizer.claims.", "overwrite:header.x y": "$context.authorizer.claims.sub",
		"overwrite:header.Authorization": "$context.authorizer.claims.sub", "remove:header.X-Amzn-Trace-Id": "''", "overwrite:header.Host": "$context.authorizer.claims.sub", "remove:header.access-control-x": "''", "overwrite:statuscode": "200",
	} {
		if _, err := NewMapping(key, value); err == nil {
			t.Errorf("%s = %s passed", key, value)
		}
	}
	m, err := NewMapping("overwrite:header.X-Roles", "$context.authorizer.claims.roles")
	r, _ := http.NewRequestWithContext(context.Background(), "GET", "http://localhost", nil)
	r.Header.Set("X-Roles", "admin")
	if m.apply(r, &request{claims: object{"roles": []any{"a", "b"}}}); err != nil || fmt.Sprint(r.Header["X-Roles"]) != "[[a b]]" {
		t.Errorf("%v %v", r.Header, err)
	}
	removal, _ := NewMapping("remove:header.X-Roles", "")
	if removal.apply(r, &request{claims: object{"": "forged"}}); len(r.Header) > 0 {
		t.Errorf("%v", r.Header)
	}
}
