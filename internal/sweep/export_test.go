package sweep

import (
	"encoding/base64"
	"encoding/binary"
)

// MarshalText writes the set in Base64, so that tests can compare checkpoints as JSON.
func (s Shown) MarshalText() ([]byte, error) {
	raw := make([]byte, 0, 8*(len(s.marks)+1))
	raw = binary.BigEndian.AppendUint64(raw, uint64(s.seed))
	for _, mark := range s.marks {
		raw = binary.BigEndian.AppendUint64(raw, mark)
	}
	return base64.StdEncoding.AppendEncode(nil, raw), nil
}
