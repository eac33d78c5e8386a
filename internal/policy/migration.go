package policy

// Migration is what usermigration decides with: what a stage's key migration says, and what the
// stack knows of the pool. Where the secrets are, the function's environment says.
type Migration struct {
	Hashes []Hashes `yaml:"-" json:"hashes,omitempty"`
	// OldApp is the URL of the old app's answers; "" for none.
	OldApp    string    `yaml:"-" json:"oldApp,omitempty"`
	Passwords Passwords `yaml:"-" json:"passwords"`
	// Recovery are the attributes by which a user gets to a new password, the first one first:
	// email, phone_number.
	Recovery []string `yaml:"-" json:"recovery,omitempty"`
}

// Moving is what postauthentication has of a migration: whether the stage has one.
type Moving struct {
	On bool `yaml:"-" json:"on,omitempty"`
}

// Hashes are the people whose passwords are stored as one kind of hash.
type Hashes struct {
	// Kind is the format with its parameters, as `migrate triage` prints it. No default. Example:
	// "argon2id:19456,2,1".
	Kind string `yaml:"kind" json:"kind"`

	// People is how many there are. By their shares the function chooses what it computes for
	// a name that nobody has, so that an unknown name takes as long as a wrong password. No
	// default. Example: 61234.
	People int `yaml:"people" json:"people"`
}

// Passwords is what a pool wants of a password.
type Passwords struct {
	// MinimumLength is in characters. No default. Example: 8.
	MinimumLength int `yaml:"minimumLength" json:"minimumLength" range:"6,99"`

	// Requires are the kinds of characters of which one is needed. Default: none. Example:
	// [lowercase, uppercase, digits, symbols].
	Requires []Characters `yaml:"requires" json:"requires,omitempty"`
}

// Made reports whether anything is said.
func (p Passwords) Made() bool { return p.MinimumLength != 0 || len(p.Requires) > 0 }

// Characters are a kind of characters.
type Characters string

// The kinds.
const (
	Lowercase Characters = "lowercase"
	Uppercase Characters = "uppercase"
	Digits    Characters = "digits"
	Symbols   Characters = "symbols" // those that Cognito takes for special
)

// Waiting refuses self sign-ups with a name that waits to be moved: a user name, an address or
// a number by which the old app knows somebody. Who signed up with it would own it, and the
// person would never be moved (github.com/aws-amplify/amplify-js/issues/5081). A stage with
// `migration.waiting` has the rule, also when it is not written down. It is asked last, after
// every other rule: its answer tells that the old app knows the name, as Cognito's own answer
// tells that the pool does.
type Waiting struct {
	Rule `yaml:",inline"`
}
