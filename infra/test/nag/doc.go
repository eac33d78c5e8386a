// Package nag runs cdk-nag's rule packs AwsSolutions and Serverless over the
// stacks of every stage, and holds what they find to a table of accepted findings
// with reasons: a new finding fails, and so does an accepted one that is gone.
//
// It is a module of its own because cdk-nag asks for a version of constructs with
// which the project's CDK does not compile. A replace directive takes that back,
// and replace directives do not reach those who import a module: the construct's
// own module must be free of them. `make nag` runs it.
package nag
