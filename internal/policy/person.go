package policy

// Phone judges the phone number where one is given: its form (E.164), its
// country and what it costs. Text messages to bought numbers are how sign-up
// pages are turned into money (AWS: "SMS pumping").
type Phone struct {
	Rule `yaml:",inline"`
	// Required refuses users without a phone number.
	Required bool `yaml:"required" json:"required,omitempty"`
	// Countries, when it is there, has the ISO 3166-1 codes (DE, US …) from which
	// numbers may come. Empty is a fault.
	Countries []string `yaml:"countries" json:"countries,omitempty"`
	// AllowTypes has the kinds of numbers that are taken although they cost more
	// than others.
	AllowTypes []NumberType `yaml:"allowTypes" json:"allowTypes,omitempty"`
}

// NumberType is a kind of phone number that costs its caller more than others.
type NumberType string

// The kinds, as libphonenumber tells them apart.
const (
	PremiumRate NumberType = "premiumRate"
	SharedCost  NumberType = "sharedCost"
)

// Username judges the name that a user chose. A name that is a UUID is left alone:
// Cognito makes such names where users sign in with an address.
type Username struct {
	Rule `yaml:",inline"`
	// MinLength is in characters. Default: 0, Cognito's own limit of 1.
	MinLength int `yaml:"minLength" json:"minLength,omitempty"`
	// MaxLength is in characters. Default: 0, Cognito's own limit of 128.
	MaxLength int `yaml:"maxLength" json:"maxLength,omitempty"`
	// Reserved are names that are refused however they are spelled: in other case, in
	// other width, in letters that look the same.
	Reserved []string `yaml:"reserved" json:"reserved,omitempty"`
	// MixedScripts takes names with letters of several scripts (UTS #39, not highly
	// restrictive).
	MixedScripts bool `yaml:"mixedScripts" json:"mixedScripts,omitempty"`
	// LookAlikes takes names of another script that look like ASCII.
	LookAlikes bool `yaml:"lookAlikes" json:"lookAlikes,omitempty"`
}

// Attributes judges what users fill in.
type Attributes struct {
	Rule `yaml:",inline"`
	// Required are the attributes without which nobody signs up (email, name,
	// custom:plan …). A value that is empty or all blanks counts as missing.
	Required []string `yaml:"required" json:"required,omitempty"`
	// Values says what the value of an attribute must look like, by the
	// attribute's name. It judges values that are there.
	Values map[string]Value `yaml:"values" json:"values,omitempty"`
}

// Value is the form that an attribute's value must have.
type Value struct {
	// MinLength is in characters. Default: 0, no limit.
	MinLength int `yaml:"minLength" json:"minLength,omitempty"`
	// MaxLength is in characters. Default: 0, no limit.
	MaxLength int `yaml:"maxLength" json:"maxLength,omitempty"`
	// Pattern is a regular expression of Go (RE2) that the whole value must
	// match: ^ and $ are not needed.
	Pattern string `yaml:"pattern" json:"pattern,omitempty"`
}

// Privileged refuses users who sign themselves up with an attribute that decides about
// rights (custom:role, custom:tenant …), whatever the app client lets them write. It
// judges Self alone; an administrator and a provider's attribute mapping may set them.
type Privileged struct {
	Mode Mode `yaml:"mode" json:"mode,omitempty"`
	// Attributes are the names of those attributes.
	Attributes []string `yaml:"attributes" json:"attributes,omitempty"`
}
