package infra

import "github.com/cognito-triggers/cognito-triggers/internal/policy"

// The policy's types under names that another module can write: the package that declares
// them is internal, because functions and stack must agree on them. It describes their
// fields, which are the keys of a stage file.
type (
	// Policy is what the functions decide with: SignUp, Mirror and Tokens.
	Policy = policy.Document

	// SignUpPolicy says who may sign up; the rules are its parts.
	SignUpPolicy   = policy.SignUp
	Rule           = policy.Rule
	AccessRule     = policy.Access
	InviteKey      = policy.InviteKey
	ProvidersRule  = policy.Providers
	PrivilegedRule = policy.Privileged
	EmailRule      = policy.Email
	DomainsRule    = policy.Domains
	DisposableRule = policy.Disposable
	RelayRule      = policy.Relay
	RolesRule      = policy.Roles
	PhoneRule      = policy.Phone
	UsernameRule   = policy.Username
	AttributesRule = policy.Attributes
	AttributeValue = policy.Value
	ChallengeRule  = policy.Challenge
	AutoConfirm    = policy.AutoConfirm
	ClientRules    = policy.Overrides
	Sentences      = policy.Sentences

	// MirrorPolicy says which attributes of a user the table copies.
	MirrorPolicy = policy.Mirror

	// TokenPolicy says what tokens carry. A TokenProfile is an app client's, TokenContent
	// the content of one of its tokens.
	TokenPolicy  = policy.Tokens
	TokenProfile = policy.Profile
	TokenContent = policy.Token
	TokenScopes  = policy.Scopes
	Claim        = policy.Claim
)
