package policy

// SignUp is what presignup decides with: the rules for everybody, what is different
// for some app clients, and the words of refusals. The rules are asked in the order in
// which they stand here; the first enforced one that objects speaks.
type SignUp struct {
	Rules `yaml:",inline"`
	// Clients has what is different for some app clients, by app client id. A rule
	// that is written down takes the place of the whole rule of the same name;
	// nothing of that rule is inherited. An absent one leaves the rule as it is.
	//
	// The key is the app client's id, as the stack's outputs show it. A name cannot
	// stand for it: the function would have to be shipped with the ids of the stack's
	// own clients, but a client exists only after its pool, a pool only after the
	// function that it calls, and presignup reads nothing else.
	//
	// Whoever signs up chooses the app client. A pool is as open as its most open
	// client that has no secret: an override can tighten a rule for one client, and
	// loosening it there loosens it for all who know that client's id.
	Clients map[string]Rules `yaml:"clients" json:"clients,omitempty"`
	// Sentences has the operator's own words for refusals.
	Sentences Sentences `yaml:"sentences" json:"sentences,omitempty"`
	// ShowCode puts its code, in brackets, behind every sentence.
	ShowCode bool `yaml:"showCode" json:"showCode,omitempty"`
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

// Sentences holds what people read when they are refused, in the operator's own
// words: locale, then code, then sentence (sentences.de.email-missing). A code
// that a locale leaves out is said in English. The codes and the English are in
// the program (`go run ./infra/cmd/ops explain`).
type Sentences map[string]map[string]string
