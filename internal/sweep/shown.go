package sweep

import (
	"hash/maphash"
	"slices"
)

// shown is the set of subs that the list of a leaf has shown, eight bytes each. Two subs
// may have the same eight bytes: in a leaf of 30,000 users the chance is one in 10^14 for a
// row. Such a row is overlooked once, since every leaf of every pass has another seed.
type shown struct {
	seed  maphash.Seed
	marks []uint64
}

func newShown() *shown { return &shown{seed: maphash.MakeSeed()} }

// add remembers a sub. Adding one twice does no harm.
func (s *shown) add(sub string) { s.marks = append(s.marks, maphash.String(s.seed, sub)) }

// sort must come after the last add and before the first has.
func (s *shown) sort() { slices.Sort(s.marks) }

// has reports whether a sub was added.
func (s *shown) has(sub string) bool {
	_, found := slices.BinarySearch(s.marks, maphash.String(s.seed, sub))
	return found
}
