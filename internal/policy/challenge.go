package policy

// Challenge asks for a proof of work that the client has done for this sign-up
// (package signup/challenge). The zero value asks for nothing: Bits switches it
// on.
type Challenge struct {
	Rule `yaml:",inline"`
	// Bits is the difficulty: a client tries 2 to the power of Bits nonces on
	// average.
	Bits int `yaml:"bits" json:"bits,omitempty"`
	// MaxAge is how long a proof is taken, from its own time on, such as 10m;
	// absent means ten minutes.
	MaxAge string `yaml:"maxAge" json:"maxAge,omitempty"`
}
