// Package infra is the stack: the user pool, its two app clients, the trigger
// functions and the table, as one CDK construct and its Props.
//
// NewTriggerSuite takes plain Go values. Their zero value is what production needs (kept
// on deletion, protected, no self sign-up, short log retention); weaker values must be
// set explicitly. Props are Settings, which a stage file can also set (package settings
// has them, their defaults and their checks, without the CDK), and what only the code of
// an app can pass. Props.Validate returns all faults in one list, before the first
// construct exists.
//
// One file per resource family: pool.go, signin.go, clients.go, table.go, functions.go,
// versions.go, grants.go, access.go, keys.go, messages.go, poollogs.go, wiring.go, register.go, reconcile.go,
// metrics.go, alarms.go, dashboard.go, api.go, identity.go, outputs.go; poolmode.go hooks
// the functions into a pool that the app makes. What is off by default costs money or
// weakens something, and says so. What differs between the functions is in package
// triggers; triggers.go adds hook and columns. A function may do exactly what grants.go says:
// the CDK's grant methods are not used, because even the narrowest of them adds the
// indexes and more actions than a trigger needs.
//
// The pool calls each function by its alias live, and only the alias may be called. A
// deployment publishes a new version of what it changes and keeps the previous one, so
// that one call takes a policy back (infra/cmd/ops rollback).
//
// NewStack puts the suite into a stack for a stage (infra/stages/<stage>.yaml,
// settings.LoadStage); package infra/app is the program that the CDK command line runs.
// There are no physical names, because replacements would collide. No function has the
// pool's id in its environment: that would be a dependency cycle
// (github.com/aws/aws-cdk#7016), and every event carries the id anyway.
//
// The template contains no account, Region, path or time: it is the same, byte for byte,
// from every directory.
//
// jsii, which carries these calls to the CDK, is not safe for concurrent use:
// neither is anything here that takes a construct.
//
// # Who is told
//
// Each function has alarms for errors beside refusals, for throttles and for the 99th
// percentile of its duration against Cognito's 5 s. A function that refuses has one for
// an unusual share of refusals, pretokengeneration of refusals and demotions together. It
// also has one for tokens that say less than was granted or are refused because the table
// does not answer, a function with a table one for confirmations or sign-ins that the table
// missed and one for the first fault that only an operator can mend (a missing permission,
// a row that cannot be read), and a scheduled sweep one for a run that failed and one for a
// list that was not complete. Lambda counts every refusal as an error; those are subtracted. No alarm says that a sweep never comes to its end: the
// whole passes on the dashboard do, which also answers whether sign-ups and sign-ins are
// healthy. monitoring.topicArn of the stage file names who is told, and the other keys of
// monitoring set the thresholds.
package infra

// Version is the suite's version, shown in the stack's description. It is written by hand
// at a release and never taken from git: a value that changes with every commit would
// redeploy an unchanged stack.
const Version = "0.1.0"
