// Package faults causes, on demand, everything that can go wrong between a function and
// DynamoDB.
//
//	function ─► Gate (TCP) ─► Layer (HTTP, one decision per request) ─► DynamoDB
//
// A [Gate] acts on connections: it refuses them, accepts them and stays silent, hangs up,
// or drops their state without a word, as a router does while a function is frozen. A
// [Layer] acts on requests: for each, a [Plan] returns the [Fault] that answers in
// DynamoDB's place, or nil, which lets the request through. It also knows faults of this
// protocol: an error that the service itself would not make (throttling, a refused
// signature), a reply that is lost after the write, a clock that differs.
//
// The local cloud's table stands behind a Layer, so that a developer switches faults on
// (localcloud.Switch); tests put one before any DynamoDB (package faultstest). A Layer also
// tells of each request, for the timeline.
//
// The tests in this folder run the functions' real bootstraps through it
// and compare them with the failure table: which answer, within which time, with which
// log line (R22 to R29).
//
// The faults (bads in matrix_test.go) are silence before and within TLS, resets, cut, damaged and lost
// replies, 10 s of latency, throttling, 500s, refused or missing credentials, a clock that
// is 15 minutes off. Nothing that only the store grants is in a token, and the next event
// after the fault is answered as ever. Processes are killed at random instants and their
// events delivered again: created once, counted once. That every answer comes within 3 s is
// proved where the clock is the test's own: a trigger stops waiting after 2.5 s
// (kerneltest.AnswersInTime), and a call of the store ends sooner by itself (package dynamo,
// TestR22_R24_EveryFaultEndsInTimeWithItsCode).
//
// make test does a little of each, go test ./internal/localcloud/faults -full all of it.
// One full run on a busy machine with 2 cores: of 10,000 events the slowest answer took
// 2.7 s; 502 processes were killed, 269 of them after a write, and no row was wrong; of 272
// first events after a freeze, in which the other side had hung up or forgotten, the
// slowest took 0.33 s.
package faults
