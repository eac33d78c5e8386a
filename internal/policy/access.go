package policy

// Access says who may ask for an account. It is judged before every other rule.
type Access struct {
	Mode AccessMode `yaml:"mode" json:"mode,omitempty"`
	// Observe lets every user through and logs what would have been refused. It is a key
	// of its own because Mode says here what is asked for, not how strictly.
	Observe bool `yaml:"observe" json:"observe,omitempty"`
	// AppliesTo lists the origins that the rule judges. Default: none given means [self].
	AppliesTo []Origin `yaml:"appliesTo" json:"appliesTo,omitempty"`
	// Keys are the public keys that verify invites. To replace a key, add the new one
	// before you sign with it, and remove the old one when its last invite has expired.
	// Example: [{id: 2027-01, publicKey: "ed25519:…"}].
	Keys []InviteKey `yaml:"keys" json:"keys,omitempty"`
}

// AccessMode says who may ask. Default: "" means AccessOpen.
type AccessMode string

// The access modes.
const (
	AccessOpen   AccessMode = "open"   // every user
	AccessInvite AccessMode = "invite" // users with a signed invite for their address (package signup/invite)
	AccessClosed AccessMode = "closed" // no user
)

// InviteKey is the public half of a key that signs invites. The private half never leaves
// its owner (`go run ./infra/cmd/ops invite keygen` makes both).
type InviteKey struct {
	// ID is the name that invites carry: 1 to 16 lower-case letters, digits and hyphens.
	// No default. Example: 2027-01.
	ID string `yaml:"id" json:"id"`
	// PublicKey is the word `ed25519:` and 43 characters of base64url. No default. Example:
	// what `ops invite keygen` prints.
	PublicKey string `yaml:"publicKey" json:"publicKey"`
}

// Challenge asks for a proof of work that the client does for this sign-up (package
// signup/challenge). Bits switches it on.
type Challenge struct {
	Rule `yaml:",inline"`
	// Bits is the difficulty: a client tries 2 to the power of Bits nonces on average.
	// Default: 0, no challenge. Example: 18.
	Bits int `yaml:"bits" json:"bits,omitempty" range:"8,24"`
	// MaxAge is how old a proof may be, 1m to 24h. Default: "" means 10m. Example: 2h.
	MaxAge string `yaml:"maxAge" json:"maxAge,omitempty"`
}

// Waiting refuses self sign-ups with a name that waits to be moved: a user name, an address or
// a number by which the old app knows somebody. A stranger who signed up with it would own it, and the
// person would never be moved (github.com/aws-amplify/amplify-js/issues/5081). A stage with
// `migration.waiting` has the rule, also when it is not written down. It is asked last, after
// every other rule: its answer tells that the old app knows the name, as Cognito's own answer
// tells that the pool does.
type Waiting struct {
	Rule `yaml:",inline"`
}
