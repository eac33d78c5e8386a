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
// functions through it and hold them to the failure table: who gets which answer,
// within which time, with which log line (R22 to R29).
package faults
