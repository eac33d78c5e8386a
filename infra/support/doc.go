// Package support answers what a support desk asks: why a user has or lacks something in
// a token (Suite.Why), what the rules of sign-up say to somebody (SignUpQuestion), what
// tokens would say (TokenQuestion), what a sentence means that a user has read (Explain),
// and whether a stage file is sound (Check).
//
// The operator's command prints these answers, and the page of the local cloud shows them:
// so they are types with JSON, and the package knows no flags, no terminal and no HTTP.
// Members of an answer are only ever added.
//
// Nothing is judged a second time here. A question goes through the code that the
// functions run (package signup, package claims, the read of package dynamo), and the
// answer says what came out, with the line of the stage file beside it. The settings are
// those of a stage file; users are read through package directory, and nothing is written.
package support
