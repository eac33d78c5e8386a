// Package kerneltest runs a function's chain over the events in events/,
// events/<trigger>/<case>.json, and over drawn events.
//
// A case's answer stands beside it: <case>.want.json is what the function sends to
// Lambda, the bytes of the reply or of the error. Every case also runs with
// undocumented members in every object of the event: Cognito adds members without
// notice, and they must return as they came.
package kerneltest
