// Package e2e proves the deployment: `make e2e-deploy` starts MiniStack, an
// emulator of AWS that needs neither Docker nor an account, and drives the pinned
// CDK command line against it as a person would. It bootstraps, deploys the stage
// dev, signs a person up and in, reads the claim that pretokengeneration added to
// the access token, sees that `cdk diff` finds nothing left to do, deploys again
// with one rule changed, and takes the change back.
//
// A green deploy there proves that the template resolves, that the functions run
// and that versions and alias move; it proves no property that the emulator drops.
// What it drops is asked for, listed in a table (kept_test.go), and asserted on the
// template in package infra.
//
// requirements.txt pins the emulator and cfn-lint with hashes. It is made from
// requirements.in by `uv pip compile --universal --generate-hashes`.
package e2e
