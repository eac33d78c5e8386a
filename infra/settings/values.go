package settings

// Plan is a feature plan of Cognito (cognito-sign-in-feature-plans).
type Plan string

// The plans.
const (
	PlanLite       Plan = "lite"
	PlanEssentials Plan = "essentials"
	PlanPlus       Plan = "plus"
)

// TokenVersion is a version of the pre token generation event.
type TokenVersion string

// The versions, under AWS's own names.
const (
	V1_0 TokenVersion = "V1_0"
	V2_0 TokenVersion = "V2_0"
	V3_0 TokenVersion = "V3_0"
)
