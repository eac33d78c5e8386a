package policy

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
