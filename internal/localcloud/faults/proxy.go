package faults

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// Request is what a Plan decides on. A Plan must not change it.
type Request struct {
	// Number counts the API calls since the plan was set, from 1. A health check is no
	// call and has 0.
	Number int64
	// Operation is the call's name, such as UpdateItem; "" for a health check.
	Operation string
	Header    http.Header
	Body      []byte
}

// Plan returns what happens to a request; nil lets it through. It must be safe for
// concurrent use.
type Plan func(Request) Fault

// Always returns the plan that does the same to every request.
func Always(f Fault) Plan { return func(Request) Fault { return f } }

// Proxy stands before a DynamoDB and passes on what its plan does not stop. Its methods
// are safe for concurrent use.
type Proxy struct {
	server *httptest.Server
	store  *httputil.ReverseProxy
	state  atomic.Pointer[state]
}

// state is a plan with the number of calls since it was set.
type state struct {
	plan  Plan
	calls atomic.Int64
}

// Start listens on a free port of 127.0.0.1, without a plan. store is the URL of a
// DynamoDB.
func Start(store string) (*Proxy, error) {
	p, err := newProxy(store)
	if err != nil {
		return nil, err
	}
	p.server.Start()
	return p, nil
}

// StartTLS is Start with TLS. It writes its certificate to a file in dir, for
// AWS_CA_BUNDLE.
func StartTLS(store, dir string) (p *Proxy, bundle string, err error) {
	if p, err = newProxy(store); err != nil {
		return nil, "", err
	}
	p.server.StartTLS()
	bundle = filepath.Join(dir, "roots.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.server.Certificate().Raw})
	if err := os.WriteFile(bundle, text, 0o644); err != nil {
		p.Close()
		return nil, "", fmt.Errorf("writing the proxy's certificate: %w", err)
	}
	return p, bundle, nil
}

func newProxy(store string) (*Proxy, error) {
	target, err := url.Parse(store)
	if err != nil {
		return nil, fmt.Errorf("reading the address of the store: %w", err)
	}
	p := &Proxy{store: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}}
	silent := log.New(io.Discard, "", 0) // broken connections are its purpose
	p.store.ErrorLog = silent
	p.store.Transport = &http.Transport{MaxIdleConnsPerHost: 64}
	p.server = httptest.NewUnstartedServer(p)
	p.server.Config.ErrorLog = silent
	p.Set(nil)
	return p, nil
}

// URL returns the endpoint without a trailing slash.
func (p *Proxy) URL() string { return p.server.URL }

// Set replaces the plan from now on; nil lets all requests through.
func (p *Proxy) Set(plan Plan) { p.state.Store(&state{plan: plan}) }

// Calls returns the number of API calls since the plan was set.
func (p *Proxy) Calls() int64 { return p.state.Load().calls.Load() }

// HangUp closes every connection with a function, also one in use.
func (p *Proxy) HangUp() { p.server.CloseClientConnections() }

// Close ends the proxy and all its connections.
func (p *Proxy) Close() {
	p.HangUp()
	p.server.Close()
	p.store.Transport.(*http.Transport).CloseIdleConnections()
}

// ServeHTTP asks the plan. It reads the body first: only then does the server notice that
// a caller has gone.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	now := p.state.Load()
	request := Request{Header: r.Header, Body: body}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, request.Operation, _ = strings.Cut(target, ".")
		request.Number = now.calls.Add(1)
	}
	if now.plan != nil {
		if fault := now.plan(request); fault != nil {
			fault(w, r, http.HandlerFunc(p.carryOut))
			return
		}
	}
	p.carryOut(w, r)
}

// carryOut lets the store answer a request that has arrived whole, even if its caller has
// gone, as DynamoDB does. It also protects dynalite 4.0.0, which ends when a request
// breaks off ("req.on('error', … throw err)", index.js).
func (p *Proxy) carryOut(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), time.Minute)
	defer cancel()
	p.store.ServeHTTP(w, r.WithContext(ctx))
}
