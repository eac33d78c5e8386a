// Package deny holds the one error that an end user may read.
//
// Cognito passes the text of a trigger's error to the caller: in the API as
// "PreSignUp failed with error <text>.", in managed login as a query parameter of the
// redirect (developer guide, "Managing errors in Amazon Cognito user pools"). An
// error that escapes by accident would show a stranger table names, account ids and
// other users' data. So only one type is visible, made of a code and a sentence
// written for users. The kernel replaces every other error by a sentence of this
// package and logs its cause.
package deny

// Refusal is a decision against the caller, with the sentence that the caller reads.
// It is a value: compare it with ==. The zero value is not a refusal.
//
// The caller sees the type's name, too: aws-lambda-go sends it as errorType.
type Refusal struct {
	// Code is stable and never reused; support asks for it.
	Code string
	// Sentence is one fixed sentence of at most 120 bytes without its final dot,
	// which Cognito adds. It never tells whether an account exists.
	Sentence string
	// Meaning tells an operator what happened, in one sentence without its final dot.
	// No function sends it.
	Meaning string
}

// Error returns the sentence alone.
func (r Refusal) Error() string { return r.Sentence }

// These sentences are for faults that are not the caller's. They hide the cause,
// which the log has under the same request id.
var (
	// SignUpUnavailable answers a sign-up that could not be judged. presignup fails
	// closed: nothing exists yet, so the user may try again.
	SignUpUnavailable = Refusal{Code: "unavailable", Sentence: "Sign-up is not possible right now, please try again later", Meaning: "the sign-up could not be judged; the user did nothing wrong. The log line with this outcome says why (cause)"}
	// AccountDisabled answers a token request of a user whose AUTHZ row is suspended or
	// has a status that cannot be read, or whose PROFILE is a tombstone.
	AccountDisabled = Refusal{Code: "account-disabled", Sentence: "This account is disabled, please contact support", Meaning: "the user's AUTHZ row is not active, or the user was deleted; `ops authz show` says which. Where the log line has a cause, the row's status cannot be read"}
	// SignInUnavailable answers a token request of a user whose rows could not be read,
	// where the token profile says whenStoreIsDown: refuse, and a sign-in with a password of
	// the old app that could not be checked.
	SignInUnavailable = Refusal{Code: "sign-in-unavailable", Sentence: "Sign-in is not possible right now, please try again later", Meaning: "the user's rows could not be read, and the token profile says whenStoreIsDown: refuse, or the user waits to be moved; the user did nothing wrong. The log line says why (cause)"}
)

// OfTokens returns the refusals of token requests.
func OfTokens() []Refusal { return []Refusal{AccountDisabled, SignInUnavailable} }
