package policy

// Email refuses an unusable e-mail address (package signup/email says what is usable),
// also when the rule is not written down, and a missing one when Required is true.
type Email struct {
	Rule `yaml:",inline"`
	Held `yaml:",inline"`
	// Required refuses users without an e-mail address. It does not count at a token.
	Required bool `yaml:"required" json:"required,omitempty"`
	// IDN accepts internationalised domains, but only in their ASCII form (xn--…) and
	// only as IDNA spells it. Without it, no label may begin with xn--: such names can
	// look like any other.
	IDN bool `yaml:"idn" json:"idn,omitempty"`
}

// Domains judges the domain of the e-mail address.
//
// The entry example.com covers the domain and every subdomain: amazon.com covers
// mail.amazon.com but not evilamazon.com. The entry *.example.com covers the subdomains
// only, and *.xyz a whole top-level domain. A name under which everybody can register
// (a public suffix such as co.uk) is accepted in the second form only, so that it is not
// opened by mistake.
//
// An address whose domain cannot be read is also refused while either list has an entry,
// since neither list can be applied to it.
type Domains struct {
	Rule `yaml:",inline"`
	Held `yaml:",inline"`
	// Allow names the only domains whose addresses may sign up; without it, all may. A
	// user without an address is on no list. An empty list is a fault: it would lock out
	// all users. Example: [corp.example].
	Allow []string `yaml:"allow" json:"allow,omitempty"`
	// Deny names domains whose addresses may not sign up. Allow takes precedence, so an
	// entry of Deny below one of Allow is a fault: it would refuse nobody. Example:
	// [mailinator.com, *.xyz].
	Deny []string `yaml:"deny" json:"deny,omitempty"`
}

// Disposable refuses addresses of services that offer mailboxes for minutes, by the list
// in package signup/lists; subdomains count. Relay services are not on that list.
type Disposable struct {
	Rule `yaml:",inline"`
	Held `yaml:",inline"`
	// Except lists domains, in the form of Domains.Allow, that are accepted although they
	// are on the list. Example: [mail.example].
	Except []string `yaml:"except" json:"except,omitempty"`
}

// Relay refuses addresses of services that forward to a hidden mailbox (Apple, Firefox,
// DuckDuckGo …). A user behind one can be reached like any other; refuse them only if you
// need the real address.
type Relay struct {
	Rule `yaml:",inline"`
	Held `yaml:",inline"`
}

// Roles refuses addresses that belong to an office instead of one user: admin@, noreply@,
// the mailboxes of RFC 2142.
type Roles struct {
	Rule `yaml:",inline"`
	Held `yaml:",inline"`
	// Names replaces the built-in list: local parts in lower case, without a tag.
	// Default: the built-in list. Example: [admin, noreply].
	Names []string `yaml:"names" json:"names,omitempty"`
}

// Providers says which external identity providers may bring users. It judges External
// only.
type Providers struct {
	Mode Mode `yaml:"mode" json:"mode,omitempty"`
	// Allow lists the providers' names as in the user pool (Google, MyOkta …). The case
	// of ASCII letters does not count: Cognito lower-cases the name where the pool's user
	// names are not case-sensitive. An empty list is a fault. Example: [Google, MyOkta].
	Allow []string `yaml:"allow" json:"allow,omitempty"`
}
