// Package cognito is the wire between Amazon Cognito and a Lambda trigger: it reads
// events leniently and returns the very bytes that came.
//
// An event is bytes. Cognito asks a trigger to return the whole event with only
// `response` changed. It adds members to events without notice, and it sends numbers,
// booleans, nulls and empty arrays where its documentation shows strings and objects
// (developer guide, "Customizing user pool workflows with Lambda triggers";
// aws-lambda-go issues 585, 592 and 629). A typed struct that is decoded, changed and
// encoded again loses the members that it does not know and writes nulls into those that
// it does; for token generation this is documented to remove a user's groups. So:
//
//   - [Parse] checks that the bytes are one JSON object, finds the members that the
//     triggers need, and keeps the bytes.
//   - A view ([PreSignUp], [PostConfirmation], [PostAuthentication], [TokenGeneration], [UserMigration])
//     is a read-only copy of what a room may decide with. The caller writes
//     clientMetadata and validationData, so no view has them. The exceptions are the
//     three texts of a sign-up in [Proofs], and the tenant that a caller asks tokens for
//     in [TokenGeneration].
//   - [Event.Reply] puts a response into those bytes and changes no other byte.
//
// Names match byte for byte. encoding/json would also accept other cases and the Kelvin
// sign for a k, and would let the last of two equal names win. Two parsers that disagree
// about an event are a way around a rule. A name that occurs twice in an object that
// this package reads is [ErrDuplicate].
//
// The package knows only JSON. Everything in it is immutable after Parse and safe for
// concurrent use.
package cognito
