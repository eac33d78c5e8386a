// Package faultstest puts a faults.Layer before any DynamoDB. Only tests import it.
package faultstest

import (
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

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
)

// Proxy is a Layer with a server of its own. Its methods are safe for concurrent use.
type Proxy struct {
	*faults.Layer
	server *httptest.Server
	store  *http.Transport
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
	silent := log.New(io.Discard, "", 0) // broken connections are its purpose
	p := &Proxy{store: &http.Transport{MaxIdleConnsPerHost: 64}}
	p.Layer = faults.NewLayer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, ErrorLog: silent, Transport: p.store,
	})
	p.server = httptest.NewUnstartedServer(p)
	p.server.Config.ErrorLog = silent
	return p, nil
}

// URL returns the endpoint without a trailing slash.
func (p *Proxy) URL() string { return p.server.URL }

// HangUp closes every connection with a function, also one in use.
func (p *Proxy) HangUp() { p.server.CloseClientConnections() }

// Close ends the proxy and all its connections.
func (p *Proxy) Close() {
	p.HangUp()
	p.server.Close()
	p.store.CloseIdleConnections()
}
