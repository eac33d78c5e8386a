// Package journey is what a user pool goes through in its life, told as an AWS
// SDK client: a person signs up, confirms, signs in, refreshes, resets a
// password; an administrator creates another one; a machine asks for a token; a
// sign-up is refused; a suspended person gets no more tokens.
//
// The steps know the Cognito API, the table and what the stage's policy promises,
// and nothing of where they run: the local cloud, another implementation of
// Cognito or AWS itself. Each step makes its calls, checks what came back and
// says in its error what did not go as it should.
package journey
