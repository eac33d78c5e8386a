package schemata

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// Source is one parsed file of a package.
type Source struct {
	// Name is the base name, Text what was parsed into Syntax, with comments.
	Name   string
	Text   []byte
	Syntax *ast.File
}

// Rewrite returns the files of a type-checked package with every mutant behind its
// switch, in the order of the sources, and the mutants in the order of their places. The
// package also needs the file that [Switch] makes. info needs Types, Defs, Uses and
// Implicits.
func Rewrite(fset *token.FileSet, pkg *types.Package, info *types.Info, sources []Source) ([][]byte, []Mutant) {
	var mutants []Mutant
	rewritten := make([][]byte, 0, len(sources))
	for _, source := range sources {
		w := &walker{
			source: source, file: fset.File(source.Syntax.FileStart), pkg: pkg, info: info,
			imports: importNames(source.Syntax, info), mutants: mutants,
		}
		w.walk(source.Syntax)
		mutants = w.mutants
		rewritten = append(rewritten, apply(source.Text, w.edits))
	}
	number(mutants)
	return rewritten, mutants
}

// rank orders the edits at one place: what ends there comes before what begins.
type rank int

const (
	closes rank = iota
	replaces
	opens
)

// edit puts text in place of [at, end) of a file.
type edit struct {
	at, end int
	rank    rank
	text    string
}

// apply carries out edits that do not overlap. Edits of one place and rank keep the order
// of the walk: outer before inner when they open, inner before outer when they close.
func apply(text []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.rank, b.rank))
	})
	out := make([]byte, 0, 2*len(text))
	at := 0
	for _, e := range edits {
		out = append(out, text[at:e.at]...)
		out = append(out, e.text...)
		at = e.end
	}
	return append(out, text[at:]...)
}
