package policy

// Challenge asks for a proof of work that the client has done for this sign-up
// (package signup/challenge). Bits switches it on.
type Challenge struct {
	Rule `yaml:",inline"`
	// Bits is the difficulty, 8 to 24: a client tries 2 to the power of Bits nonces on
	// average. Default: 0, no challenge. Example: 18.
	Bits int `yaml:"bits" json:"bits,omitempty"`
	// MaxAge is how long a proof is taken, from its own time on, 1m to 24h.
	// Default: "" means 10m. Example: 2h.
	MaxAge string `yaml:"maxAge" json:"maxAge,omitempty"`
}
