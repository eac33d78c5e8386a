package settings

import (
	"fmt"
	"regexp"
	"strings"

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

	// App is the origin of an HTTP service that stays where it is: the API passes it every
	// request but GET /whoami, whose caller it has verified, with the caller's sub (a
	// service's client id) in the header x-user-sub. In the local cloud it is an app on this
	// machine: http for localhost, or make local LOCAL_FLAGS='--app URL'. Default: none.
	// Example: https://shop.example.com. WARNING: the header proves nothing to an app that
	// others than the API can reach: it verifies the token that comes along
	// (infra/client/bearer).
	App string `yaml:"app"`

	// Resources are URLs of your API, beside the clients: a token whose aud is one of them
	// is accepted. A client asks for it with resource at the authorize endpoint (RFC 8707).
	// Scopes must be given then. Default: none. Example: [https://api.example.com/orders].
	// WARNING: Cognito takes any URL from any client, so an audience says nothing of the
	// client.
	Resources []string `yaml:"resources"`
}

// mostAudiences is AWS's quota (API Gateway Developer Guide, "Quotas for configuring and
// running an HTTP API").
const mostAudiences = 50

// originForm is scheme, host and port, as a browser sends them: in small letters.
var originForm = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://[^/?A-Z]+$`)

// api checks the API.
func (c *checker) api(s *Settings) {
	if !s.API.On {
		if len(s.API.Scopes)+len(s.API.AllowOrigins)+len(s.API.App)+len(s.API.Resources) > 0 {
			c.faults.Add("api", "has settings and is not on", "write on: true, or remove them")
		}
		return
	}
	c.knownScopes("api.scopes", s.API.Scopes, s)
	for i, origin := range s.API.AllowOrigins {
		c.origin(policy.Item("api.allowOrigins", i), origin)
	}
	if s.API.App != "" {
		c.app(s.API.App)
	}
	for i, resource := range s.API.Resources {
		if problem, fix := judgeURL(resource); problem != "" {
			c.faults.Add(policy.Item("api.resources", i), fmt.Sprintf("%q %s", resource, problem), fix)
		}
	}
	if len(s.API.Resources) > 0 && len(s.API.Scopes) == 0 {
		c.faults.Add("api.resources", "let every client in: Cognito takes any resource from any client", "list api.scopes: a token needs one of them")
	}
	if n := len(s.API.Resources) + len(s.Clients) + len(s.ForeignClients); n > mostAudiences {
		c.faults.Add("api.resources", fmt.Sprintf("are %d with the clients", n), fmt.Sprintf("AWS takes %d of both", mostAudiences))
	}
	unique(c, "api.allowOrigins", s.API.AllowOrigins)
	unique(c, "api.resources", s.API.Resources)
	unique(c, "api.scopes", s.API.Scopes)
}

func (c *checker) origin(at, origin string) {
	problem, _ := judgeURL(origin)
	if problem == "" && !originForm.MatchString(origin) {
		problem = "is not an origin"
	}
	if problem != "" {
		c.faults.Add(at, fmt.Sprintf("%q %s", origin, problem), "write scheme and host alone, in small letters, such as https://app.example; http is for localhost alone")
	}
}

// app checks the app that is left in place. A path would be lost: the request's takes its
// place.
func (c *checker) app(origin string) {
	before := len(c.faults)
	c.origin("api.app", origin)
	if len(c.faults) == before && !strings.HasPrefix(origin, "https://") && !strings.HasPrefix(origin, "http://") {
		c.faults.Add("api.app", fmt.Sprintf("%q is not an address of the web", origin), "use https, or http for localhost in the local cloud")
	} else if strings.Contains(origin, "@") {
		c.faults.Add("api.app", "has a user name or a password, which everybody who reads the template would see", "take it out")
	}
}

// guarded warns that what is in front of an app is not around it.
func guarded(s *Settings) policy.Faults {
	var warnings policy.Faults
	if strings.HasPrefix(s.API.App, "http://") {
		warnings.Add("api.app", "is on this machine, which no API of AWS reaches", "write the app's public address before you deploy")
	} else if s.API.App != "" {
		warnings.Add("api.app", "who reaches the app by another way than the API writes x-user-sub himself", "let the app verify the token that comes along (infra/client/bearer), or take requests from the API alone")
	}
	return warnings
}
