package gateway

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// call lets the route's HTTP service answer. It gets the request as it came, but for the
// host, what belongs to one connection, where it came from, and the mappings, which act last
// (guide, "Create HTTP proxy integrations for HTTP APIs"). A trailer is not passed on.
func (g *Gateway) call(ctx context.Context, q *request) *answer {
	at, err := url.Parse(q.route.Integration.URL)
	if g.opts.App != nil {
		at = g.opts.App
	}
	if err != nil || !Local(at) {
		return refuse(http.StatusServiceUnavailable, "Service Unavailable")
	}
	method := q.route.Integration.Method
	if method == anyMethod {
		method = q.Method
	}
	target := &url.URL{Scheme: at.Scheme, Host: at.Host, Path: cmp.Or(at.Path, "/"), RawQuery: q.URL.RawQuery}
	out, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(q.body))
	if err != nil {
		return internalError()
	}
	out.Header = q.Header.Clone()
	dropHops(out.Header)
	for _, name := range []string{"Expect", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto"} {
		out.Header.Del(name)
	}
	ip, _, _ := net.SplitHostPort(q.RemoteAddr)
	out.Header.Set("Forwarded", `for="`+ip+`";host="`+q.Host+`";proto=http`)
	out.Header.Set("Via", q.Proto+" AmazonAPIGateway")
	for _, m := range q.route.Integration.Mappings {
		m.apply(out, q)
	}
	return g.send(out)
}

// send waits for the whole answer. A service that cannot be reached is 503, one that takes
// too long 504, one that answers more than the quota 500.
func (g *Gateway) send(out *http.Request) *answer {
	defer g.out.CloseIdleConnections() // none is left when the API is closed
	response, err := g.out.RoundTrip(out)
	var body []byte
	if err == nil {
		defer func() { _ = response.Body.Close() }()
		body, err = io.ReadAll(io.LimitReader(response.Body, maxPayload+1))
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return refuse(http.StatusGatewayTimeout, "Gateway Timeout")
	case err != nil:
		return refuse(http.StatusServiceUnavailable, "Service Unavailable")
	case len(body) > maxPayload || response.StatusCode < 200:
		return internalError()
	}
	dropHops(response.Header)
	return &answer{response.StatusCode, response.Header, body}
}

// Local reports whether a URL leads to this machine, by http or https.
func Local(at *url.URL) bool {
	ip := net.ParseIP(at.Hostname())
	return (at.Scheme == "http" || at.Scheme == "https") && (at.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// Away returns the HTTP services of the API that are not on this machine, each once.
func (a *API) Away() (urls []string) {
	for _, route := range a.Routes {
		at, err := url.Parse(route.Integration.URL)
		if err == nil && at.Host != "" && !Local(at) && !slices.Contains(urls, at.String()) {
			urls = append(urls, at.String())
		}
	}
	return urls
}

// dropHops removes what is for one connection (RFC 9110, section 7.6.1), and the length, which
// is that of what is sent.
func dropHops(header http.Header) {
	for _, list := range header.Values("Connection") {
		for name := range strings.SplitSeq(list, ",") {
			header.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range []string{
		"Connection", "Content-Length", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer",
		"Transfer-Encoding", "Upgrade",
	} {
		header.Del(name)
	}
}
