package main

import "github.com/cognito-triggers/cognito-triggers/triggers"

// limits are what the types do not say, by type and field. A test holds each against
// what synth takes and refuses.
var limits = map[string]object{
	"Settings.PasswordMinimumLength":          within(8, 99),
	"Settings.MemoryMiB":                      within(128, 10240),
	"Settings.LogRetentionDays":               {"enum": []any{1, 3, 5, 7, 14, 30, 60, 90}},
	"Settings.DomainPrefix":                   {"pattern": `^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`},
	"Settings.Functions":                      {"propertyNames": object{"enum": triggers.Names()}},
	"FunctionSettings.MemoryMiB":              within(128, 10240),
	"FunctionSettings.ReservedConcurrency":    within(1, 100_000),
	"FunctionSettings.ProvisionedConcurrency": within(1, 100_000),
	"Reconcile.EveryHours":                    within(1, 720),
	"Reconcile.ListRate":                      within(1, 30),
	"Monitoring.DurationMillis":               within(100, 4000),
	"Monitoring.RefusedPercent":               within(1, 100),
}

// within is a range.
func within(least, most int) object { return object{"minimum": least, "maximum": most} }
