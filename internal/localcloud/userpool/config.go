package userpool

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// Config is one user pool as a template declares it. Start reads it once and writes to
// none of its slices and maps.
type Config struct {
	// ID is the pool's id, such as us-east-1_AbCdEf123. Required.
	ID string
	// ARN, Region and AccountID are what the pool reports as its own. An empty Region is
	// taken from the ID.
	ARN, Region, AccountID string
	// Clients are the app clients. A pool without any serves admin calls only.
	Clients []Client
	// Triggers has the keys of AWS's LambdaConfig. Start refuses a key that is not
	// one of Fires.
	Triggers map[string]Trigger
	// UsernameAttributes (email, phone_number) are what users sign up with; the pool
	// makes the username, a UUID equal to sub.
	UsernameAttributes []string
	// AliasAttributes (email, phone_number, preferred_username): users choose a username
	// and may also sign in with these once they are verified.
	AliasAttributes []string
	// AutoVerifiedAttributes (email, phone_number) say where the confirmation code goes.
	// If empty, no code is sent and an administrator confirms.
	AutoVerifiedAttributes []string
	// VerifyBeforeUpdate (email, phone_number) is AWS's
	// AttributesRequireVerificationBeforeUpdate: a new address takes effect when its code
	// has come back.
	VerifyBeforeUpdate []string
	// Recovery (email, phone_number) are the attributes that a reset code may go to, the
	// preferred one first. Nil is AWS's behaviour without AccountRecoverySetting: the phone
	// before the address. Empty sends none.
	Recovery []string
	// RequiredAttributes must be present at sign-up; the standard attributes in
	// ImmutableAttributes do not change after it.
	RequiredAttributes, ImmutableAttributes []string
	// CaseSensitive tells usernames and e-mail addresses apart that differ in case. AWS's
	// default for a new pool is false.
	CaseSensitive bool
	// AllowAdminCreateUserOnly refuses SignUp.
	AllowAdminCreateUserOnly bool
	// PasswordPolicy applies to chosen and temporary passwords; zero is AWS's default.
	PasswordPolicy PasswordPolicy
	// Messages are the texts of messages. EmailSendingAccount is DEVELOPER where they go
	// through Amazon SES; "" is COGNITO_DEFAULT.
	Messages            MessageTemplates
	EmailSendingAccount string
	// FirstFactors are AllowedFirstAuthFactors, which USER_AUTH offers: PASSWORD, EMAIL_OTP,
	// SMS_OTP and WEB_AUTHN. Empty is PASSWORD.
	FirstFactors []string
	// MfaConfiguration is OFF, OPTIONAL or ON; "" is OFF. EnabledMfas are SMS_MFA,
	// SOFTWARE_TOKEN_MFA and EMAIL_OTP.
	MfaConfiguration string
	EnabledMfas      []string
	// Passkeys is WebAuthnConfiguration. Devices is DeviceConfiguration; nil remembers none.
	Passkeys PasskeySettings
	Devices  *DeviceSettings
	// AcrValues are the names of the authentication levels 1 to 4, as in AcrConfiguration; ""
	// is AWS's own. CloudFormation has no such property.
	AcrValues [4]string
	// Groups exist from the start.
	Groups []Group
	// CustomAttributes says of each "custom:x" whether it may change after sign-up.
	CustomAttributes map[string]bool
	// AdvancedSecurityMode is OFF, AUDIT or ENFORCED; "" is OFF. The others keep the events of
	// sign-ins; nothing is judged or blocked.
	AdvancedSecurityMode string
	// Tier is LITE, ESSENTIALS or PLUS; "" is ESSENTIALS, AWS's default.
	Tier string
	// ResourceServers own the custom scopes of client credentials.
	ResourceServers []ResourceServer
	// Providers are the identity providers. An app client names those that it supports.
	Providers []federation.Provider
	// Issuer is IssuerConfiguration's Type, ORIGINAL or UPDATED; "" is ORIGINAL.
	Issuer string
	// Domain is the prefix of the pool's domain; "" means that it has neither hosted
	// pages nor OAuth endpoints.
	Domain string
	// DeletionProtection ACTIVE refuses DeleteUserPool; "" is INACTIVE.
	DeletionProtection string
	// Uncalled are functions that do not run here: the pool fires no trigger of theirs.
	Uncalled []string `json:"-"`
	// Settings are the pool's by the API's names, with what it does not obey. Nil is what
	// the other fields say; otherwise the fields must be what Settings.Config returns.
	Settings Settings `json:"-"`

	modified time.Time
}

// Trigger is one function of LambdaConfig.
type Trigger struct {
	// FunctionARN is what Invoker.Invoke receives.
	FunctionARN string
	// Version is V1_0, V2_0 or V3_0, for PreTokenGeneration only; "" is V1_0.
	Version string
}

// Client is one app client: what NewClient derives from its settings, or what a program
// says. Zero values are the API's defaults. DescribeUserPoolClient shows only id and name of
// a client that a program made.
type Client struct {
	// ID and Name identify it; ID is required.
	ID, Name string
	// Secret is that of a confidential client; "" makes a public one.
	Secret string
	// ExplicitAuthFlows are flows such as ALLOW_USER_PASSWORD_AUTH. Empty is AWS's
	// default set: SRP, custom and refresh, none with a plain password.
	ExplicitAuthFlows []string
	// ReadAttributes and WriteAttributes: nil means all, empty means none.
	ReadAttributes, WriteAttributes []string
	// AllowedOAuthFlows and AllowedOAuthScopes apply to /oauth2/token.
	AllowedOAuthFlows, AllowedOAuthScopes []string
	// SupportedIdentityProviders are names of providers, and COGNITO for the pool's own
	// users on the hosted pages; empty is COGNITO.
	SupportedIdentityProviders []string
	// CallbackURLs are where the hosted pages send a browser with a code, LogoutURLs where
	// /logout does. Both are compared as they are.
	CallbackURLs, LogoutURLs []string
	// DefaultRedirectURI is one of CallbackURLs, for requests that name none.
	DefaultRedirectURI string
	// RefreshTokenRotation replaces the refresh token at each refresh; the old one stays
	// valid for RefreshGrace, zero by default.
	RefreshTokenRotation bool
	RefreshGrace         time.Duration
	// The tokens' validity. Zero is AWS's default: 1 h, 1 h, 30 days.
	AccessTokenValidity, IDTokenValidity, RefreshTokenValidity time.Duration
	// AuthSessionValidity is how long a challenge can be answered; zero is AWS's 3 minutes.
	AuthSessionValidity time.Duration
	// NoTokenRevocation leaves origin_jti out of the tokens, as EnableTokenRevocation false
	// does.
	NoTokenRevocation bool
	// PreventUserExistenceErrors answers for unknown users as for known ones.
	PreventUserExistenceErrors bool

	// onPages says that the hosted pages sign in for the client: what they begin, the API
	// does not end with tokens that neither a flow nor a scope of the client allows, and the
	// other way round.
	onPages bool
	// device is the key of the device that a sign-in or a refresh names, "" if it names none;
	// newDevice says to PostAuthentication that the user has not confirmed it.
	device    string
	newDevice bool
	// custom is set in the calls of a sign-in by CUSTOM_AUTH, said in those of an administrator
	// with ClientMetadata, which CustomMessage sees.
	custom *custom
	said   map[string]string
	// settings are all members; secrets has Secret first, and it alone until a rotation.
	settings clientSettings
	secrets  []clientSecret
}

// Options are about this process, not about the pool. AttemptTimeout, MaxAttempts and Now are
// for tests.
type Options struct {
	// Port of localhost; 0 is a free one.
	Port int
	// Door, if not nil, is listening already and takes the place of Port. The pool closes
	// it.
	Door *door.Door
	// AttemptTimeout is how long one invocation may take; zero is Cognito's 5 s
	// (guide, "Customizing user pool workflows with Lambda triggers").
	AttemptTimeout time.Duration
	// MaxAttempts counts the first one; zero is 3, which the guide used to name and
	// clients have observed (amplify-js#4805). Today the guide names no number.
	MaxAttempts int
	// OnMail, if not nil, is called for each message that Cognito would send. It must be safe
	// for concurrent use.
	OnMail func(Message)
	// OnCall, if not nil, is called for each request that was answered, with its secrets (see
	// timeline.Redact). It must be safe for concurrent use.
	OnCall func(timeline.Call)
	// Now is the clock for codes, sessions, tokens, quotas and the Date header of
	// every reply; nil is time.Now.
	Now func() time.Time
	// ListDelay is how old a change must be before ListUsers shows it. AWS names no
	// figure.
	ListDelay time.Duration
	// Reset is what UpdateUserPool makes of what a request omits; "" is ResetDocumented.
	Reset Reset
	// Quotas refuse requests above a rate; nil refuses none. AWSQuotas returns AWS's.
	Quotas Quotas
	// Issuer is the form of the tokens' iss in place of the pool's setting: original and
	// updated are AWS's, which lead nowhere here; local is the door's address with TLS.
	Issuer string
	// Code is the value of every code that would be sent, six digits; "" draws each. It is
	// for a developer's own tests of an app: who knows it takes over any account.
	Code string

	// Kept is what Pool.Kept has returned in a process before; nil begins with a new pool. What
	// the template has changed since is as it says (deployed.go). OnChange, if not nil, is
	// called after each request, as Kept may return something else by then.
	Kept     []byte
	OnChange func()
	// OnSettings, if not nil, is called when an operation has changed a pool's settings; before
	// is nil for a new pool.
	OnSettings func(poolID string, before, after Settings)

	keys     *keyPair // for this package's tests, which start many pools; nil makes new keys
	throttle *throttle
}

func (o *Options) check() error {
	if o.Code != "" && !sixDigitsForm.MatchString(o.Code) {
		return fmt.Errorf("code %q: want six digits, such as 123456", o.Code)
	}
	return checkIssuer(o.Issuer)
}

var sixDigitsForm = regexp.MustCompile(`^[0-9]{6}$`)

var poolID = regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`)

func (c *Config) complete() error {
	if !poolID.MatchString(c.ID) {
		return fmt.Errorf("pool id %q: want <region>_<letters and digits>", c.ID)
	}
	if c.Region == "" {
		c.Region, _, _ = cutLast(c.ID, "_")
	}
	if c.Tier == "" {
		c.Tier = "ESSENTIALS"
	}
	c.PasswordPolicy = c.PasswordPolicy.complete()
	for _, check := range []func() error{
		c.checkTriggers, c.checkClients, c.checkFactors, c.checkMFA, c.checkTogether, c.checkAcrValues, c.checkHistory, c.checkProviders,
		func() error { return checkIssuer(c.Issuer) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	if c.Settings != nil {
		return nil
	}
	var err error
	c.Settings, err = c.settings()
	return err
}

func (c *Config) checkTriggers() error {
	for name, t := range c.Triggers {
		if !slices.Contains(Fires(), name) {
			return fmt.Errorf("trigger %s: the local pool does not fire it (it fires %v)", name, Fires())
		}
		if t.FunctionARN == "" {
			return fmt.Errorf("trigger %s: no function", name)
		}
		if eventVersion(t) == "" {
			return fmt.Errorf("trigger %s: version %q: want V1_0, V2_0 or V3_0", name, t.Version)
		}
	}
	if v := c.Triggers[preTokenGeneration].Version; c.Tier == "LITE" && (v == "V2_0" || v == "V3_0") {
		return errPlan("trigger PreTokenGeneration " + v)
	}
	return nil
}

func (c *Config) checkClients() error {
	seen := map[string]bool{}
	for _, client := range c.Clients {
		if client.ID == "" || seen[client.ID] {
			return fmt.Errorf("app client %q: its id is empty or used twice", client.ID)
		}
		seen[client.ID] = true
		if life := client.sessionLife(); life < 3*time.Minute || life > 15*time.Minute {
			return fmt.Errorf("app client %s: AuthSessionValidity %v: want 3 to 15 minutes", client.ID, life)
		}
	}
	return nil
}

func (c *Config) checkMFA() error {
	settings, err := mfaSettings{c.MfaConfiguration, c.EnabledMfas, c.Passkeys}.complete(*c)
	c.MfaConfiguration, c.EnabledMfas = settings.mode, settings.enabled
	return err
}

// checkTogether refuses settings that exclude each other (API reference, CreateUserPool), and
// a link without the domain whose page confirms.
func (c *Config) checkTogether() error {
	if len(c.UsernameAttributes) > 0 && len(c.AliasAttributes) > 0 {
		return fmt.Errorf("UsernameAttributes %v and AliasAttributes %v exclude each other", c.UsernameAttributes, c.AliasAttributes)
	}
	if c.Messages.ConfirmWithLink && c.Domain == "" {
		return fmt.Errorf("DefaultEmailOption CONFIRM_WITH_LINK: no page confirms, as the pool has no domain; give it one")
	}
	return nil
}
