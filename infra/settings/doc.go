// Package settings is what a stage decides, in plain Go: the settings of the pool and
// of all that stands around it, the policy, what is wrong with them, and the names by
// which whoever deploys a stage and whoever operates it know the same things.
//
// It stands between two that have nothing else in common. Package infra makes
// constructs of it, by way of jsii, which brings a whole CDK with it; the operator's
// command line (infra/cmd/ops) asks a running stage, must fit into 64 MB and start at
// once. So nothing here imports jsii, the CDK or constructs, and a test of
// internal/dev/house holds it for everybody but infra and infra/app. Package infra gives
// the types its own names, so that an app of the CDK needs one import.
//
//   - Settings (settings.go, with a file for each part of it) are the keys of a stage
//     file. Their zero value is what production wants; what weakens that is said out
//     loud.
//   - Settings.Faults judges them (validate*.go, and each part beside its type): every
//     fault at once, by the keys of the file, before any construct exists. The CDK
//     would report one, as a panic with a trace, and CloudFormation after minutes. What
//     only the code of an app can hand over (a pool, its clients, a topic) is a
//     construct; Given says in plain Go that it is there.
//   - Settings.WithDefaults (defaults.go) fills in what the fields' comments promise,
//     in one place, for the stack and for a preview of its tokens.
//   - Stage (stage.go) is Settings with a name: LoadStage and FindStage read its file
//     and give each fault its line; LoadStageFor does so beside what code hands over.
//   - names.go has what deployer and operator must agree on.
//
// Everything here is safe for concurrent use as long as nobody changes the settings.
package settings
