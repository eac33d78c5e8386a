package policy

// SignUp is what presignup decides with: the rules for all users, what differs for some
// app clients, and the words of refusals. The rules are asked in the order in which they
// stand here; the first enforced one that objects refuses. An absent rule is off; only an
// unusable e-mail address is refused without one.
type SignUp struct {
	Rules `yaml:",inline"`
	// Clients says what differs for some app clients, by app client id. A rule in it
	// replaces the whole rule of the same name and inherits nothing of it.
	//
	// The key is the app client's id, as the stack's outputs show it. A name cannot be
	// used: the function would have to be shipped with the ids of the stack's own
	// clients, but a client exists only after its pool, a pool only after the function
	// that it calls, and presignup reads nothing else.
	//
	// The user who signs up chooses the app client, so a pool is as open as its most open
	// client without a secret. An override can tighten a rule for one client; loosening
	// it for one client loosens it for all users who know that client's id. Example:
	// {1example2client3id4web5app: {access: {mode: closed}}}.
	Clients map[string]Rules `yaml:"clients" json:"clients,omitempty"`
	// Sentences are the operator's own words for refusals, by locale, then code. A code
	// that a locale lacks is said in English. A sentence has at most 120 characters,
	// with its code if ShowCode is set, and no final dot: Cognito adds one. Example:
	// {de: {email-missing: Bitte gib eine E-Mail-Adresse an}}.
	Sentences Sentences `yaml:"sentences" json:"sentences,omitempty"`
	// ShowCode adds its code, in brackets, to every sentence.
	ShowCode bool `yaml:"showCode" json:"showCode,omitempty"`
}

// AutoConfirm says which accounts are confirmed without a code: those with one of the
// origins and an address in one of the domains. Both must be named. Cognito then confirms
// the account and leaves the address unverified (developer guide, "Pre sign-up Lambda
// trigger", autoConfirmUser). Nothing proves that the address is the user's: the first
// user who types it has the account. No setting verifies an address automatically. The
// rule refuses no user.
type AutoConfirm struct {
	// Origins can hold Self only: Cognito ignores the flag for accounts that an
	// administrator creates, and a federated account is never unconfirmed. Example:
	// [self].
	Origins []Origin `yaml:"origins" json:"origins,omitempty"`
	// Domains are entries as in Domains.Allow. Example: [corp.example].
	Domains []string `yaml:"domains" json:"domains,omitempty"`
}

// Sentences are what users read when they are refused, by locale, then code. The codes and
// the English sentences are in the program (`go run ./infra/cmd/ops explain`).
type Sentences map[string]map[string]string
