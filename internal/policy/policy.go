// Package policy is the document that operators edit and the functions obey.
//
// People write it in YAML, as a part of infra/stages/<stage>.yaml. Synth checks
// it whole (package policy/strict gives file and line, the rooms signup, users
// and claims say what a rule may not mean) and ships each function only the
// section that it needs, as policy.json beside its binary. Nothing is fetched at
// a cold start, and a function that meets a policy it cannot compile refuses to
// start: a mistake is found before a person is.
//
// The package holds data and its two encodings, no rule: what a section means
// is decided by the room that compiles it. It links no YAML, so that the
// functions do not either.
package policy

// Document is the whole policy of one stage. The zero value refuses nobody but
// for an unusable e-mail address, mirrors only what identifies a user, and adds
// nothing to any token.
type Document struct {
	SignUp SignUp `yaml:"signUp" json:"signUp"`
	Mirror Mirror `yaml:"mirror" json:"mirror"`
	Tokens Tokens `yaml:"tokens" json:"tokens"`
}

// Mode says what a refusing rule does when it is broken.
type Mode string

// The three modes. The zero value "" means Enforce, so that a rule that is
// written down holds unless its author says otherwise.
const (
	Enforce Mode = "enforce" // refuse the person
	Observe Mode = "observe" // let the person through and log what would have been refused
	Off     Mode = "off"     // do not look
)

// Origin is the way a person comes into the pool: who asked for the account.
type Origin string

// The origins, one per pre sign-up trigger source
// (PreSignUp_SignUp, PreSignUp_AdminCreateUser, PreSignUp_ExternalProvider).
const (
	Self     Origin = "self"
	Admin    Origin = "admin"
	External Origin = "external"
)

// Rule is what every refusing rule has in common.
type Rule struct {
	Mode Mode `yaml:"mode" json:"mode,omitempty"`
	// AppliesTo lists the origins that the rule judges; absent means Self only:
	// an administrator and a trusted identity provider decide for themselves. A
	// list that is written down and empty is a fault: Off says it plainly.
	AppliesTo []Origin `yaml:"appliesTo" json:"appliesTo,omitempty"`
}

// SignUp is what presignup decides with.
type SignUp struct {
	Email      Email      `yaml:"email" json:"email"`
	Domains    Domains    `yaml:"domains" json:"domains"`
	Attributes Attributes `yaml:"attributes" json:"attributes"`
}

// Email asks for a usable e-mail address where one is given (package
// signup/email says what is usable), and for one to be given when Required is
// true. Its zero value holds too: an unusable address is refused.
type Email struct {
	Rule     `yaml:",inline"`
	Required bool `yaml:"required" json:"required,omitempty"`
}

// Domains judges the domain of the e-mail address. An entry covers the domain
// itself and every sub-domain, never a mere suffix: amazon.com covers
// mail.amazon.com and not evilamazon.com. An address whose domain cannot be read
// is refused as well while Deny has an entry: it cannot be shown not to be there.
type Domains struct {
	Rule `yaml:",inline"`
	Deny []string `yaml:"deny" json:"deny,omitempty"`
}

// Attributes lists the attributes without which nobody signs up
// (email, name, custom:plan …). A value that is empty or all blanks counts as
// missing.
type Attributes struct {
	Rule     `yaml:",inline"`
	Required []string `yaml:"required" json:"required,omitempty"`
}

// Mirror says what of a person is copied into the table.
type Mirror struct {
	// Attributes is the allow-list of pool attributes copied to PROFILE beside
	// username, email and email_verified. Nothing else leaves the pool.
	Attributes []string `yaml:"attributes" json:"attributes,omitempty"`
}

// Tokens says what is added to a token, for people and for machines apart.
type Tokens struct {
	User    Profile `yaml:"user" json:"user"`
	Machine Profile `yaml:"machine" json:"machine"`
}

// Profile is what one kind of client finds in its tokens beyond Cognito's own.
type Profile struct {
	ID     Token `yaml:"id" json:"id"`
	Access Token `yaml:"access" json:"access"`
}

// Token is what is added to one token.
type Token struct {
	Claims []Claim `yaml:"claims" json:"claims,omitempty"`
	// ExtraClaims adds every extra claim of the AUTHZ row.
	ExtraClaims bool `yaml:"extraClaims" json:"extraClaims,omitempty"`
	// Scopes are added to an access token; an ID token has none.
	Scopes []string `yaml:"scopes" json:"scopes,omitempty"`
}

// Claim is one claim and the one place it comes from: exactly one of From and
// Value is set.
type Claim struct {
	Name string `yaml:"name" json:"name"`
	// From is a server-owned source: authz.roles or authz.tenant.
	From string `yaml:"from" json:"from,omitempty"`
	// Value is a constant: a string, number, boolean or a list of those. As
	// decoded, a number is an int64 where it is whole and fits, else a float64
	// (Number), a list is a []any.
	Value any `yaml:"value" json:"value,omitempty"`
}
