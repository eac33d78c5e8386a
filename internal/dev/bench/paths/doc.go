// Package paths holds Go benchmarks of the stretches of an event's path, for
// comparing two states of the code with benchstat:
//
//	go test ./internal/dev/bench/paths -bench . -count 10 > before.txt
//
// They say where time goes inside one process. What a person waits for is
// measured by the command in the folder above.
package paths
