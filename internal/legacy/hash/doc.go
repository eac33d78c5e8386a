// Package hash reads how an app has stored a password: in which format, with which
// parameters. It decides how the password can come along, and converts what Cognito cannot
// read as it is. It computes no hash: that is package check, so that a program which only
// sorts hashes links no cryptography.
//
// A format is one row of the table in formats.go. A reader knows texts by how they begin;
// what one reader knows is asked of no other. A kind is a format with the parameters that
// decide the work: two hashes of a kind cost the same.
//
// What a row of a foreign table says is input like any other. The parameters are held to
// caps before anything is done with them: no check allocates more than 1 GiB or takes more
// than 20 s. No error and no print repeats the text: a hash is a secret.
//
// The key of PBKDF2, and the last step of scrypt, come in blocks that do not depend on each
// other (RFC 8018 §5.2, RFC 7914 §6). Only the first block of a longer key is kept: 32 bytes of
// Keycloak's and Werkzeug's 64, 20 of ASP.NET's 32 of SHA-1. A check computes one block, and
// a converted hash is as long as the one that Cognito's guide shows.
//
// What Cognito imports, and up to which parameters, is from its developer guide, "Importing
// users with password hashes", Supported password hashing algorithms.
package hash
