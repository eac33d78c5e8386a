package settings

import (
	"cmp"
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// WithDefaults returns the settings with every default that a field's comment names; the
// stack is made of them. Only Monitoring.Namespace stays as it is: the stack knows its
// default. The settings do not change, and the result shares no list or map that differs.
//
// Faults checks the settings as they were written, not the result: a default that follows
// from a fault would be a second fault.
func (s *Settings) WithDefaults() Settings {
	full := *s
	full.Plan, full.TokenVersion = s.plan(), s.tokenVersion()
	full.PasswordMinimumLength = cmp.Or(s.PasswordMinimumLength, minimumLength)
	full.FirstFactors = orList(s.FirstFactors, FactorPassword)
	full.Passkeys.UserVerification = cmp.Or(s.Passkeys.UserVerification, VerificationRequired)
	full.Recovery = orList(s.Recovery, RecoverByEmail)
	full.MFA.Mode = cmp.Or(s.MFA.Mode, MFAOff)
	if s.MFA.asks() {
		full.MFA.Factors = orList(s.MFA.Factors, SecondTOTP)
	}
	full.Logging.System = cmp.Or(s.Logging.System, SystemWarn)
	full.Clients = s.completed()
	full.ResourceServer.Scopes = described(s.ResourceServer.Scopes)
	full.IdentityProviders = maps.Clone(s.IdentityProviders)
	for name, provider := range s.IdentityProviders {
		full.IdentityProviders[name] = provider.full()
	}
	full.IdentityPool.Roles = compared(s.IdentityPool.Roles)
	full.LogRetentionDays = cmp.Or(s.LogRetentionDays, 90)
	full.MemoryMiB = cmp.Or(s.MemoryMiB, 256)
	full.Functions = sized(s.Functions, full.MemoryMiB)
	if s.Migration.Made() {
		full.Functions[Migrator] = s.migrator(full.MemoryMiB)
	}
	full.Monitoring.DurationMillis = cmp.Or(s.Monitoring.DurationMillis, 1500)
	full.Monitoring.RefusedPercent = cmp.Or(s.Monitoring.RefusedPercent, 50)
	full.Tripwire = s.tripwire()
	full.Reconcile.PromisedHours = cmp.Or(s.Reconcile.PromisedHours, 2*s.Reconcile.EveryHours)
	full.Reconcile.ListRate = cmp.Or(s.Reconcile.ListRate, sweep.DefaultListRate)
	return full
}

// The defaults that the checks also need.

const minimumLength = 12 // of a password

func (s *Settings) plan() Plan                 { return cmp.Or(s.Plan, PlanEssentials) }
func (s *Settings) tokenVersion() TokenVersion { return cmp.Or(s.TokenVersion, V3_0) }

// compared adds a match to every role.
func compared(roles []IdentityRole) []IdentityRole {
	full := slices.Clone(roles)
	for i, role := range full {
		full[i].Match = cmp.Or(role.Match, MatchEquals)
	}
	return full
}

// sized adds the memory to every trigger's function.
func sized(functions map[string]FunctionSettings, memoryMiB int) map[string]FunctionSettings {
	full := make(map[string]FunctionSettings)
	maps.Copy(full, functions)
	for _, trigger := range triggers.Names() {
		f := full[trigger]
		f.MemoryMiB = cmp.Or(f.MemoryMiB, memoryMiB)
		full[trigger] = f
	}
	return full
}

// orList returns the values, or the default if there are none.
func orList[T any](values []T, fallback ...T) []T {
	if len(values) > 0 {
		return values
	}
	return fallback
}
