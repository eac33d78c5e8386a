package sweep

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
)

// Shown is the set of subs that the list has shown, eight bytes each: a million users
// take eight megabytes. Two subs may have the same eight bytes: among a million
// users, the chance is one in 10^13 for a row. Such a row is overlooked once, since the seed
// differs from pass to pass. The zero value is empty. It is not safe for concurrent use.
type Shown struct {
	seed  int64
	marks []uint64
}

func (s *Shown) mark(sub string) uint64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.BigEndian, s.seed)
	_, _ = h.Write([]byte(sub))
	return h.Sum64()
}

// add remembers a sub. Adding one twice does no harm.
func (s *Shown) add(sub string) { s.marks = append(s.marks, s.mark(sub)) }

// sort must come after the last add and before the first has.
func (s *Shown) sort() { slices.Sort(s.marks) }

// has reports whether a sub was added.
func (s *Shown) has(sub string) bool {
	_, found := slices.BinarySearch(s.marks, s.mark(sub))
	return found
}

// Len returns the number of subs; those added twice count twice.
func (s *Shown) Len() int { return len(s.marks) }
