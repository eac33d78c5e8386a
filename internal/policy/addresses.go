package policy

// Email refuses an unusable e-mail address (package signup/email says what is usable),
// also where nobody writes the rule down, and a missing one when Required is true.
type Email struct {
	Rule `yaml:",inline"`
	// Required refuses users without an e-mail address.
	Required bool `yaml:"required" json:"required,omitempty"`
	// IDN takes internationalised domains, but only in their ASCII form (xn--…) and
	// exactly as IDNA writes it. Without it, no label may begin with xn--: such names
	// can look like any other.
	IDN bool `yaml:"idn" json:"idn,omitempty"`
}

// Domains judges the domain of the e-mail address.
//
// The entry example.com covers the domain and every sub-domain, never a mere
// suffix: amazon.com covers mail.amazon.com and not evilamazon.com. The entry
// *.example.com covers the sub-domains alone, and *.xyz all of a top-level
// domain. A name under which anybody can register (a public suffix such as co.uk)
// is taken in the second form only, so that nobody opens it by mistake.
//
// An address whose domain cannot be read is refused as well while either list
// has an entry: it cannot be shown where it belongs.
type Domains struct {
	Rule `yaml:",inline"`
	// Allow, when it is there, names the only domains from which people may come.
	// A list that is written down and empty is a fault: it would lock out all.
	Allow []string `yaml:"allow" json:"allow,omitempty"`
	// Deny names domains from which nobody may come. Allow beats Deny, so an
	// entry of Deny below one of Allow is a fault: it could refuse nobody.
	Deny []string `yaml:"deny" json:"deny,omitempty"`
}

// Disposable refuses addresses of services that hand out mailboxes for minutes,
// after the list in package signup/lists; sub-domains count. Relay services are
// not among them.
type Disposable struct {
	Rule `yaml:",inline"`
	// Except has domains, in the form of Domains.Allow, that are taken although
	// they are on the list.
	Except []string `yaml:"except" json:"except,omitempty"`
}

// Relay refuses addresses of services that forward to a mailbox that stays
// hidden (Apple, Firefox, DuckDuckGo …). The person behind one is as reachable as
// any other; refuse them only if you must know the true address.
type Relay struct {
	Rule `yaml:",inline"`
}

// Roles refuses addresses that belong to an office and not to a person: admin@,
// noreply@, the mailboxes of RFC 2142.
type Roles struct {
	Rule `yaml:",inline"`
	// Names, when it is there, takes the place of the built-in list: local parts
	// in small letters, without a tag.
	Names []string `yaml:"names" json:"names,omitempty"`
}

// Providers says from which external identity providers people may come. It
// judges External alone.
type Providers struct {
	Mode Mode `yaml:"mode" json:"mode,omitempty"`
	// Allow has the providers' names as in the user pool (Google, MyOkta …). The
	// case of ASCII letters does not count: Cognito writes the name in small
	// letters where the pool's user names have no case. Empty is a fault.
	Allow []string `yaml:"allow" json:"allow,omitempty"`
}
