// Package paths has Go benchmarks of the parts of an event's path. Compare two states of
// the code with benchstat:
//
//	go test ./internal/dev/bench/paths -bench . -count 10 > before.txt
//
// They show where time goes inside one process. The command in the folder above measures
// what a user waits for.
package paths
