package settings

// Flow is a way to sign in through the API, without the browser pages.
type Flow string

// The flows that the web client may allow. Refreshing is not one: with rotation, which is
// always on, GetTokensFromRefreshToken does it, and Cognito refuses a client that lists
// ALLOW_REFRESH_TOKEN_AUTH.
const (
	FlowSRP      Flow = "srp"      // the password does not leave the device (USER_SRP_AUTH)
	FlowPassword Flow = "password" // the password goes to Cognito over TLS (USER_PASSWORD_AUTH)
)

// WebClient is the app client of browsers and apps. It has no secret, allows the
// authorization code flow only, and rotates refresh tokens.
type WebClient struct {
	// CallbackURLs are where Cognito may send the authorization code, 1 to 100: https, or
	// http to localhost, or an app's own scheme. No default. Example:
	// [https://app.example/callback].
	CallbackURLs []string `yaml:"callbackUrls"`

	// LogoutURLs are where a sign-out may lead. The same rules apply. Default: none.
	// Example: [https://app.example/].
	LogoutURLs []string `yaml:"logoutUrls"`

	// Flows are the ways to sign in through the API.
	// Default: none given means [srp]. Example: [srp, password].
	Flows []Flow `yaml:"flows"`

	// ReadAttributes are the user's attributes that the client may read and that an ID
	// token carries. Default: none given means email, email_verified and all of
	// WriteAttributes. Example: [email, email_verified, name].
	ReadAttributes []string `yaml:"readAttributes"`

	// WriteAttributes are the attributes that users may set themselves, at sign-up and
	// later. They must include the attributes that the policy requires at sign-up. No
	// claim may come from one of them. Default: none given means [email,
	// name, locale]. Example: [email, name].
	WriteAttributes []string `yaml:"writeAttributes"`
}

// OtherClients says whether there are app clients that the stack does not make.
type OtherClients string

// The values.
const (
	OtherClientsAny  OtherClients = "any"
	OtherClientsNone OtherClients = "none"
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

// MachineClient is the app client of services. It has a secret and allows client
// credentials only.
type MachineClient struct {
	// None omits the client. Cognito bills every client that may request machine tokens,
	// about 6 $ a month, used or not (pricing, "machine-to-machine"). Default: false.
	// Example: `true` where no service signs in. WARNING: services that use the client get
	// no more tokens; a client that is made later has another id and secret.
	None bool `yaml:"none"`

	// Scopes are the full scopes of ResourceServer that the client may request.
	// Default: none given means all of them. Example: [app/read].
	Scopes []string `yaml:"scopes"`
}
