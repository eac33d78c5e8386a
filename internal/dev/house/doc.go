// Package house holds the rules of the repository that a compiler does not check, as
// tests: how long a function may be, that every exported name has a comment, what is
// never imported.
package house
