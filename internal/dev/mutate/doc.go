// Command mutate asks of every small change to a package whether a test notices.
// What survives is a place that no test holds: a missing test, or a change that
// makes no difference. The second kind is listed with its reason.
//
//	go run ./internal/dev/mutate ./internal/cognito             one package
//	go run ./internal/dev/mutate -v ./internal/signup/...       several, with what was listed
//	go run ./internal/dev/mutate -only 'eachMember' ./internal/cognito
//
// How it goes, per package:
//
//	load      go list -export and go/types: the sources with their types
//	rewrite   package schemata: every mutant behind a switch, in one source
//	build     go test -c -overlay: one binary, nothing is written into the tree
//	rehearse  every test alone, without a mutant: what it costs and which
//	          mutants' places it executes
//	run       a process per mutant with the tests that reach it, cheap ones
//	          first, until one fails
//	judge     what is alive against the allow file
//
// A mutant that no test reaches is uncovered and not run. A run that uses far
// more processor time than the rehearsal is killed and counts as noticed;
// processor time, because other work on the machine must not kill a mutant. A
// run that merely waits ends after -timeout.
//
// Property tests draw the same values in every run (RAPID_SEED) and fewer than
// usual (-checks), and do not shrink what they find: a verdict does not change
// from run to run, and no failing case is written into the tree.
//
// The allow file of a package lies under allow/, named as the package is below
// internal/. An entry is a mutant's key and, indented below it, the reason why
// no test can or need notice it:
//
//	scan.go unquote body: if err != nil { return inner } → if err != nil {}
//		A string of a valid document always decodes.
//
// An entry that fits no living mutant is an error too. The exit status is 1 for
// a living mutant without a reason, a stale entry, or a test that fails without
// any mutant.
//
// Processor time and memory of a run are limited through sh; a machine without
// one is not for this command.
package main
