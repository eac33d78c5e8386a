// Package infra is the stack: the user pool, its two app clients, the trigger
// functions and the table, as one CDK construct and its Props.
//
// NewTriggerSuite takes plain Go values. Their zero value is what production
// wants (kept on deletion, protected, no self sign-up, short log retention);
// what weakens that is said out loud. Props are Settings, which a stage file can say
// as well (package settings has them, their defaults and what is wrong with them,
// without the CDK), and what only the code of an app can hand over. Props.Validate
// judges all of it in one list, before the first construct exists.
//
// One file per resource family: pool.go, signin.go, clients.go, table.go, functions.go,
// versions.go, grants.go, wiring.go, alarms.go, dashboard.go, api.go, identity.go,
// outputs.go; poolmode.go hooks the functions into a pool that the app makes. What is
// off by default costs money or weakens something, and says so. What is not the same
// for all trigger functions stands in the table of package triggers. A function may
// do exactly what grants.go writes down: the grant methods of the CDK are not used,
// because even the narrowest of them adds the indexes and more actions than a trigger
// needs.
//
// The pool calls each function by its alias live, and only that may be called. A
// deployment publishes a new version of what it changes and keeps the one before, so
// that one call takes a policy back (infra/cmd/ops rollback).
//
// NewStack puts the suite into a stack for a stage (infra/stages/<stage>.yaml,
// settings.LoadStage); package infra/app is the program that the CDK command line runs.
// No physical names and no pool id in a function's environment: the first makes
// replacements collide, the second is a dependency cycle
// (github.com/aws/aws-cdk#7016), and every event carries the id anyway.
//
// The template holds no account, Region, path or time: it is the same, byte for
// byte, from whichever directory it is made.
//
// jsii, which carries these calls to the CDK, is not safe for concurrent use:
// neither is anything here that takes a construct.
package infra

// Version is the suite's version, shown in the stack's description. It is
// written by hand at a release and never taken from git: a value that changes
// with every commit would redeploy a stack that has not changed.
const Version = "0.1.0"
