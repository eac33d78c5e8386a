// Package schemata writes every mutant of a package into one program, each behind a
// switch, so that the package is compiled once and not once per mutant (Untch, Offutt and
// Harrold, "Mutation analysis using mutant schemata", 1993).
//
// A mutant is one small change to the source, for instance a < that becomes a <=. If
// every test still passes with it, no test checks that place. A mutation point is
// rewritten into a form that means the same until the integer in the environment variable
// [Variable] names one of its mutants:
//
//	a < b        mutantLess(17, a, b)                              17: a <= b, 18: a >= b
//	a == b       ((a == b) != mutantOn(19))                        19: a != b
//	a && b       !(!a || !b) with the inner two and the outer not switched
//	f(x)         if !mutantOn(20) { f(x) }
//	return a, b  if mutantOn(21) { return nil, b }; return a, b
//	12           mutantStep[int](22, 12)                           22: 13, 23: 11
//
// Three rules keep the rewritten source right without a second compiler:
//
//   - Only text is inserted, never a line break: comments, build constraints and line numbers
//     stay.
//   - An operand is evaluated once and in its old order. If a form needs both the changed
//     statement and the old one, it is copied as written: only one mutant is ever on, so a
//     copy needs no switches.
//   - Types come from go/types, since a helper turns an untyped constant into a typed value. A
//     type that the file cannot name is left alone, and so are the places where the language
//     needs a constant: const declarations, array lengths, labels of a switch with a tag, keys
//     of an array literal.
//
// Left out on purpose, because no test can or should see it: the capacity passed to make,
// and the size hint of a map.
package schemata
