package gateway

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// functions is a Lambda host that answers what it is told.
type functions struct {
	reply  string
	err    error
	denied bool
	takes  time.Duration
	caller lambdahost.Caller

	mu     sync.Mutex
	events []string
}

// seen returns the events so far.
func (f *functions) seen() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.events)
}

func (f *functions) Allowed(_ string, caller lambdahost.Caller) error {
	f.caller = caller
	if f.denied {
		return errors.New("no permission")
	}
	return nil
}

func (f *functions) Invoke(ctx context.Context, _ string, event []byte) ([]byte, error) {
	f.mu.Lock()
	f.events = append(f.events, string(event))
	f.mu.Unlock()
	if f.reply == "hang" {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	select {
	case <-time.After(f.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return []byte(f.reply), f.err
}

// last returns the last event.
func (f *functions) last(t *testing.T) (event object) {
	t.Helper()
	if len(f.events) == 0 {
		t.Fatal("no function was called")
	}
	if err := json.Unmarshal([]byte(f.events[len(f.events)-1]), &event); err != nil {
		t.Fatal(err)
	}
	return event
}

const arnOfF = "arn:aws:lambda:us-east-1:000000000000:function:f"

// route returns a route to the function with this key.
func route(t testing.TB, key string, authorizer *Authorizer, scopes ...string) Route {
	t.Helper()
	r, err := NewRoute(key)
	if err != nil {
		t.Fatal(err)
	}
	r.Authorizer, r.Scopes, r.Integration = authorizer, scopes, Integration{FunctionARN: arnOfF, Timeout: time.Second}
	return r
}

// proxied returns a route to an HTTP service, with the mappings of the suite.
func proxied(t testing.TB, key, at string, authorizer *Authorizer) Route {
	t.Helper()
	r := route(t, key, authorizer)
	r.Integration = Integration{URL: at, Method: anyMethod, Timeout: time.Second}
	for _, pair := range [][2]string{
		{"overwrite:header.x-user-sub", "$context.authorizer.claims.sub"},
		{"overwrite:path", "$request.path"},
		{"remove:header.x_user_sub", "''"},
		{"remove:header.x-user_sub", "''"},
		{"remove:header.x_user-sub", "''"},
	} {
		m, err := NewMapping(pair[0], pair[1])
		if err != nil {
			t.Fatal(err)
		}
		r.Integration.Mappings = append(r.Integration.Mappings, m)
	}
	return r
}

func apiOf(routes ...Route) *API {
	return &API{ID: "abcdefghij", AccountID: "000000000000", ARN: "arn:aws:execute-api:us-east-1:000000000000:abcdefghij", Routes: routes}
}

func authorizerOf(i *bearertest.Issuer) *Authorizer {
	return &Authorizer{Issuer: i.URL, Audience: []string{bearertest.Client, bearertest.Resource}}
}

// keysOf takes an issuer's keys in the process.
func keysOf(i *bearertest.Issuer) func(string) (string, map[string]*rsa.PublicKey, error) {
	return func(issuer string) (string, map[string]*rsa.PublicKey, error) {
		if issuer != i.URL {
			return "", nil, errors.New("another pool")
		}
		key, kid := i.Key()
		return issuer, map[string]*rsa.PublicKey{kid: &key.PublicKey}, nil
	}
}

// ask sends a request to the handler. The target is as on the wire.
func ask(g http.Handler, method, target string, header http.Header, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost:4816/", strings.NewReader(body))
	r.RequestURI = target
	r.URL, _ = url.ParseRequestURI(target)
	r.Header, r.RemoteAddr = header.Clone(), "127.0.0.1:5000"
	if r.Header == nil {
		r.Header = http.Header{}
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

// with returns a gateway before the functions; change may change its options.
func with(api *API, f *functions, i *bearertest.Issuer, change ...func(*Options)) *Gateway {
	opts := Options{Functions: f, Now: time.Now}
	if i != nil {
		opts.Keys = keysOf(i)
	}
	for _, c := range change {
		c(&opts)
	}
	return New(api, opts)
}
