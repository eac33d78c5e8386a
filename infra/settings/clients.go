package settings

// Flow is a way to sign in through the API, without the browser pages.
type Flow string

// The flows that the web client may allow. Refreshing is not among them: with
// rotation on, which it always is, GetTokensFromRefreshToken does it and Cognito
// refuses a client that lists ALLOW_REFRESH_TOKEN_AUTH.
const (
	FlowSRP      Flow = "srp"      // USER_SRP_AUTH: the password does not leave the device
	FlowPassword Flow = "password" // USER_PASSWORD_AUTH: it does, over TLS
)

// WebClient is the app client that people use: public, authorization code flow
// only, refresh tokens rotated.
type WebClient struct {
	// CallbackURLs is where the authorization code may be sent: https, or http
	// to localhost, or an app's own scheme. At least one.
	// No default. Example: [https://app.example/callback].
	CallbackURLs []string `yaml:"callbackUrls"`

	// LogoutURLs is where a sign-out may lead. Same rules.
	// Default: none. Example: [https://app.example/].
	LogoutURLs []string `yaml:"logoutUrls"`

	// Flows are the ways to sign in through the API.
	// Default: none given means [srp]. Example: [srp, password].
	Flows []Flow `yaml:"flows"`

	// ReadAttributes are what the client may read of its user and what an ID
	// token carries. Default: none given means email, email_verified and every
	// attribute of WriteAttributes. Example: [email, email_verified, name].
	ReadAttributes []string `yaml:"readAttributes"`

	// WriteAttributes are what a person may set of themselves, at sign-up and
	// later: nothing that anything decides with. Attributes that the policy
	// requires at sign-up must be among them.
	// Default: none given means [email, name, locale]. Example: [email, name].
	WriteAttributes []string `yaml:"writeAttributes"`
}

// ResourceServer is an API: an identifier, and the scopes it knows.
type ResourceServer struct {
	// Identifier stands before the scope in a token: app gives app/read.
	// No default. Example: app, or https://api.example.
	// WARNING: a change makes a new resource server; old scopes stop to exist.
	Identifier string `yaml:"identifier"`

	// Scopes are the API's scopes, 1 to 100.
	// No default. Example: [{name: read}].
	// WARNING: tokens that carry a scope which is taken away keep it until they expire.
	Scopes []Scope `yaml:"scopes"`
}

// Scope is one scope of a resource server.
type Scope struct {
	// Name is the part after the slash.
	// No default. Example: read.
	Name string `yaml:"name"`
	// Description is for people, 1 to 256 characters.
	// Default: "" means the name. Example: Read everything.
	Description string `yaml:"description"`
}

// MachineClient is the app client that services use: client credentials only.
type MachineClient struct {
	// None leaves the client out. Cognito bills every client that may ask for machine
	// tokens, about 6 $ a month, used or not (pricing, "machine-to-machine").
	// Default: false. Example: true where no service signs in.
	// WARNING: services that know the client get no token any more, and a client made
	// later has another id and secret.
	None bool `yaml:"none"`

	// Scopes are the full scopes it may ask for; each is of ResourceServer.
	// Default: none given means all of them. Example: [app/read].
	Scopes []string `yaml:"scopes"`
}
