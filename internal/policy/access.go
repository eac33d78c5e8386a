package policy

// Access says who may ask for an account at all, before anything else is asked.
// The zero value is open to everybody.
type Access struct {
	Mode AccessMode `yaml:"mode" json:"mode,omitempty"`
	// Observe lets everybody through and logs who would have been refused. It
	// stands beside Mode because Mode says what is asked for here, not how
	// strictly.
	Observe bool `yaml:"observe" json:"observe,omitempty"`
	// AppliesTo is as in Rule: absent means Self only.
	AppliesTo []Origin `yaml:"appliesTo" json:"appliesTo,omitempty"`
	// Keys are the public keys whose invites are taken. Several may stand here:
	// the next one is added before invites are signed with it, the old one goes
	// when its last invite has expired.
	Keys []InviteKey `yaml:"keys" json:"keys,omitempty"`
}

// AccessMode says who may ask. The zero value "" means AccessOpen.
type AccessMode string

// The access modes.
const (
	AccessOpen   AccessMode = "open"   // everybody
	AccessInvite AccessMode = "invite" // who brings a signed invite for the address (package signup/invite)
	AccessClosed AccessMode = "closed" // nobody
)

// InviteKey is the public half of a key that signs invites; the private half
// never leaves its owner (`go run ./infra/cmd/ops invite keygen` makes both).
type InviteKey struct {
	// ID is the name that invites carry, 1 to 16 small letters, digits and
	// hyphens.
	ID string `yaml:"id" json:"id"`
	// PublicKey is the word ed25519: and 43 characters of base64url.
	PublicKey string `yaml:"publicKey" json:"publicKey"`
}
