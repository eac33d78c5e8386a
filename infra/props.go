package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Props is what a stage decides about the suite; infra/stages/<stage>.yaml is
// read into it. The zero value of every field is safe in production. Three
// fields have no default, because no value would be right for everybody:
// DomainPrefix, WebClient.CallbackURLs and ResourceServer.
//
// A Props is read and never changed by this package.
type Props struct {
	// Disposable makes everything that holds data go away with the stack, and
	// removes the protection against deleting pool, table and stack.
	// Default: false, everything is kept. Example: true in dev.
	// WARNING: with true, `cdk destroy` deletes every user.
	Disposable bool `yaml:"disposable"`

	// Plan is the feature plan of the pool: PlanEssentials or PlanPlus, or
	// PlanLite with TokenVersion V1_0 only (other versions are refused by
	// Cognito at deploy time, and by Validate before).
	// Default: "" means PlanEssentials. Example: plus.
	Plan Plan `yaml:"plan"`

	// TokenVersion is the version of the event that pretokengeneration gets.
	// V2_0 reaches the access token, V3_0 machine tokens too.
	// Default: "" means V3_0. Example: V2_0.
	TokenVersion TokenVersion `yaml:"tokenVersion"`

	// ThreatProtection is Cognito's own detection of compromised passwords and
	// odd sign-ins: ThreatsAudited or ThreatsEnforced, which need PlanPlus.
	// Default: "", none. Example: audit.
	ThreatProtection ThreatProtection `yaml:"threatProtection"`

	// SelfSignUp lets anybody who knows the web client's id ask for an account;
	// the policy's signUp section then decides. With false only administrators
	// and identity providers make users.
	// Default: false. Example: true.
	SelfSignUp bool `yaml:"selfSignUp"`

	// PasswordMinimumLength is the least number of characters, 8 to 99. Lower
	// and upper case, a digit and a symbol are always asked for.
	// Default: 0 means 12. Example: 15.
	PasswordMinimumLength int `yaml:"passwordMinimumLength"`

	// DomainPrefix is the first label of the pool's domain, which serves the
	// token endpoint: <prefix>.auth.<region>.amazoncognito.com. It is unique in
	// a Region over all AWS accounts and may not contain aws, amazon or cognito.
	// No default. Example: example-corp-dev.
	// WARNING: a change moves the token endpoint; every client must follow.
	DomainPrefix string `yaml:"domainPrefix"`

	// ManagedLogin serves Cognito's new sign-in pages at the domain, in Cognito's own
	// style, which the branding editor changes. Needs PlanEssentials or PlanPlus.
	// Default: false, the classic pages. Example: true.
	ManagedLogin bool `yaml:"managedLogin"`

	// FirstFactors are what people may sign in with, FactorPassword always among
	// them. Others need PlanEssentials or PlanPlus, and let the web client use the
	// flow USER_AUTH. A code by e-mail counts against the pool's e-mail quota, 50 a
	// day without an SES identity of your own.
	// Default: none given means [password]. Example: [password, passkey, emailOtp].
	FirstFactors []Factor `yaml:"firstFactors"`

	// Passkeys are the settings of FactorPasskey.
	Passkeys Passkeys `yaml:"passkeys"`

	// WebClient is the app client without a secret, for browsers and apps.
	WebClient WebClient `yaml:"webClient"`

	// ResourceServer names the API whose scopes tokens carry.
	ResourceServer ResourceServer `yaml:"resourceServer"`

	// MachineClient is the app client with a secret, for services.
	MachineClient MachineClient `yaml:"machineClient"`

	// Groups are made in the pool, without role and precedence.
	// Default: none. Example: [admins, members].
	// WARNING: a name that is taken away deletes the group with its memberships.
	Groups []string `yaml:"groups"`

	// API is an HTTP API behind this pool's tokens. Default: none.
	API API `yaml:"api"`

	// IdentityPool exchanges tokens for AWS credentials. Default: none.
	IdentityPool IdentityPool `yaml:"identityPool"`

	// LogRetentionDays is how long the functions' log lines stay: 1, 3, 5, 7,
	// 14, 30, 60 or 90 days. Default: 0 means 90. Example: 7.
	LogRetentionDays int `yaml:"logRetentionDays"`

	// LogKeyARN is the KMS key of the log groups; its policy must let
	// logs.<region>.amazonaws.com use it (CloudWatch Logs user guide, "Encrypt log
	// data"). The lines hold no personal data with or without it.
	// Default: "", CloudWatch's own key.
	// Example: arn:aws:kms:eu-west-1:111122223333:key/1234abcd-….
	// WARNING: lines that were written under a key are lost with it.
	LogKeyARN string `yaml:"logKeyArn"`

	// TableKeyARN is the KMS key of the table. The functions' roles may use it
	// through DynamoDB, and so may whom GrantDirectoryRead and GrantAuthzManagement
	// name; the key's own policy must leave that to the account's IAM.
	// Default: "", DynamoDB's own key. Example: as LogKeyARN.
	// WARNING: without the key nothing of the table can be read, and no token
	// carries what AUTHZ grants.
	TableKeyARN string `yaml:"tableKeyArn"`

	// Tracing turns X-Ray on for the trigger functions.
	// Default: false. Example: true while something is looked for.
	Tracing bool `yaml:"tracing"`

	// Functions are settings of single trigger functions, by the trigger's name.
	// Default: none. Example: {PreTokenGeneration: {memoryMiB: 512}}.
	Functions map[string]FunctionSettings `yaml:"functions"`

	// MemoryMiB is the memory of every function, 128 to 10240; Lambda gives CPU
	// in proportion. Default: 0 means 256. Example: 512.
	MemoryMiB int `yaml:"memoryMiB"`

	// Monitoring is who is told when something goes wrong, and when.
	// Default: alarms and a dashboard, that notify nobody.
	Monitoring Monitoring `yaml:"monitoring"`

	// Reconcile is the sweep that a schedule runs. Default: none.
	Reconcile Reconcile `yaml:"reconcile"`

	// Policy is what the functions decide with; see package policy. The zero
	// value refuses nobody, mirrors only what identifies a user and adds nothing
	// to a token.
	Policy policy.Document `yaml:"policy"`

	// Pool is a pool that the same app makes, in this stack or another, for the
	// functions to be hooked into. The suite then makes no pool, domain, clients, API
	// scopes and groups, and takes no settings of those; Plan says which plan the pool
	// has. A pool that only UserPool_FromUserPoolId knows has no hooks
	// (github.com/aws/aws-cdk#10002).
	// Default: nil, the suite makes the pool.
	// WARNING: a hook of the pool that is taken already is refused by the CDK.
	Pool awscognito.UserPool `yaml:"-"`

	// Clients are app clients of Pool, by the names under which policy.tokens.clients
	// knows them. Default: none. Example: {"web": client}.
	Clients map[string]awscognito.IUserPoolClient `yaml:"-"`

	// Architecture is the processor the functions are built for: ARM64 or
	// AMD64. It is no key of the stage file: deploys use the default, the local
	// cloud the machine it runs on.
	// Default: "" means ARM64. Example: AMD64.
	Architecture Architecture `yaml:"-"`

	// Bundles is the folder with <function>/bootstrap for each function, as
	// `make build` leaves it, absolute or relative to the working directory.
	// Default: "" means dist/<architecture>. Example: /build/dist/arm64.
	Bundles string `yaml:"-"`
}

// Plan is a feature plan of Cognito (cognito-sign-in-feature-plans).
type Plan string

// The plans.
const (
	PlanLite       Plan = "lite"
	PlanEssentials Plan = "essentials"
	PlanPlus       Plan = "plus"
)

// TokenVersion is a version of the pre token generation event.
type TokenVersion string

// The versions, under AWS's own names.
const (
	V1_0 TokenVersion = "V1_0"
	V2_0 TokenVersion = "V2_0"
	V3_0 TokenVersion = "V3_0"
)

// ThreatProtection is what Cognito does about a sign-in that looks like an
// attack: nothing (the zero value), note it, or act on it.
type ThreatProtection string

// The two modes beside none.
const (
	ThreatsAudited  ThreatProtection = "audit"
	ThreatsEnforced ThreatProtection = "enforced"
)

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
	// Scopes are the full scopes it may ask for; each is of ResourceServer.
	// Default: none given means all of them. Example: [app/read].
	Scopes []string `yaml:"scopes"`
}

// Architecture is a processor, under Go's name for it.
type Architecture string

// The architectures that Lambda offers.
const (
	ARM64 Architecture = "arm64"
	AMD64 Architecture = "amd64"
)
