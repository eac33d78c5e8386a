// Package e2e proves the deployment. `make e2e-deploy` starts MiniStack, an emulator of
// AWS that needs neither Docker nor an account, and drives the pinned CDK command line
// against it. It bootstraps, deploys the stage dev, signs a user up and in, reads the
// claim that pretokengeneration added to the access token, checks that `cdk diff` finds
// nothing left to do, deploys again with one rule changed, and takes the change back. The
// example of a pipeline runs there step by step.
//
// A successful deploy there proves that the template resolves, that the functions run and
// that versions and alias move. It proves no property that the emulator drops. The tests
// ask for these, list them in a table (kept_test.go), and assert them on the template in
// package infra.
//
// requirements.txt pins the emulator and cfn-lint with hashes. It is made from
// requirements.in by `uv pip compile --universal --generate-hashes`.
package e2e
