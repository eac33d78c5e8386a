package gateway

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// CORS is the API's CorsConfiguration.
type CORS struct {
	Origins, Methods, Headers, Exposed []string
	MaxAge                             int // seconds; 0 is not said
	Credentials                        bool
}

// allows returns what Access-Control-Allow-Origin says to an origin; "" is nothing. Beside
// whole origins AWS takes *, https://* and http://* (guide, "Configure CORS for HTTP APIs").
func (c *CORS) allows(origin string) string {
	if c == nil || origin == "" {
		return ""
	}
	scheme, _, _ := strings.Cut(origin, "://")
	switch {
	case slices.Contains(c.Origins, "*"):
		return "*"
	case slices.Contains(c.Origins, origin), slices.Contains(c.Origins, scheme+"://*"):
		return origin
	}
	return ""
}

// asked reports whether a request is a preflight that API Gateway answers itself.
func (c *CORS) asked(r *http.Request) bool {
	return c != nil && r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// dress replaces the CORS headers of an integration by those of the API.
func (c *CORS) dress(header http.Header, r *http.Request) {
	if c == nil {
		return
	}
	for name := range header {
		if strings.HasPrefix(name, "Access-Control-") {
			delete(header, name)
		}
	}
	origin := c.allows(r.Header.Get("Origin"))
	if !slices.Contains(c.Origins, "*") {
		header.Add("Vary", "Origin")
	}
	if origin == "" {
		return
	}
	set := func(name, value string) {
		if value != "" {
			header.Set("Access-Control-"+name, value)
		}
	}
	set("Allow-Origin", origin)
	set("Expose-Headers", strings.Join(c.Exposed, ","))
	if c.Credentials {
		set("Allow-Credentials", "true")
	}
	if c.asked(r) {
		set("Allow-Methods", strings.Join(c.Methods, ","))
		set("Allow-Headers", strings.Join(c.Headers, ","))
		if c.MaxAge > 0 {
			set("Max-Age", strconv.Itoa(c.MaxAge))
		}
	}
}

// Replace lets the pages of an app call that is called in place of the HTTP services, where those of
// the service might.
func (a *API) Replace(app *url.URL) {
	for _, route := range a.Routes {
		service, err := url.Parse(route.Integration.URL)
		if err != nil || service.Host == "" || a.CORS == nil {
			continue
		}
		for i, origin := range a.CORS.Origins {
			if origin == service.Scheme+"://"+service.Host {
				a.CORS.Origins[i] = app.Scheme + "://" + app.Host
			}
		}
	}
}

// Pages reports whether the door lets a request of a web page in: one of an origin that the
// API allows. On AWS others reach the API as well, and read nothing.
func (g *Gateway) Pages(r *http.Request) bool { return g.api.CORS.allows(r.Header.Get("Origin")) != "" }
