package webhook

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// connector opens connections. Its transport has no proxy, and asks for no compression, whose
// answer could be larger than what was read.
type connector struct {
	address   string // of the TLS server; empty for http
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
	early     atomic.Pointer[opened]
	transport *http.Transport
}

// opened is a connection that nobody has used yet.
type opened struct {
	net.Conn
	at int64 // in milliseconds of the wall clock, which goes on while the function is frozen
}

// keep is how long a connection without a request is used again. Some servers close one after
// a few seconds. After a freeze of the function the transport compares wall clocks, too.
const keep = 30 * time.Second

// fresh is how long one waits for its first request: servers give that less time, and the
// transport sends nothing again over a connection that it takes for a new one.
const fresh = 5 * time.Second

// newConnector limits the time of connecting, because the transport goes on with it for the next
// question after the one that asked is gone.
func newConnector(u *url.URL) *connector {
	plain := &net.Dialer{Timeout: limit}
	c := &connector{dial: (&tls.Dialer{NetDialer: plain, Config: &tls.Config{MinVersion: tls.VersionTLS12}}).DialContext}
	if u.Scheme == "https" {
		port := u.Port()
		if port == "" {
			port = "443"
		}
		c.address = net.JoinHostPort(u.Hostname(), port)
	}
	c.transport = &http.Transport{
		DialContext:            plain.DialContext,
		DialTLSContext:         c.dialTLS,
		DisableCompression:     true,
		IdleConnTimeout:        keep,
		MaxResponseHeaderBytes: 16 << 10,
	}
	return c
}

// dialTLS returns the connection that Warm has opened, or opens one.
func (c *connector) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	if early := c.early.Swap(nil); early != nil {
		if time.Now().UnixMilli()-early.at < fresh.Milliseconds() {
			return early.Conn, nil
		}
		_ = early.Close()
	}
	return c.dial(ctx, network, address)
}

// Warm opens the first connection in the init phase, in which Lambda does not throttle the CPU:
// root certificates and handshake cost more than all else in a question. It sends no
// request. It runs beside its caller; wait waits for it, at most 500 ms after the call. It
// reports nothing: the first question does what is left. Call it once.
func (c *Client) Warm(ctx context.Context) (wait func()) {
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer cancel()
		c.connector.warm(ctx)
	}()
	return func() { <-done }
}

func (c *connector) warm(ctx context.Context) {
	if c.address == "" {
		return
	}
	if conn, err := c.dial(ctx, "tcp", c.address); err == nil {
		c.early.Store(&opened{conn, time.Now().UnixMilli()})
	}
}
