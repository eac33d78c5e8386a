package sweep

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
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

// MarshalText writes the set in Base64.
func (s Shown) MarshalText() ([]byte, error) {
	raw := make([]byte, 0, 8*(len(s.marks)+1))
	raw = binary.BigEndian.AppendUint64(raw, uint64(s.seed))
	for _, mark := range s.marks {
		raw = binary.BigEndian.AppendUint64(raw, mark)
	}
	return base64.StdEncoding.AppendEncode(nil, raw), nil
}

// UnmarshalText reads what MarshalText wrote.
func (s *Shown) UnmarshalText(text []byte) error {
	raw, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("reading the users that were shown: %w", err)
	}
	if len(raw) == 0 || len(raw)%8 != 0 {
		return errors.New("reading the users that were shown: cut off")
	}
	*s = Shown{seed: int64(binary.BigEndian.Uint64(raw))}
	for mark := range slices.Chunk(raw[8:], 8) {
		s.marks = append(s.marks, binary.BigEndian.Uint64(mark))
	}
	return nil
}
