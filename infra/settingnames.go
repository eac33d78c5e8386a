package infra

import "github.com/cognito-triggers/cognito-triggers/infra/settings"

// The settings under names of this package: an app that writes its props in Go needs one
// import. Package settings, which is plain Go, describes the fields and reads stage
// files.
type (
	// Settings are the part of Props that a stage file can set.
	Settings = settings.Settings

	Plan             = settings.Plan
	TokenVersion     = settings.TokenVersion
	ThreatProtection = settings.ThreatProtection
	Factor           = settings.Factor
	Passkeys         = settings.Passkeys
	UserVerification = settings.UserVerification
	WebClient        = settings.WebClient
	Flow             = settings.Flow
	ResourceServer   = settings.ResourceServer
	Scope            = settings.Scope
	MachineClient    = settings.MachineClient
	API              = settings.API
	IdentityPool     = settings.IdentityPool
	IdentityRole     = settings.IdentityRole
	Match            = settings.Match
	FunctionSettings = settings.FunctionSettings
	Monitoring       = settings.Monitoring
	Reconcile        = settings.Reconcile
)

// The values of those types.
const (
	PlanLite       = settings.PlanLite
	PlanEssentials = settings.PlanEssentials
	PlanPlus       = settings.PlanPlus

	V1_0 = settings.V1_0
	V2_0 = settings.V2_0
	V3_0 = settings.V3_0

	ThreatsAudited  = settings.ThreatsAudited
	ThreatsEnforced = settings.ThreatsEnforced

	FactorPassword = settings.FactorPassword
	FactorPasskey  = settings.FactorPasskey
	FactorEmailOTP = settings.FactorEmailOTP

	VerificationRequired  = settings.VerificationRequired
	VerificationPreferred = settings.VerificationPreferred

	FlowSRP      = settings.FlowSRP
	FlowPassword = settings.FlowPassword

	MatchEquals     = settings.MatchEquals
	MatchContains   = settings.MatchContains
	MatchStartsWith = settings.MatchStartsWith
	MatchNotEqual   = settings.MatchNotEqual
)
