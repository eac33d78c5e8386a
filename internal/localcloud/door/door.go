// Package door is the only way into the local cloud: every endpoint listens through it,
// on 127.0.0.1 and, where the machine has it, on ::1. Both are localhost, the name that
// every URL has: an app's callback may be http for that name only (guide, "Application-
// specific settings with app clients"), and a passkey belongs to no address.
//
// A page of any web site that a developer visits can send requests to localhost. If the
// site lets its own name lead to this address (DNS rebinding), the page can read the
// answers too. Few credentials are checked behind the door, and everybody knows the
// administrator's, so the door itself decides, before anything is read or done:
//
//   - The Host is localhost, a name under it, 127.0.0.1 or [::1], with the port that was
//     called. A page of a rebound name sends that name.
//   - A request of a web page is refused, except where the endpoint lets every page in.
//     A browser marks such requests: it sends Origin with all that may have an effect, a
//     form's text/plain included (Fetch, "HTTP extensions"), and Sec-Fetch-Site with the
//     rest (Fetch Metadata Request Headers). "Origin: null" is a page as well.
//   - An endpoint that is a page itself (ServeOwn) answers its own origin, and a link that is
//     followed from another port of this machine: the page that has it reads nothing.
//
// A program that is not a browser sends neither header and is not restricted.
//
// A door may have a second port for TLS. The same requests pass it.
package door

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Door is an endpoint's listeners and server. Its methods are safe for concurrent use, once
// Serve was called.
type Door struct {
	name          string
	plain, secure []net.Listener // the first is on 127.0.0.1
	server        *http.Server
	next          http.Handler
	pages         func(*http.Request) bool
	own           bool // its own pages may call
	cors          bool // next answers pages and preflights itself
}

// Listen opens a port; 0 is a free one. A connection waits until Serve. name is what errors
// call the endpoint. Listen fails on a port that is taken.
func Listen(name string, port int) (*Door, error) {
	plain, err := listen(name, port)
	if err != nil {
		return nil, err
	}
	d := &Door{name: name, plain: plain}
	d.server = &http.Server{Handler: d, ReadHeaderTimeout: 10 * time.Second}
	return d, nil
}

// Secure opens a second port, for TLS with the configuration; 0 is a free one. Call it
// before Serve, once.
func (d *Door) Secure(port int, config *tls.Config) (err error) {
	d.server.TLSConfig = config.Clone()
	// Named here, HTTP/2 is set up by whichever Serve comes first (which adds HTTP/1.1); otherwise one without TLS
	// would leave it out, and the one with TLS would still offer it.
	d.server.TLSConfig.NextProtos = []string{"h2"}
	d.secure, err = listen(d.name+" over TLS", port)
	return err
}

// Serve answers with next, until Close. Call it once. pages reports whether a page of any
// site may send a request; for a preflight (OPTIONS) it answers for the path. nil lets no
// page in.
func (d *Door) Serve(next http.Handler, pages func(*http.Request) bool) {
	d.next, d.pages = next, pages
	for _, listener := range d.plain {
		go func() { _ = d.server.Serve(listener) }()
	}
	for _, listener := range d.secure {
		go func() { _ = d.server.ServeTLS(listener, "", "") }()
	}
}

// ServeOwn is Serve for an endpoint that is a page: its own pages may call it, others only
// what pages lets in.
func (d *Door) ServeOwn(next http.Handler, pages func(*http.Request) bool) {
	d.own = true
	d.Serve(next, pages)
}

// ServeCORS is Serve for an endpoint that says itself what a page may read: next answers
// preflights, and the door adds no header.
func (d *Door) ServeCORS(next http.Handler, pages func(*http.Request) bool) {
	d.cors = true
	d.Serve(next, pages)
}

// Addr returns the address without TLS, as host:port, for who resolves no name.
func (d *Door) Addr() string { return d.plain[0].Addr().String() }

// Port returns the port without TLS.
func (d *Door) Port() int { return portOf(d.plain[0]) }

// URL returns the endpoint's URL without TLS and without a trailing slash.
func (d *Door) URL() string { return "http://localhost:" + strconv.Itoa(d.Port()) }

// SecureURL returns the endpoint's URL with TLS, and URL where it has none.
func (d *Door) SecureURL() string {
	if len(d.secure) == 0 {
		return d.URL()
	}
	return "https://localhost:" + strconv.Itoa(portOf(d.secure[0]))
}

// URLFor returns the endpoint's URL with TLS if the request came so.
func (d *Door) URLFor(r *http.Request) string {
	if r.TLS != nil {
		return d.SecureURL()
	}
	return d.URL()
}

// Close ends the listeners and every connection, also one in use. A second Close does
// nothing.
func (d *Door) Close() error {
	closeAll(d.plain)
	closeAll(d.secure)
	if err := d.server.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("closing %s: %w", d.name, err)
	}
	return nil
}
