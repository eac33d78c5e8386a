package sweep_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// A damaged checkpoint is never read as an earlier one.
func TestACheckpointThatCannotBeReadSaysWhy(t *testing.T) {
	torn := errors.New("torn")
	for in, want := range map[string]string{
		"":                           "reading the checkpoint: EOF",
		`{"marks":0}`:                "reading the checkpoint: EOF", // the line's end is cut off
		"x\n":                        "reading the checkpoint: invalid character 'x' looking for beginning of value",
		`{"marks":-1}` + "\n":        "reading the checkpoint: -1 users cannot be",
		`{"marks":100000001}` + "\n": "reading the checkpoint: 100000001 users cannot be",
		`{"marks":100000000}` + "\n": "reading the checkpoint's users: EOF",
		`{"marks":1}` + "\n1234567":  "reading the checkpoint's users: unexpected EOF",
	} {
		c, err := sweep.DecodeCheckpoint(strings.NewReader(in))
		if err == nil || err.Error() != want || c.Version != 0 {
			t.Errorf("%q: error %v, want %s", in, err, want)
		}
	}
	if _, err := sweep.DecodeCheckpoint(iotest.ErrReader(torn)); !errors.Is(err, torn) {
		t.Errorf("error %v", err)
	}
}

// narrow accepts room bytes and no more.
type narrow struct {
	room int
	full error
}

func (n *narrow) Write(p []byte) (int, error) {
	if len(p) > n.room {
		return 0, n.full
	}
	n.room -= len(p)
	return len(p), nil
}

// The disk may be full at any point.
func TestACheckpointThatCannotBeWrittenIsAnError(t *testing.T) {
	// The line and the users are each many times the size of one write.
	in := `{"version":1,"marks":3000,"ask":["` + strings.Repeat("x", 10_000) + `"]}` + "\n" + strings.Repeat("12345678", 3000)
	many, err := sweep.DecodeCheckpoint(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	var whole bytes.Buffer
	if err := many.Encode(&whole); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left")
	for room := 0; room < whole.Len(); room += 1000 {
		if err := many.Encode(&narrow{room, full}); !errors.Is(err, full) {
			t.Errorf("with room for %d of %d bytes: %v", room, whole.Len(), err)
		}
	}
	many.Report.StartedAt = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) // which JSON cannot express
	if err := many.Encode(io.Discard); err == nil || !strings.HasPrefix(err.Error(), "encoding the checkpoint: ") {
		t.Errorf("error %v", err)
	}
}

func TestWhatThePortsSayIsInWords(t *testing.T) {
	for err, want := range map[error]string{
		sweep.ErrThrottled: "the service asks for fewer requests",
		sweep.ErrToken:     "the pool no longer accepts the page token",
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}
