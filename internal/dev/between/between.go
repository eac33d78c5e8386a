// Package between stands between a program and a service, for tests that look at requests,
// refuse them, lose replies, or kill the program at one of them.
package between

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
)

// Handler answers a request itself, or lets pass answer it. body is the request's, which pass
// sends, too.
type Handler func(w http.ResponseWriter, r *http.Request, body []byte, pass http.Handler)

// Proxy returns the URL of a proxy before a service. It ends with the test. A request whose
// program dies while it sends it is dropped.
func Proxy(t testing.TB, to string, handle Handler) string {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body, r.Host = io.NopCloser(bytes.NewReader(body)), target.Host
		handle(w, r, body, proxy)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// Killer kills a program at one of its requests. The zero value kills nothing. It is safe for
// concurrent use.
type Killer struct {
	mu           sync.Mutex
	requests, at int
	kill         func()
}

// Aim lets kill be called at the n-th request from now; 0 is none.
func (k *Killer) Aim(n int, kill func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.at, k.kill = k.requests+n, kill
}

// Pass passes a request on and returns the reply. The request that was aimed at kills: before it
// is passed on, and then the reply is nil, or when its work is done. A request that is on its way
// is done even if its program is gone.
func (k *Killer) Pass(t testing.TB, r *http.Request, pass http.Handler) *httptest.ResponseRecorder {
	k.mu.Lock()
	k.requests++
	now, kill := k.requests == k.at, k.kill
	k.mu.Unlock()
	if now && rand.IntN(2) == 0 {
		kill()
		return nil
	}
	reply := httptest.NewRecorder()
	pass.ServeHTTP(reply, r.WithContext(t.Context()))
	if now {
		kill()
	}
	return reply
}
