// Package nag runs cdk-nag's rule packs AwsSolutions and Serverless over the stacks of
// every stage and compares their findings with a table of accepted ones, each with its
// reason. A new finding fails, and so does an accepted one that is gone.
//
// It is a module of its own because cdk-nag asks for a version of constructs with which
// the project's CDK does not compile. A replace directive overrides that version. The
// importers of a module do not get its replace directives, so the suite's own module must
// have none. `make nag` runs the tests.
package nag
