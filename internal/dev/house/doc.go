// Package house holds the rules of the repository that a compiler does not know,
// as tests: how long a function may be, that everything exported is explained,
// what is never imported. A rule that is not here is a wish.
package house
