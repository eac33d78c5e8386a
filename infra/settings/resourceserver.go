package settings

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// ResourceServer is your API: an identifier, and its scopes.
type ResourceServer struct {
	// Identifier precedes the scope in a token: app with the scope read is app/read. No
	// default. Example: app, or https://api.example. WARNING: a change makes a new
	// resource server; the old scopes are gone.
	Identifier string `yaml:"identifier"`

	// Scopes are the API's scopes, 1 to 100. No default. Example: [{name: read}].
	// WARNING: tokens keep a scope that you remove until they expire.
	Scopes []Scope `yaml:"scopes"`
}

// Scope is one scope of a resource server.
type Scope struct {
	// Name is the part after the slash.
	// No default. Example: read.
	Name string `yaml:"name"`
	// Description is for readers, 1 to 256 characters.
	// Default: "" means the name. Example: Read everything.
	Description string `yaml:"description"`
}

// Made reports whether the stack makes a resource server.
func (r ResourceServer) Made() bool { return r.Identifier != "" || len(r.Scopes) > 0 }

// identifierForm and scopeForm are the API reference's (CreateResourceServer):
// printable ASCII without space, quote and backslash; a scope has no slash.
var (
	identifierForm = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]{1,256}$`)
	scopeForm      = regexp.MustCompile(`^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}$`)
)

// resourceServer checks the API and its scopes.
func (c *checker) resourceServer(server ResourceServer) {
	const most = 100
	if !server.Made() {
		return
	}
	if server.Identifier == "" {
		c.faults.Add("resourceServer.identifier", "is missing", "name your API, such as app or https://api.example")
	} else if !identifierForm.MatchString(server.Identifier) {
		c.faults.Add("resourceServer.identifier", fmt.Sprintf("%q is not an identifier", server.Identifier), "use printable ASCII without spaces, quotes and backslashes")
	}
	if len(server.Scopes) == 0 || len(server.Scopes) > most {
		c.faults.Add("resourceServer.scopes", fmt.Sprintf("has %d entries", len(server.Scopes)), fmt.Sprintf("list 1 to %d scopes", most))
	}
	names := make([]string, len(server.Scopes))
	for i, scope := range server.Scopes {
		names[i] = scope.Name
		if at := policy.Item("resourceServer.scopes", i); !scopeForm.MatchString(scope.Name) {
			c.faults.Add(at+".name", fmt.Sprintf("%q is not a scope", scope.Name), "use printable ASCII without spaces, quotes, backslashes and slashes, such as read")
		} else if utf8.RuneCountInString(scope.Description) > 256 {
			c.faults.Add(at+".description", "is longer than 256 characters", "shorten it")
		}
	}
	unique(c, "resourceServer.scopes", names)
}

// knownScopes checks that scopes are full scopes of the resource server. Those of a pool
// that the app makes are not known here.
func (c *checker) knownScopes(path string, scopes []string, s *Settings) {
	for i, scope := range scopes {
		if slices.Contains(s.scopes(), scope) || c.given.Pool {
			continue
		}
		c.faults.Add(policy.Item(path, i), fmt.Sprintf("%q is not a scope of the resource server", scope),
			policy.Meant(scope, s.scopes(), "use scopes of the resource server: "+cmp.Or(joined(s.scopes()), "there is none")))
	}
}

// scopes returns all full scopes of the resource server.
func (s *Settings) scopes() []string {
	full := make([]string, len(s.ResourceServer.Scopes))
	for i, scope := range s.ResourceServer.Scopes {
		full[i] = s.ResourceServer.Identifier + "/" + scope.Name
	}
	return full
}

// described adds a description to every scope.
func described(scopes []Scope) []Scope {
	full := slices.Clone(scopes)
	for i, scope := range full {
		full[i].Description = cmp.Or(scope.Description, scope.Name)
	}
	return full
}
