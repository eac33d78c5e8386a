package sweep

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// head is the first line of an encoded checkpoint.
type head struct {
	Checkpoint
	Seed  int64 `json:"seed"`
	Marks int   `json:"marks"`
	// Shown hides the checkpoint's own.
	Shown *struct{} `json:"shown,omitempty"`
}

// Encode writes the checkpoint: a line of JSON, then the shown users, eight bytes each.
// It needs hardly any memory, however many users there are; JSON alone would need three
// times the size of the set.
func (c Checkpoint) Encode(w io.Writer) error {
	out := bufio.NewWriter(w)
	line, err := json.Marshal(head{Checkpoint: c, Seed: c.Shown.seed, Marks: len(c.Shown.marks)})
	if err != nil {
		return fmt.Errorf("encoding the checkpoint: %w", err)
	}
	_, _ = out.Write(append(line, '\n')) // Flush returns the first error of all
	var raw [8]byte
	for _, mark := range c.Shown.marks {
		binary.BigEndian.PutUint64(raw[:], mark)
		_, _ = out.Write(raw[:])
	}
	return out.Flush()
}

// maxMarks bounds what a damaged checkpoint can ask for: more users than any pool may
// have (developer guide, "Quotas in Amazon Cognito": 40 million).
const maxMarks = 100_000_000

// DecodeCheckpoint reads what Encode wrote. It refuses a checkpoint that is cut off.
func DecodeCheckpoint(r io.Reader) (Checkpoint, error) {
	in := bufio.NewReader(r)
	line, err := in.ReadBytes('\n')
	if err != nil {
		return Checkpoint{}, fmt.Errorf("reading the checkpoint: %w", err)
	}
	var h head
	if err := json.Unmarshal(line, &h); err != nil {
		return Checkpoint{}, fmt.Errorf("reading the checkpoint: %w", err)
	}
	if h.Marks < 0 || h.Marks > maxMarks {
		return Checkpoint{}, fmt.Errorf("reading the checkpoint: %d users cannot be", h.Marks)
	}
	c := h.Checkpoint
	c.Shown = Shown{seed: h.Seed}
	var raw [8]byte
	for range h.Marks {
		if _, err := io.ReadFull(in, raw[:]); err != nil {
			return Checkpoint{}, fmt.Errorf("reading the checkpoint's users: %w", err)
		}
		c.Shown.marks = append(c.Shown.marks, binary.BigEndian.Uint64(raw[:]))
	}
	return c, nil
}
