// Package infra is the stack: the user pool, its app clients, the trigger functions
// and the table, as one CDK construct and its Props.
//
// NewTriggerSuite takes plain Go values. Their zero value is what production needs (kept
// on deletion, protected, no self sign-up, short log retention); weaker values must be
// set explicitly. Props are Settings, which a stage file can also set (package settings
// has them, their defaults and their checks, without the CDK), and what only the code of
// an app can pass. Props.Validate returns all faults in one list, before the first
// construct exists.
//
// One file per resource family: pool.go, signin.go, clients.go, identityproviders.go, table.go,
// functions.go, versions.go, build.go, grants.go, access.go, keys.go, messages.go, poollogs.go,
// wiring.go, register.go, reconcile.go, metrics.go, alarms.go, hookalarms.go, runbook.go,
// dashboard.go, api.go, identity.go, outputs.go; poolmode.go hooks
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
// The template contains no path and no time, and account and Region only where the stage pins
// them: it is the same, byte for byte, from every directory.
//
// jsii, which carries these calls to the CDK, is not safe for concurrent use:
// neither is anything here that takes a construct.
//
// An app of another module builds the functions itself (BuildBundles), puts one suite or more
// into its stacks and shows their outputs (AddOutputs); app/testdata/module is a whole one.
//
// # Who is told
//
// An alarm pages or writes a ticket (runbook.go: each kind, what it means, what to do; the
// alarms' descriptions and a text of the dashboard are the same). Page: the function fails
// (Broken), is not called though people sign up and in (HookLost), is throttled, or every
// sign-in of an app client fails (SignInDead). Ticket: slow calls, tokens that carry less
// (Short), rows that are not written (Mirror), many refusals, what only an operator can mend
// (Lasting), a sweep that failed, was incomplete or never ends. A refusal is an error for
// Lambda and is subtracted.
//
// What is wrong is judged by its share of all calls, in a short window for pools with much
// traffic and in a day's for those with little. The simulation (TestR74_…) reads both from
// the synthesized template and says how soon each alarm is red, from 5 sign-ins a day to
// 5,000 a second, and that one failure in ten thousand calls wakes nobody.
//
// Only the composites Page and Ticket notify anybody. They are made where monitoring.topicArn
// and monitoring.ticketTopicArn of the stage file, or Props.Topic, name a topic. The pool's own
// metrics are by app client: those that no stage names, and machines', are not watched.
package infra

// Version is the suite's version, shown in the stack's description. It is written by hand
// at a release and never taken from git: a value that changes with every commit would
// redeploy an unchanged stack.
const Version = "0.1.0"
