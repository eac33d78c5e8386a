package userpool

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Config is one user pool as a template declares it. Start reads it once and
// keeps no reference to its slices and maps that it would write to.
type Config struct {
	// ID is the pool's id, such as us-east-1_AbCdEf123. Required.
	ID string
	// ARN, Region and AccountID are what the pool says of itself. An empty
	// Region is taken from the ID.
	ARN, Region, AccountID string
	// Clients are the app clients. A pool without one serves admin calls only.
	Clients []Client
	// Triggers has the keys of AWS's LambdaConfig. Start refuses a key that is not
	// one of Fires.
	Triggers map[string]Trigger
	// UsernameAttributes (email, phone_number): people sign up with these, and
	// the pool makes the username, a UUID equal to sub.
	UsernameAttributes []string
	// AliasAttributes (email, phone_number, preferred_username): people choose a
	// username and may also sign in with these once they are verified.
	AliasAttributes []string
	// AutoVerifiedAttributes (email, phone_number): where the confirmation code
	// goes. Empty means that no code is sent and an admin confirms.
	AutoVerifiedAttributes []string
	// VerifyBeforeUpdate (email, phone_number) is AWS's
	// AttributesRequireVerificationBeforeUpdate: a new address takes effect once its
	// code has come back.
	VerifyBeforeUpdate []string
	// RequiredAttributes must be given at sign-up, by name.
	RequiredAttributes []string
	// CaseSensitive makes usernames and e-mail addresses that differ in case two
	// people. AWS's own default for a new pool is false.
	CaseSensitive bool
	// AllowAdminCreateUserOnly refuses SignUp.
	AllowAdminCreateUserOnly bool
	// PasswordPolicy applies to chosen and temporary passwords; its zero value is
	// AWS's default policy.
	PasswordPolicy PasswordPolicy
	// Groups exist from the start.
	Groups []string
	// CustomAttributes maps "custom:x" to whether it may change after sign-up.
	CustomAttributes map[string]bool
	// Tier is LITE, ESSENTIALS or PLUS; "" is ESSENTIALS, AWS's default.
	Tier string
	// ResourceServers own the custom scopes of client credentials.
	ResourceServers []ResourceServer
	// Domain is the prefix of the pool's domain; "" refuses /oauth2/token.
	Domain string
}

// Trigger is one function of LambdaConfig.
type Trigger struct {
	// FunctionARN is what Invoker.Invoke receives.
	FunctionARN string
	// Version is V1_0, V2_0 or V3_0 and has a meaning for PreTokenGeneration
	// only; "" is V1_0.
	Version string
}

// Client is one app client. Its zero values are those of the API.
type Client struct {
	// ID and Name identify it; ID is required.
	ID, Name string
	// Secret of a confidential client; "" is a public one.
	Secret string
	// ExplicitAuthFlows such as ALLOW_USER_PASSWORD_AUTH. Empty is AWS's default
	// set: SRP, custom and refresh, none of them with a plain password.
	ExplicitAuthFlows []string
	// ReadAttributes and WriteAttributes; nil means all, empty means none.
	ReadAttributes, WriteAttributes []string
	// AllowedOAuthFlows and AllowedOAuthScopes govern /oauth2/token.
	AllowedOAuthFlows, AllowedOAuthScopes []string
	// RefreshTokenRotation gives a new refresh token with each refresh; the old
	// one lives for RefreshGrace, zero by default.
	RefreshTokenRotation bool
	RefreshGrace         time.Duration
	// Validity of the tokens. Zero is AWS's default: 1 h, 1 h, 30 days.
	AccessTokenValidity, IDTokenValidity, RefreshTokenValidity time.Duration
	// PreventUserExistenceErrors answers for unknown users as for known ones.
	PreventUserExistenceErrors bool
}

// PasswordPolicy is AWS's type of the same name. Zero is AWS's default policy: 8
// characters and all four kinds of character, temporary passwords for 7 days.
type PasswordPolicy struct {
	// MinimumLength in characters; zero is 8.
	MinimumLength int
	// RequireLowercase and the others each demand one character of a kind.
	RequireLowercase, RequireUppercase, RequireNumbers, RequireSymbols bool
	// TemporaryPasswordValidityDays bounds a temporary password's life; zero is 7.
	TemporaryPasswordValidityDays int
}

// ResourceServer is an API that custom scopes belong to. A scope's full name is
// "<Identifier>/<scope>".
type ResourceServer struct {
	Identifier string
	Scopes     []string
}

// Options are about this process, not about the pool. The zero value is right
// for everything but tests.
type Options struct {
	// Addr to listen on; "" is 127.0.0.1 with a free port.
	Addr string
	// AttemptTimeout is how long one invocation may take; zero is Cognito's 5 s
	// (guide, "Customizing user pool workflows with Lambda triggers").
	AttemptTimeout time.Duration
	// MaxAttempts counts the first one; zero is 3, which the guide once gave and
	// which has been observed (amplify-js#4805); today it names no number.
	MaxAttempts int
	// OnMail, if not nil, is told of each message that Cognito would send: the
	// username, the purpose (signup, reset, invitation or attribute) and the code or the
	// temporary password. It is called from many goroutines.
	OnMail func(username, purpose, code string)
	// Now is the clock for codes, sessions, tokens, quotas and the Date header of
	// every reply; nil is time.Now.
	Now func() time.Time
	// ListDelay is how old a change must be for ListUsers to show it; zero shows it
	// at once. AWS names no figure.
	ListDelay time.Duration
	// Quotas refuse what comes too fast; nil refuses nothing. AWSQuotas are AWS's.
	Quotas Quotas

	keys *keyPair // for this package's tests, which start many pools; nil makes new ones
}

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
	for _, check := range []func() error{c.checkTriggers, c.checkClients, c.checkSignInNames} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
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
	// guide, "User pool feature plans": access token customization is a feature
	// of Essentials and Plus.
	if v := c.Triggers[preTokenGeneration].Version; c.Tier == "LITE" && (v == "V2_0" || v == "V3_0") {
		return fmt.Errorf("trigger PreTokenGeneration: version %s needs the ESSENTIALS or PLUS plan, the pool has LITE", v)
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
	}
	return nil
}

func (c *Config) checkSignInNames() error {
	// API reference, CreateUserPool: AliasAttributes and UsernameAttributes
	// exclude each other.
	if len(c.UsernameAttributes) > 0 && len(c.AliasAttributes) > 0 {
		return fmt.Errorf("UsernameAttributes %v and AliasAttributes %v exclude each other", c.UsernameAttributes, c.AliasAttributes)
	}
	return nil
}

// complete puts AWS's defaults (API reference, PasswordPolicyType) for what the
// template leaves out.
func (p PasswordPolicy) complete() PasswordPolicy {
	if p == (PasswordPolicy{}) {
		p.RequireLowercase, p.RequireUppercase, p.RequireNumbers, p.RequireSymbols = true, true, true, true
	}
	if p.MinimumLength == 0 {
		p.MinimumLength = 8
	}
	if p.TemporaryPasswordValidityDays == 0 {
		p.TemporaryPasswordValidityDays = 7
	}
	return p
}
