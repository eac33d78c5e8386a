// Command mutate makes small changes to a package, one at a time, and checks that a test
// notices each. A change that survives means a missing test, or makes no difference. The
// second kind is listed with its reason.
//
//	go run ./internal/dev/mutate ./internal/cognito             one package
//	go run ./internal/dev/mutate -v ./internal/signup/...       several, with what was listed
//	go run ./internal/dev/mutate -only 'eachMember' ./internal/cognito
//
// The steps, per package:
//
//	load      go list -export and go/types: the sources with their types
//	rewrite   package schemata: every mutant behind a switch, in one source
//	build     go test -c -overlay: one binary, nothing is written into the tree
//	rehearse  every test alone, without a mutant: its cost and the mutants that
//	          it reaches
//	run       a process per mutant with the tests that reach it, cheap ones
//	          first, until one fails
//	judge     what is alive against the allow file
//
// A mutant that no test reaches is uncovered and not run. A run that uses far more
// processor time than the rehearsal is killed and counts as noticed. Processor time is
// the measure, because other work on the machine must not kill a mutant. A run that only
// waits ends after -timeout.
//
// Property tests draw the same values in every run (RAPID_SEED) and fewer than usual
// (-checks), and do not shrink what they find: a verdict is the same in every run, and no
// failing case is written into the tree.
//
// The allow file of a package is under allow/, with the package's path in the module,
// without internal/.
// An entry is a mutant's key and, indented below it, the reason why no test can or need
// notice it:
//
//	scan.go unquote body: if err != nil { return inner } → if err != nil {}
//		A string of a valid document always decodes.
//
// An entry that fits no living mutant is an error too. The exit status is 1 for a living
// mutant without a reason, a stale entry, or a test that fails without a mutant.
//
// sh limits the processor time and memory of a run, so the command needs a machine with
// sh.
package main
