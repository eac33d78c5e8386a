// Package journey takes a user pool through its life as an AWS SDK client: a user signs
// up, confirms, signs in, refreshes, resets a password; an administrator creates another
// user; a machine asks for a token; a sign-up is refused; a suspended user gets no more
// tokens.
//
// The steps know the Cognito API, the table and what the stage's policy promises. They do
// not know where they run: in the local cloud, against another implementation of Cognito
// or on AWS. Each step makes its calls, checks the answers and says in its error what is
// wrong.
package journey
