package policy

// Mirror says what of a person is copied into the table.
type Mirror struct {
	// Attributes is the allow-list of pool attributes copied to PROFILE beside
	// username, email and email_verified. Nothing else leaves the pool.
	Attributes []string `yaml:"attributes" json:"attributes,omitempty"`
}
