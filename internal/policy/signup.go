package policy

// SignUp is what presignup decides with. Every member is one rule; the rules are
// asked in the order in which they stand here, and the first enforced one that
// objects speaks.
//
// Access, Email, Domains, Attributes and Challenge are there even when nobody
// writes them down, and are harmless then. The others are off while they are absent,
// and hold when they are written down, if only as an empty mapping.
type SignUp struct {
	Access     Access      `yaml:"access" json:"access,omitzero"`
	Providers  *Providers  `yaml:"providers" json:"providers,omitempty"`
	Privileged *Privileged `yaml:"privileged" json:"privileged,omitempty"`
	Email      Email       `yaml:"email" json:"email"`
	Domains    Domains     `yaml:"domains" json:"domains"`
	Disposable *Disposable `yaml:"disposable" json:"disposable,omitempty"`
	Relay      *Relay      `yaml:"relay" json:"relay,omitempty"`
	Roles      *Roles      `yaml:"roles" json:"roles,omitempty"`
	Phone      *Phone      `yaml:"phone" json:"phone,omitempty"`
	Username   *Username   `yaml:"username" json:"username,omitempty"`
	Attributes Attributes  `yaml:"attributes" json:"attributes"`
	Challenge  Challenge   `yaml:"challenge" json:"challenge,omitzero"`

	// AutoConfirm lets users in without a code. It is no rule, and off while absent.
	AutoConfirm *AutoConfirm `yaml:"autoConfirm" json:"autoConfirm,omitempty"`
	// Clients has what is different for some app clients, by app client id.
	Clients map[string]Overrides `yaml:"clients" json:"clients,omitempty"`
	// Sentences has the operator's own words for refusals.
	Sentences Sentences `yaml:"sentences" json:"sentences,omitempty"`
	// ShowCode puts its code, in brackets, behind every sentence.
	ShowCode bool `yaml:"showCode" json:"showCode,omitempty"`
}

// Overrides is what is different for one app client. A member that is written
// down takes the place of the whole rule of the same name; nothing of that rule
// is inherited. An absent one leaves the rule as it is.
//
// The key is the app client's id, as the stack's outputs show it. A name cannot
// stand for it: the function would have to be shipped with the ids of the stack's
// own clients, but a client exists only after its pool, a pool only after the
// function that it calls, and presignup reads nothing else.
//
// Whoever signs up chooses the app client. A pool is as open as its most open
// client that has no secret: an override can tighten a rule for one client, and
// loosening it there loosens it for all who know that client's id.
type Overrides struct {
	Access      *Access      `yaml:"access" json:"access,omitempty"`
	Providers   *Providers   `yaml:"providers" json:"providers,omitempty"`
	Privileged  *Privileged  `yaml:"privileged" json:"privileged,omitempty"`
	Email       *Email       `yaml:"email" json:"email,omitempty"`
	Domains     *Domains     `yaml:"domains" json:"domains,omitempty"`
	Disposable  *Disposable  `yaml:"disposable" json:"disposable,omitempty"`
	Relay       *Relay       `yaml:"relay" json:"relay,omitempty"`
	Roles       *Roles       `yaml:"roles" json:"roles,omitempty"`
	Phone       *Phone       `yaml:"phone" json:"phone,omitempty"`
	Username    *Username    `yaml:"username" json:"username,omitempty"`
	Attributes  *Attributes  `yaml:"attributes" json:"attributes,omitempty"`
	Challenge   *Challenge   `yaml:"challenge" json:"challenge,omitempty"`
	AutoConfirm *AutoConfirm `yaml:"autoConfirm" json:"autoConfirm,omitempty"`
}

// AutoConfirm names the people whose accounts are confirmed without a code:
// those who come in one of the ways with an address in one of the domains, both
// of which must be named. Cognito then confirms the account and leaves the
// address unverified (developer guide, "Pre sign-up Lambda trigger",
// autoConfirmUser). Nobody has shown that the address is theirs: whoever types
// it first has the account. Nothing verifies an address automatically.
type AutoConfirm struct {
	// Origins can hold Self alone: Cognito ignores the flag for accounts that an
	// administrator creates, and a federated account is never unconfirmed.
	Origins []Origin `yaml:"origins" json:"origins,omitempty"`
	// Domains are entries as in Domains.Allow.
	Domains []string `yaml:"domains" json:"domains,omitempty"`
}

// In gives the section as it stands for one app client: with that client's
// overrides in their places, and without Clients. The original is not changed;
// what is not overridden is shared.
func (s SignUp) In(clientID string) SignUp {
	o := s.Clients[clientID]
	s.Clients = nil
	replace(&s.Access, o.Access)
	replace(&s.Email, o.Email)
	replace(&s.Domains, o.Domains)
	replace(&s.Attributes, o.Attributes)
	replace(&s.Challenge, o.Challenge)
	replacePointer(&s.Providers, o.Providers)
	replacePointer(&s.Privileged, o.Privileged)
	replacePointer(&s.Disposable, o.Disposable)
	replacePointer(&s.Relay, o.Relay)
	replacePointer(&s.Roles, o.Roles)
	replacePointer(&s.Phone, o.Phone)
	replacePointer(&s.Username, o.Username)
	replacePointer(&s.AutoConfirm, o.AutoConfirm)
	return s
}

func replace[T any](rule, with *T) {
	if with != nil {
		*rule = *with
	}
}

func replacePointer[T any](rule **T, with *T) {
	if with != nil {
		*rule = with
	}
}
