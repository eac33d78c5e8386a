package settings

import (
	"fmt"
	"regexp"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// API is an HTTP API that accepts the pool's access tokens. It starts with one route, GET
// /whoami, which answers who the caller is, from the token alone.
type API struct {
	// On makes the API. Default: false. Example: true.
	On bool `yaml:"on"`

	// Scopes are full scopes of ResourceServer. A token needs one of them to use the
	// route. Default: none, any token of the pool's clients is accepted. Example:
	// [app/read].
	Scopes []string `yaml:"scopes"`

	// AllowOrigins are the origins of browsers that may call the API (CORS).
	// Default: none. Example: [https://app.example].
	AllowOrigins []string `yaml:"allowOrigins"`
}

// originForm is scheme, host and port, as a browser sends them.
var originForm = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://[^/?]+$`)

// api checks the API.
func (c *checker) api(s *Settings) {
	if !s.API.On {
		if len(s.API.Scopes)+len(s.API.AllowOrigins) > 0 {
			c.faults.Add("api", "has settings and is not on", "write on: true, or remove them")
		}
		return
	}
	c.knownScopes("api.scopes", s.API.Scopes, s)
	for i, origin := range s.API.AllowOrigins {
		at := policy.Item("api.allowOrigins", i)
		if problem, fix := judgeURL(origin); problem != "" {
			c.faults.Add(at, fmt.Sprintf("%q %s", origin, problem), fix)
		} else if !originForm.MatchString(origin) {
			c.faults.Add(at, fmt.Sprintf("%q is not an origin", origin), "write scheme and host alone, such as https://app.example")
		}
	}
	unique(c, "api.allowOrigins", s.API.AllowOrigins)
	unique(c, "api.scopes", s.API.Scopes)
}
