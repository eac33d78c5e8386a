package settings

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// clientNameForm makes a name that can be a part of a logical id.
var clientNameForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,31}$`)

// takenResource is a construct of the suite that is no client (newRegister in package
// infra).
const takenResource = "ClientProfiles"

// clients checks the named clients of a pool that the stack makes.
func (c *checker) clients(s *Settings) {
	if len(s.Clients) == 0 {
		c.faults.Add("clients", "is missing", "name an app client, such as web: {callbackUrls: [https://app.example/callback]}")
	}
	resources := map[string]string{takenResource: "the stack"}
	for _, name := range slices.Sorted(maps.Keys(s.Clients)) {
		at, client := policy.Child("clients", name), s.Clients[name]
		if !clientNameForm.MatchString(name) {
			c.faults.Add(at, policy.Shown(name)+" is not a client's name", "use a letter, then up to 31 letters and digits")
		} else if by := resources[ClientResource(name)]; by != "" {
			c.faults.Add(at, fmt.Sprintf("makes the logical id %s, as %s does", ClientResource(name), by), "choose another name")
		} else {
			resources[ClientResource(name)] = name
		}
		if client.Machine {
			c.machine(at, client, s)
		} else {
			c.client(at, client, s)
		}
		c.profile(at+".profile", client, s)
	}
}

// client checks a client of users.
func (c *checker) client(at string, client Client, s *Settings) {
	c.pages(at, client, s)
	eachOf(c, at+".flows", client.Flows, FlowSRP, FlowPassword, FlowAdmin, FlowCustom, FlowChoice)
	if i := slices.Index(client.Flows, FlowChoice); i >= 0 && s.plan() == PlanLite {
		c.faults.Add(policy.Item(at+".flows", i), "the plan lite has no choice of factors", "use plan: essentials, or remove it")
	}
	c.providersOf(at, client, s)
	c.lifetimes(at, client.Tokens, client.Rotation)
	c.attributes(at+".readAttributes", client.ReadAttributes)
	c.attributes(at+".writeAttributes", client.WriteAttributes)
	for i, name := range client.WriteAttributes {
		if cognito.IsStandard(name, 0) && !cognito.IsStandard(name, cognito.Writable) {
			c.faults.Add(policy.Item(at+".writeAttributes", i), fmt.Sprintf("%q cannot be written by a client", name), "remove it; Cognito sets it")
		}
	}
}

// pages checks what the sign-in pages need.
func (c *checker) pages(at string, client Client, s *Settings) {
	c.urls(at+".callbackUrls", client.CallbackURLs)
	c.urls(at+".logoutUrls", client.LogoutURLs)
	if len(client.CallbackURLs) > 0 {
		c.userScopes(at+".scopes", client.Scopes, s)
		return
	}
	if len(client.Flows) == 0 {
		c.faults.Add(at+".callbackUrls", "is missing", "list where your app receives the authorization code, or name flows for an app that signs in through the API alone")
	}
	for _, key := range said(Client{LogoutURLs: client.LogoutURLs, Scopes: client.Scopes}) {
		c.faults.Add(at+"."+key, "are for the sign-in pages, and without callbackUrls there are none", "write callbackUrls, or remove them")
	}
}

// standardScopes are Cognito's own (developer guide, "Scopes, M2M, and resource servers").
var standardScopes = []string{"openid", "email", "phone", "profile", cognito.SelfService}

// userScopes checks the scopes of a client of users.
func (c *checker) userScopes(path string, scopes []string, s *Settings) {
	known := slices.Concat(standardScopes, s.scopes())
	for i, scope := range scopes {
		if !slices.Contains(known, scope) {
			c.faults.Add(policy.Item(path, i), fmt.Sprintf("%q is not a scope", scope), policy.Meant(scope, known, "use one of "+joined(known)))
		}
		// The CDK would add it and say nothing.
		if slices.Contains([]string{"email", "phone", "profile"}, scope) && !slices.Contains(scopes, "openid") {
			c.faults.Add(policy.Item(path, i), fmt.Sprintf("%q is of no use without openid", scope), "add openid, or remove it")
		}
	}
	unique(c, path, scopes)
}

// machine checks a client of services: it has neither users nor pages.
func (c *checker) machine(at string, client Client, s *Settings) {
	left := client
	left.Machine, left.Profile, left.Scopes, left.Tokens = false, "", nil, Lifetimes{}
	for _, key := range said(left) {
		c.faults.Add(at+"."+key, "is for users, and a machine has none", "remove it, or take machine away")
	}
	for _, key := range said(client.Tokens) {
		if key != "access" {
			c.faults.Add(at+".tokens."+key, "is for users, and a machine has an access token alone", "remove it")
		}
	}
	c.lifetimes(at, Lifetimes{Access: client.Tokens.Access}, Rotation{})
	if len(s.scopes()) == 0 {
		c.faults.Add(at, "needs a scope: Cognito issues client credentials for scopes of a resource server alone", "write resourceServer, with a scope, or remove the client")
		return
	}
	c.knownScopes(at+".scopes", client.Scopes, s)
	unique(c, at+".scopes", client.Scopes)
}

// said returns the keys of a mapping that say something.
func said(mapping any) (keys []string) {
	for field, value := range reflect.ValueOf(mapping).Fields() {
		if !value.IsZero() {
			key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			keys = append(keys, key)
		}
	}
	return keys
}

// profile checks that a client has a profile of its kind. Whether a client of a pool that
// the app makes is a machine's, only the profile says.
func (c *checker) profile(at string, client Client, s *Settings) {
	if client.Profile == "" {
		return
	}
	switch profile, known := c.knownProfile(at, client.Profile, s); {
	case !known || c.given.Pool:
	case client.Machine && !profile.Machine:
		c.faults.Add(at, "the client is a machine's, and "+policy.Shown(client.Profile)+" is for users", "give it a profile with machine: true")
	case !client.Machine && profile.Machine:
		c.faults.Add(at, "the client is for users, and "+policy.Shown(client.Profile)+" for machines", "give it another profile, or write machine: true")
	}
}

// knownProfile returns a token profile, or adds a fault.
func (c *checker) knownProfile(at, name string, s *Settings) (policy.Profile, bool) {
	profile, known := s.Policy.Tokens.Profiles[name]
	if !known {
		c.faults.Add(at, "there is no profile "+policy.Shown(name),
			policy.Meant(name, slices.Sorted(maps.Keys(s.Policy.Tokens.Profiles)), "use one of policy.tokens.profiles"))
	}
	return profile, known
}

// foreignClients checks the profiles of clients that somebody else makes.
func (c *checker) foreignClients(s *Settings) {
	for _, id := range slices.Sorted(maps.Keys(s.ForeignClients)) {
		at := policy.Child("foreignClients", id)
		_, own := s.Clients[id]
		switch {
		case own:
			c.faults.Add(at, "is the name of a client of the stack", "write profile below clients."+id)
		case !claims.IsClientID(id):
			c.faults.Add(at, policy.Shown(id)+" is not an app client's id", "write the id that Cognito gave the client, of 26 small letters and digits")
		case s.OtherClients == OtherClientsNone:
			c.faults.Add(at, "is a client that the stack does not make, and otherClients is none", "remove one of the two")
		}
		c.knownProfile(at, s.ForeignClients[id], s)
	}
}

// passedClients checks the named clients of a pool that the app makes. One of somebody else
// has none that the stack could know by name.
func (c *checker) passedClients(s *Settings) {
	for _, name := range slices.Sorted(maps.Keys(s.Clients)) {
		at, client := policy.Child("clients", name), s.Clients[name]
		if c.given.Elsewhere {
			c.faults.Add(at, "is the pool's own, which its owner makes", "write its id and its profile in foreignClients, such as {1example23456789abcdefghij: app}")
			continue
		}
		if !slices.Contains(c.given.Clients, name) {
			c.faults.Add(at, "is the name of a client that is not there", policy.Meant(name, c.given.Clients, "give the client in Clients, or write its id in foreignClients"))
		}
		for _, key := range said(client) {
			if key != "profile" {
				c.faults.Add(at+"."+key, "belongs to the client, which the app makes", "set it there and remove it here")
			}
		}
		c.profile(at+".profile", client, s)
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
	case strings.Contains(text, "#"):
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
