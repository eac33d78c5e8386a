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

// Document is the whole policy of one stage. An empty one refuses only an unusable
// e-mail address, mirrors only what identifies a user, and adds nothing to any token.
type Document struct {
	SignUp SignUp `yaml:"signUp" json:"signUp"`
	Mirror Mirror `yaml:"mirror" json:"mirror"`
	Tokens Tokens `yaml:"tokens" json:"tokens"`
}

// Mode says what a rule does with a user whom it objects to.
// Default: "" means Enforce.
type Mode string

// The three modes. The zero value "" means Enforce, so that a rule that is
// written down holds unless its author says otherwise.
const (
	Enforce Mode = "enforce" // refuse
	Observe Mode = "observe" // let the user through and log what would have been refused
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
	// AppliesTo lists the origins that the rule judges: users who sign themselves
	// up, whom an administrator creates, whom an identity provider brings. A list
	// that is written down and empty is a fault: Off says it plainly.
	// Default: none given means [self], since the two others decide for themselves.
	AppliesTo []Origin `yaml:"appliesTo" json:"appliesTo,omitempty"`
}

// Mirror says what of a person is copied into the table.
type Mirror struct {
	// Attributes is the allow-list of pool attributes copied to PROFILE beside
	// username, email and email_verified. Nothing else leaves the pool.
	Attributes []string `yaml:"attributes" json:"attributes,omitempty"`
}
