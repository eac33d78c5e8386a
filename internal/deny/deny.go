// Package deny holds the one error that a person may read.
//
// Cognito passes the text of a trigger's error on to the caller: in the API as
// "PreSignUp failed with error <text>.", in managed login as a query parameter
// of the redirect (developer guide, "Managing errors in Amazon Cognito user
// pools"). An error that escapes by accident would therefore show table names,
// account ids and other people's data to a stranger. So there is one visible
// type, made only from a code and a sentence written for people; the kernel
// (package trigger) replaces every other error by a sentence of this package and
// keeps the cause for the log.
package deny

// Refusal is a decision against the caller, with the sentence that the caller
// may read. It is a value: compare it with ==. The zero value is not a refusal.
//
// The type's name reaches the caller too: aws-lambda-go sends it as errorType.
type Refusal struct {
	// Code is stable, is never reused and is what support asks for.
	Code string
	// Sentence is one fixed sentence of at most 120 bytes without its final
	// dot, which Cognito adds. It never says whether an account exists.
	Sentence string
	// Meaning is what an operator is told who looks the code up: one sentence
	// about what happened, without its final dot. It leaves no function.
	Meaning string
}

// Error gives the sentence alone.
func (r Refusal) Error() string { return r.Sentence }

// The sentences for what is not the caller's doing. They say nothing about the
// cause: that is in the log, under the same request id.
var (
	// SignUpUnavailable answers a sign-up that could not be judged: presignup
	// fails closed, and nothing exists yet, so trying again is safe.
	SignUpUnavailable = Refusal{Code: "unavailable", Sentence: "Sign-up is not possible right now, please try again later", Meaning: "the sign-up could not be judged; nothing was wrong with the person. The log line with this outcome says why (cause)"}
	// AccountDisabled answers a token request of a user whom the AUTHZ row
	// suspends or whose PROFILE is a tombstone.
	AccountDisabled = Refusal{Code: "account-disabled", Sentence: "This account is disabled, please contact support", Meaning: "the user's AUTHZ row is not active, or the user was deleted; `ops authz show` says which"}
)
