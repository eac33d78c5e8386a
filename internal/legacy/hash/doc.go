// Package hash reads how an app has stored a password: in which format, with which
// parameters. It decides how the password can come along, and converts what Cognito cannot
// read as it is. It computes no hash: that is package check, so that a program which only
// sorts hashes links no cryptography.
//
// A format is one row of the table in formats.go: what its text looks like, what is computed,
// how far its parameters may go, and what that costs. The parameters are held to their caps
// before anything is done with them, since a row of a foreign table is input like any other.
// No error repeats the text: a hash is a secret.
//
// What Cognito imports, and up to which parameters, is from its developer guide, "Importing
// users with password hashes", Supported password hashing algorithms.
package hash
