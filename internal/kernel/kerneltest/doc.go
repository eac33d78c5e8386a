// Package kerneltest runs a function's chain over the events of the
// specification, events/<trigger>/<case>.json, and over events that it makes up.
//
// A case's answer stands beside it: <case>.want.json is what the function sends
// to Lambda, the reply's bytes or the error's. Every case is also run with
// members that no documentation mentions, put into every object of the event:
// Cognito adds members without notice, and they must return as they came.
package kerneltest
