// Package settings is what a stage decides, in plain Go: the settings of the pool and of
// the stack around it, the policy, the checks of both, and the names on which deployer
// and operator must agree.
//
// Two programs share it and nothing else. Package infra makes constructs of it with jsii,
// which links a whole CDK; the operator's command line (infra/cmd/ops) queries a running
// stage, must fit into 64 MB and start at once. So nothing here imports jsii, the CDK or
// constructs; a test of internal/dev/house enforces it for all packages but infra and
// infra/app. Package infra has its own names for the types, so that a CDK app needs one
// import.
//
//   - Settings (settings.go, with a file for each part of it) are the keys of a stage file.
//     Their zero value is right for production; a key that weakens it says so.
//   - Settings.Faults checks them (validate*.go, and each part beside its type): all faults
//     at once, by the keys of the file, before any construct exists. The CDK would report
//     one, as a panic with a stack trace, and CloudFormation one after minutes. What only
//     the code of an app can pass (a pool, its clients, a topic) is a construct; Given says
//     in plain Go that it exists.
//   - writers.go answers who may write an attribute of a user, for a pool of the suite and
//     for one of the app. Claims, roles of the identity pool and principal tags come from
//     nothing that a user may write.
//   - Settings.WithDefaults (defaults.go) sets the defaults that the fields' comments
//     promise, in one place, for the stack and for a preview of its tokens.
//   - Stage (stage.go) is Settings with a name: LoadStage and FindStage read its file and
//     add the line to each fault; LoadStageFor does so for an app that passes constructs.
//   - shipped.go makes what a policy becomes: a function's policy.json, and the profiles of
//     app clients. live.go says which part of an edited stage acts without a new template.
//   - names.go has the names that deployer and operator share.
//
// Everything here is safe for concurrent use as long as the settings do not change.
package settings
