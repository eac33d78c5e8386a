package settings

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// webClient checks the web client.
func (c *checker) webClient(s *Settings) {
	if len(s.WebClient.CallbackURLs) == 0 {
		c.faults.Add("webClient.callbackUrls", "is missing", "list where your app receives the authorization code")
	}
	c.urls("webClient.callbackUrls", s.WebClient.CallbackURLs)
	c.urls("webClient.logoutUrls", s.WebClient.LogoutURLs)
	for i, flow := range s.WebClient.Flows {
		if flow == "" {
			c.faults.Add(policy.Item("webClient.flows", i), "is empty", "use one of srp, password")
		}
		oneOf(c, policy.Item("webClient.flows", i), flow, FlowSRP, FlowPassword)
	}
	unique(c, "webClient.flows", s.WebClient.Flows)
	c.attributes("webClient.readAttributes", s.WebClient.ReadAttributes)
	c.attributes("webClient.writeAttributes", s.WebClient.WriteAttributes)
	for i, name := range s.WebClient.WriteAttributes {
		if cognito.IsStandard(name, 0) && !cognito.IsStandard(name, cognito.Writable) {
			c.faults.Add(policy.Item("webClient.writeAttributes", i), fmt.Sprintf("%q cannot be written by a client", name), "remove it; Cognito sets it")
		}
	}
}

// urls checks where a browser may be sent (API reference, CallbackURLs).
func (c *checker) urls(path string, urls []string) {
	const most = 100
	if len(urls) > most {
		c.faults.Add(path, fmt.Sprintf("has %d entries", len(urls)), fmt.Sprintf("Cognito takes %d", most))
	}
	for i, text := range urls {
		if problem, fix := judgeURL(text); problem != "" {
			c.faults.Add(policy.Item(path, i), fmt.Sprintf("%q %s", text, problem), fix)
		}
	}
	unique(c, path, urls)
}

// judgeURL says what is wrong with an address, or returns "".
func judgeURL(text string) (problem, fix string) {
	u, err := url.Parse(text)
	switch {
	case err != nil || !u.IsAbs() || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' }):
		return "is not an absolute address", "write it out, such as https://app.example/callback"
	case u.Fragment != "" || strings.Contains(text, "#"):
		return "has a fragment", "remove # and what follows"
	case strings.Contains(text, "*"):
		return "has a wildcard", "list every address; Cognito compares them whole"
	case slices.Contains([]string{"javascript", "data", "vbscript", "file"}, u.Scheme):
		return "is not a place for a token", "use https, or your app's own scheme"
	case u.Scheme == "https" && u.Host == "":
		return "has no host", "write it out, such as https://app.example/callback"
	case u.Scheme == "http" && u.Hostname() != "localhost":
		return "is not encrypted", "use https; Cognito takes http for localhost alone"
	}
	return "", ""
}

// attributes checks a list of user attributes; the pool of the suite has the standard
// ones.
func (c *checker) attributes(path string, names []string) {
	for i, name := range names {
		if cognito.IsStandard(name, 0) {
			continue
		}
		known := cognito.StandardAttributes(0)
		fix := "use one of " + joined(known)
		if strings.HasPrefix(name, "custom:") {
			fix = "remove it: the pool has no custom attributes, what an app knows of a user belongs into the table"
		}
		c.faults.Add(policy.Item(path, i), fmt.Sprintf("%q is not an attribute of the pool", name), policy.Meant(name, known, fix))
	}
	unique(c, path, names)
}

// identifierForm and scopeForm are the API reference's (CreateResourceServer):
// printable ASCII without space, quote and backslash; a scope has no slash.
var (
	identifierForm = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]{1,256}$`)
	scopeForm      = regexp.MustCompile(`^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}$`)
)

// resourceServer checks the API and its scopes.
func (c *checker) resourceServer(s *Settings) {
	const most = 100
	server := s.ResourceServer
	if server.Identifier == "" {
		c.faults.Add("resourceServer.identifier", "is missing", "name your API, such as app or https://api.example")
	} else if !identifierForm.MatchString(server.Identifier) {
		c.faults.Add("resourceServer.identifier", fmt.Sprintf("%q is not an identifier", server.Identifier), "use printable ASCII without spaces, quotes and backslashes")
	}
	if len(server.Scopes) == 0 || len(server.Scopes) > most {
		c.faults.Add("resourceServer.scopes", fmt.Sprintf("has %d entries", len(server.Scopes)),
			fmt.Sprintf("list 1 to %d scopes; client credentials need one", most))
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

// machineClient checks the machine client.
func (c *checker) machineClient(s *Settings) {
	if s.MachineClient.None && len(s.MachineClient.Scopes) > 0 {
		c.faults.Add("machineClient.none", "leaves no client for the scopes", "remove one of none and scopes")
	}
	c.knownScopes("machineClient.scopes", s.MachineClient.Scopes, s)
	unique(c, "machineClient.scopes", s.MachineClient.Scopes)
}

// knownScopes checks that scopes are full scopes of the resource server. Those of a pool
// that the app makes are not known here.
func (c *checker) knownScopes(path string, scopes []string, s *Settings) {
	for i, scope := range scopes {
		if slices.Contains(s.scopes(), scope) || c.given.Pool {
			continue
		}
		c.faults.Add(policy.Item(path, i), fmt.Sprintf("%q is not a scope of the resource server", scope),
			policy.Meant(scope, s.scopes(), "use scopes of the resource server: "+joined(s.scopes())))
	}
}
