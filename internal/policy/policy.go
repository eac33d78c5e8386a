// Package policy is the document that operators edit and the functions obey.
//
// Operators write it in YAML, as a part of infra/stages/<stage>.yaml. Synth checks all of
// it (package policy/strict reports file and line; the rooms signup, users and claims
// report what a rule may not mean) and ships each function the section that it needs, as
// policy.json beside its binary. A function fetches nothing at a cold start, and refuses
// to start with a policy that it cannot compile: a mistake is found before a user meets
// it.
//
// The package holds data and its two encodings. What a section means is decided by the
// room that compiles it. It does not link YAML, so that the functions do not either.
package policy

// Document is the whole policy of one stage. An empty one refuses only an unusable e-mail
// address, mirrors only what identifies a user, and adds nothing to any token.
type Document struct {
	SignUp SignUp `yaml:"signUp" json:"signUp"`
	Mirror Mirror `yaml:"mirror" json:"mirror"`
	Tokens Tokens `yaml:"tokens" json:"tokens"`
	// AtToken are the rules of SignUp that hold at a token and are not off, with the
	// sentences of their refusals. It is not a key of the stage file: the stack derives
	// it, so that a change of any other rule does not redeploy pretokengeneration.
	AtToken SignUp `yaml:"-" json:"atToken"`
	// Migration and Moving are no keys of the policy either. Moving says that the stage moves
	// people: postauthentication then looks for those whose first sign-in it sees.
	Migration Migration `yaml:"-" json:"migration"`
	Moving    bool      `yaml:"-" json:"moving"`
}

// Mode says what a rule does with a user whom it objects to. Default: "" means Enforce.
type Mode string

// The modes. The zero value means Enforce, so that a rule holds unless its author says
// otherwise.
const (
	Enforce Mode = "enforce" // refuse
	Observe Mode = "observe" // let the user through and log what would have been refused
	Off     Mode = "off"     // do not look
)

// Origin says who asked for the account.
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
	// AppliesTo lists the origins that the rule judges: users who sign themselves up,
	// users whom an administrator creates, users whom an identity provider brings. An
	// empty list is a fault: write Off instead. Default: none given means [self], since
	// administrators and providers are trusted.
	AppliesTo []Origin `yaml:"appliesTo" json:"appliesTo,omitempty"`
}

// Held says whether a rule holds after sign-up. Users may write their attributes later,
// so a rule that judges them at sign-up only is undone by one call (UpdateUserAttributes).
type Held struct {
	Holds Holds `yaml:"holds" json:"holds,omitempty"`
	// AtToken says what an enforced rule does with the token of a user whom it objects
	// to. It needs `holds: token`. In a pool with users, begin with OnlyObserve and count.
	// Default: "" means Demote.
	AtToken Sanction `yaml:"atToken" json:"atToken,omitempty"`
}

// Holds says when a rule judges. Default: "" means HoldsAtSignUp.
type Holds string

// When a rule judges. At a token, AppliesTo counts users of an identity provider as
// external and all others as self, and what Clients says differently does not count.
const (
	HoldsAtSignUp Holds = "signUp" // at sign-up
	HoldsAtToken  Holds = "token"  // at sign-up, and again whenever a user gets a token, by the attributes of that moment
)

// Sanction is what a rule does with a token.
type Sanction string

// What a rule does with a token.
const (
	Demote Sanction = "demote" // the token carries no claim of the AUTHZ row and no added scope, and may not change the user's attributes or password
	Refuse Sanction = "refuse" // the user gets no token

	OnlyObserve Sanction = "observe" // the token is as without the rule, and the log says what would have been refused
)

// Mirror says which attributes of a user are copied into the table.
type Mirror struct {
	// Attributes are the pool attributes that are copied to PROFILE beside username,
	// email and email_verified. Nothing else leaves the pool. Example: [name, locale].
	Attributes []string `yaml:"attributes" json:"attributes,omitempty"`
}
