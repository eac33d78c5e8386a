package settings

import (
	"maps"
	"slices"
	"strings"
)

// Client is an app client of the pool. One of users has no secret, since browsers and apps
// cannot keep one, and of OAuth's grants the authorization code alone. One of machines has
// a secret, client credentials alone, and no user.
type Client struct {
	// Machine makes it a client of services. Default: false. Example: true. WARNING: a
	// change makes another client with another id, and apps with the old one get no more
	// tokens.
	Machine bool `yaml:"machine"`

	// Profile is the token profile of policy.tokens.profiles. Default: "" means unknown,
	// which adds nothing to a token. Example: app.
	Profile string `yaml:"profile"`

	// CallbackURLs are where Cognito may send the authorization code, 1 to 100: https, or
	// http to localhost, or an app's own scheme. Users' clients must have one. Default:
	// none. Example: [https://app.example/callback].
	CallbackURLs []string `yaml:"callbackUrls"`

	// LogoutURLs are where a sign-out may lead. The same rules apply. Default: none.
	// Example: [https://app.example/].
	LogoutURLs []string `yaml:"logoutUrls"`

	// Flows are the ways in which users sign in through the API.
	// Default: none given means [srp]. Example: [srp, password].
	Flows []Flow `yaml:"flows"`

	// Scopes are what a token of a machine may be asked for: full scopes of
	// ResourceServer. Default: none given means all of them. Example: [app/read].
	Scopes []string `yaml:"scopes"`

	// ReadAttributes are the user's attributes that the client may read and that an ID
	// token carries. Default: none given means email, email_verified and all of
	// WriteAttributes. Example: [email, email_verified, name].
	ReadAttributes []string `yaml:"readAttributes"`

	// WriteAttributes are the attributes that users of this client may set themselves, at
	// sign-up and later. They must include the attributes that the policy requires at
	// sign-up. No claim may come from one of them. Default: none given means [email,
	// name, locale]. Example: [email, name].
	WriteAttributes []string `yaml:"writeAttributes"`
}

// Flow is a way to sign in through the API, without the browser pages.
type Flow string

// The flows. Refreshing is not one: with rotation, which is always on,
// GetTokensFromRefreshToken does it, and Cognito refuses a client that lists
// ALLOW_REFRESH_TOKEN_AUTH.
const (
	FlowSRP      Flow = "srp"      // the password does not leave the device (USER_SRP_AUTH)
	FlowPassword Flow = "password" // the password goes to Cognito over TLS (USER_PASSWORD_AUTH)
)

// OtherClients says whether there are app clients that the stack does not make.
type OtherClients string

// The values.
const (
	OtherClientsAny  OtherClients = "any"
	OtherClientsNone OtherClients = "none"
)

// WebClient and MachineClient are the names of clients that keep the logical ids and
// outputs of the time when a stack had these two: another logical id would be another
// client, with another id.
const (
	WebClient     = "web"
	MachineClient = "machine"
)

// ClientResource returns the id of a client's construct, which begins its logical id:
// WebClient, MachineClient, or Client<Name>.
func ClientResource(name string) string {
	switch {
	case name == WebClient || name == MachineClient:
		return capital(name) + "Client"
	case name == "":
		return "Client"
	}
	return "Client" + capital(name)
}

// ClientOutput returns the name of the output that shows a client's id.
func ClientOutput(name string) string { return ClientResource(name) + "Id" }

func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// MainClient returns the name of the client that is meant where none is named: web, or the
// first client of users in the order of names. For machines it is machine, or their first.
// It is "" if there is none.
func (s *Settings) MainClient(machine bool) string {
	main := WebClient
	if machine {
		main = MachineClient
	}
	names := s.clientsOf(machine)
	if len(names) > 0 && !slices.Contains(names, main) {
		return names[0]
	}
	if len(names) == 0 {
		return ""
	}
	return main
}

// clientsOf returns the names of the stack's clients of users, or of machines, in order.
func (s *Settings) clientsOf(machine bool) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(s.Clients)) {
		if s.Clients[name].Machine == machine {
			names = append(names, name)
		}
	}
	return names
}

// Profiles returns which token profile an app client has: of Clients by name, of
// ForeignClients by id. A client that is not there has policy.Unknown. It is the one
// answer to that question.
func (s *Settings) Profiles() map[string]string {
	all := make(map[string]string)
	maps.Copy(all, s.ForeignClients)
	for name, client := range s.Clients {
		if client.Profile != "" {
			all[name] = client.Profile
		}
	}
	return all
}

// completed returns the clients with their defaults.
func (s *Settings) completed() map[string]Client {
	if s.Clients == nil {
		return nil
	}
	full := make(map[string]Client, len(s.Clients))
	for name, client := range s.Clients {
		full[name] = client.completed(s)
	}
	return full
}

// completed returns the client with its defaults. A machine reads and writes nothing but
// MachineAttribute.
func (c Client) completed(s *Settings) Client {
	if c.Machine {
		c.Scopes = orList(c.Scopes, s.scopes()...)
		return c
	}
	c.Flows = orList(c.Flows, FlowSRP)
	c.WriteAttributes, c.ReadAttributes = c.writes(), c.reads()
	return c
}

// writes returns the attributes that a client of users lets them write. None is Cognito's
// "all", so there is always one.
func (c Client) writes() []string {
	return orList(c.WriteAttributes, "email", "name", "locale")
}

// reads returns what the client may read of its user.
func (c Client) reads() []string {
	if len(c.ReadAttributes) > 0 {
		return c.ReadAttributes
	}
	read := []string{"email", "email_verified"}
	for _, name := range c.writes() {
		if !slices.Contains(read, name) {
			read = append(read, name)
		}
	}
	return read
}
