package policy

// Phone judges the phone number, if one is given: its form (E.164), its country and what
// it costs. Text messages to bought numbers are how attackers earn money with sign-up
// pages (AWS: "SMS pumping").
type Phone struct {
	Rule `yaml:",inline"`
	Held `yaml:",inline"`
	// Required refuses users without a phone number.
	Required bool `yaml:"required" json:"required,omitempty"`
	// Countries lists the ISO 3166-1 codes (DE, US …) of the only countries whose numbers
	// are accepted; without it, all are. An empty list is a fault. Example: [DE, AT, CH].
	Countries []string `yaml:"countries" json:"countries,omitempty"`
	// AllowTypes lists the kinds of numbers that are accepted although they cost more
	// than others. Example: [sharedCost].
	AllowTypes []NumberType `yaml:"allowTypes" json:"allowTypes,omitempty"`
}

// NumberType is a kind of phone number that costs its caller more than others.
type NumberType string

// The kinds, as libphonenumber distinguishes them.
const (
	PremiumRate NumberType = "premiumRate"
	SharedCost  NumberType = "sharedCost"
)

// Username judges the name that a user chose. It does not judge a UUID: Cognito makes
// such names where users sign in with an address.
type Username struct {
	Rule `yaml:",inline"`
	// MinLength is in characters. Default: 0, Cognito's own limit of 1. Example: 3.
	MinLength int `yaml:"minLength" json:"minLength,omitempty" range:"1,128"`
	// MaxLength is in characters. Default: 0, Cognito's own limit of 128. Example: 30.
	MaxLength int `yaml:"maxLength" json:"maxLength,omitempty" range:"1,128"`
	// Reserved are names that are refused in every spelling: in other case, in other
	// width, in letters that look the same. Example: [admin, root].
	Reserved []string `yaml:"reserved" json:"reserved,omitempty"`
	// MixedScripts accepts names with letters of several scripts (UTS #39, not highly
	// restrictive).
	MixedScripts bool `yaml:"mixedScripts" json:"mixedScripts,omitempty"`
	// LookAlikes accepts names of another script that look like ASCII.
	LookAlikes bool `yaml:"lookAlikes" json:"lookAlikes,omitempty"`
}

// Attributes judges what users fill in.
type Attributes struct {
	Rule `yaml:",inline"`
	Held `yaml:",inline"`
	// Required are the attributes without which a user cannot sign up (email, name,
	// custom:plan …). An empty or blank value counts as missing. Example: [name].
	Required []string `yaml:"required" json:"required,omitempty"`
	// Values says what form the value of an attribute must have, by the attribute's name.
	// Absent values are not judged. Example: {name: {maxLength: 100}}.
	Values map[string]Value `yaml:"values" json:"values,omitempty"`
}

// Value is the form that an attribute's value must have.
type Value struct {
	// MinLength is in characters. Default: 0, no limit. Example: 1.
	MinLength int `yaml:"minLength" json:"minLength,omitempty" range:"1,2048"`
	// MaxLength is in characters. Default: 0, no limit. Example: 100.
	MaxLength int `yaml:"maxLength" json:"maxLength,omitempty" range:"1,2048"`
	// Pattern is a regular expression of Go (RE2) that the whole value must match: ^ and
	// $ are not needed. Example: [a-z]{2}.
	Pattern string `yaml:"pattern" json:"pattern,omitempty"`
}

// Privileged refuses self sign-ups that carry an attribute which decides about rights
// (custom:role, custom:tenant …), even if the app client may write it. It judges Self
// only; administrators and a provider's attribute mapping may set them.
type Privileged struct {
	Mode Mode `yaml:"mode" json:"mode,omitempty"`
	// Attributes are the names of those attributes. Example: [custom:role].
	Attributes []string `yaml:"attributes" json:"attributes,omitempty"`
}
