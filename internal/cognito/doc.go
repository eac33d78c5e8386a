// Package cognito is the wire between Amazon Cognito and a Lambda trigger: what
// arrives is read leniently, what leaves is the very bytes that came.
//
// An event is bytes. Cognito asks a trigger to return the whole event with only
// `response` changed, adds members to events without notice, and has been seen
// to send numbers, booleans, nulls and empty arrays where its documentation
// shows strings and objects (developer guide, "Customizing user pool workflows
// with Lambda triggers"; aws-lambda-go issues 585, 592 and 629). Typed structs
// that are decoded, changed and encoded again lose the members they do not know
// and write nulls into those they do; for token generation that is documented to
// take a user's groups away. So:
//
//   - [Parse] checks that the bytes are one JSON object, finds the members that
//     the triggers need, and keeps the bytes.
//   - A view ([PreSignUp], [PostConfirmation], [PostAuthentication],
//     [TokenGeneration]) is a read-only copy of what a room may decide with.
//     clientMetadata and validationData are in no view, because a caller wrote
//     them; [Proofs] names the three texts that a sign-up may bring all the same,
//     and [TokenGeneration] the one tenant that a caller asks tokens for, a wish.
//   - [Event.Reply] puts a response into those bytes and touches no other byte.
//
// Names match byte for byte. encoding/json would also accept other cases and the
// Kelvin sign for a k, and would let the last of two equal names win: two
// parsers that disagree about an event are a way past a rule. A name that occurs
// twice in an object that this package looks into is [ErrDuplicate].
//
// The package knows JSON and nothing else. Everything in it is immutable after
// Parse and safe for concurrent use.
package cognito
