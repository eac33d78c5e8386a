package settings

import (
	"cmp"
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
	// http to localhost, or an app's own scheme. A client of users without any has no
	// sign-in pages, and must name Flows. Default: none. Example:
	// [https://app.example/callback].
	CallbackURLs []string `yaml:"callbackUrls"`

	// LogoutURLs are where a sign-out may lead. The same rules apply. Default: none.
	// Example: [https://app.example/].
	LogoutURLs []string `yaml:"logoutUrls"`

	// Flows are the ways in which users sign in through the API. FlowChoice is also what the
	// sign-in pages need to offer more than a password.
	// Default: none given means [srp], and choice if FirstFactors has more than a password.
	// Example: [srp, password].
	Flows []Flow `yaml:"flows"`

	// Scopes are what an app may ask for at the sign-in pages: openid, and beside it email,
	// phone, profile, aws.cognito.signin.user.admin, and full scopes of ResourceServer; for
	// a machine the last alone. Default: none given means [openid, email, profile], for a
	// machine all of ResourceServer. Example: [openid, email, app/read]. WARNING: with
	// aws.cognito.signin.user.admin a token changes its own user, as every token of a
	// sign-in through the API does.
	Scopes []string `yaml:"scopes"`

	// Tokens are how long its tokens are good.
	Tokens Lifetimes `yaml:"tokens"`

	// Rotation replaces a refresh token at each use; off does not. Default: on, with 10s of
	// grace. Example: {grace: 30s}.
	Rotation Rotation `yaml:"rotation"`

	// Providers are whose users may sign in through the client: COGNITO for the pool's own,
	// and names of IdentityProviders. Default: none given means [COGNITO]. Example:
	// [COGNITO, Google].
	Providers []string `yaml:"providers"`

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

// The flows. Refreshing is not one: with rotation GetTokensFromRefreshToken does it, and
// Cognito refuses a client that lists ALLOW_REFRESH_TOKEN_AUTH; without, the stack lists it.
const (
	FlowSRP      Flow = "srp"      // the password does not leave the device (USER_SRP_AUTH)
	FlowPassword Flow = "password" // the password goes to Cognito over TLS (USER_PASSWORD_AUTH)
	FlowAdmin    Flow = "admin"    // a server with AWS credentials sends the password (ADMIN_USER_PASSWORD_AUTH)
	FlowCustom   Flow = "custom"   // challenges by three triggers of your own (CUSTOM_AUTH)
	FlowChoice   Flow = "choice"   // the user chooses among firstFactors (USER_AUTH)
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
	if name == WebClient || name == MachineClient {
		return capital(name) + "Client"
	}
	return "Client" + capital(name)
}

// ClientOutput returns the name of the output that shows a client's id.
func ClientOutput(name string) string { return ClientResource(name) + "Id" }

func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// MainClient returns the name of the client that is meant where none is named: web, or the
// first client of users in the order of names; "" if there is none.
func (s *Settings) MainClient() string {
	names := s.clientsOf(false)
	if slices.Contains(names, WebClient) {
		return WebClient
	}
	return append(names, "")[0]
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
	c.Flows = c.flows(s)
	if len(c.CallbackURLs) > 0 {
		c.Scopes = orList(c.Scopes, "openid", "email", "profile")
	}
	c.Providers = orList(c.Providers, nativeProvider)
	c.Rotation.Grace = cmp.Or(c.Rotation.Grace, "10s")
	c.WriteAttributes, c.ReadAttributes = c.writes(), c.reads()
	return c
}

// flows returns the flows of a client of users.
func (c Client) flows(s *Settings) []Flow {
	if len(c.Flows) == 0 && s.OffersChoice() {
		return []Flow{FlowSRP, FlowChoice}
	}
	return orList(c.Flows, FlowSRP)
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
