// Package door is the only way into the local cloud: every endpoint listens through it,
// on 127.0.0.1.
//
// A page of any web site that a developer visits can send requests to 127.0.0.1. If the
// site lets its own name lead to this address (DNS rebinding), the page can read the
// answers too. No credential is checked behind the door, so the door itself decides,
// before anything is read or done:
//
//   - The Host is localhost, a name under it, 127.0.0.1 or [::1], with the endpoint's own
//     port. A page of a rebound name sends that name.
//   - A request of a web page is refused, except where the endpoint lets every page in.
//     A browser marks such requests: it sends Origin with all that may have an effect, a
//     form's text/plain included (Fetch, "HTTP extensions"), and Sec-Fetch-Site with the
//     rest (Fetch Metadata Request Headers). "Origin: null" is a page as well.
//
// A program that is not a browser sends neither header and is not restricted.
package door

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// Door is an endpoint's listener and server. Its methods are safe for concurrent use.
type Door struct {
	name     string
	listener net.Listener
	server   *http.Server
	next     http.Handler
	pages    func(*http.Request) bool
}

// Listen opens a port on 127.0.0.1; 0 is a free one. A connection waits until Serve. name
// is what errors call the endpoint. Listen fails on a port that is taken.
func Listen(name string, port int) (*Door, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d, wanted for %s, is busy on 127.0.0.1: stop the program that has it, or choose another port (0 = a free one): %w", port, name, err)
	}
	if err != nil {
		return nil, fmt.Errorf("opening port %d for %s: %w", port, name, err)
	}
	d := &Door{name: name, listener: listener}
	d.server = &http.Server{Handler: d, ReadHeaderTimeout: 10 * time.Second}
	return d, nil
}

// Serve answers with next, until Close. Call it once. pages reports whether a page of any
// site may send a request; for a preflight (OPTIONS) it answers for the path. nil lets no
// page in.
func (d *Door) Serve(next http.Handler, pages func(*http.Request) bool) {
	d.next, d.pages = next, pages
	go func() { _ = d.server.Serve(d.listener) }()
}

// Addr returns the address, as host:port.
func (d *Door) Addr() string { return d.listener.Addr().String() }

// Port returns the port.
func (d *Door) Port() int { return d.listener.Addr().(*net.TCPAddr).Port }

// URL returns the endpoint's URL, without a trailing slash.
func (d *Door) URL() string { return "http://" + d.Addr() }

// Close ends the listener and every connection, also one in use. A second Close does
// nothing.
func (d *Door) Close() error {
	_ = d.listener.Close()
	if err := d.server.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("closing %s: %w", d.name, err)
	}
	return nil
}
