// Package faults causes, on demand, everything that can go wrong between a function and
// DynamoDB.
//
//	function ─► Gate (TCP) ─► Proxy (HTTP, one decision per request) ─► DynamoDB
//
// A [Gate] acts on connections: it refuses them, accepts them and stays silent, hangs up,
// or drops their state without a word, as a router does while a function is frozen. A
// [Proxy] acts on requests: for each, a [Plan] returns the [Fault] that answers in
// DynamoDB's place, or nil, which lets the request through. It also knows faults of this
// protocol: an error that the service itself would not make (throttling, a refused
// signature), a reply that is lost after the write, a clock that differs.
//
// It is for tests. The tests in this folder run the functions' real bootstraps through it
// and compare them with the failure table: which answer, within which time, with which
// log line (R22 to R29).
package faults
