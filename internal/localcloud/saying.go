package localcloud

import (
	"strings"
	"sync"
)

// saying is a program's output, of which the first part is kept, and the moment
// at which it has said a certain thing.
type saying struct {
	what  string
	heard chan struct{}

	mu   sync.Mutex
	text strings.Builder
	done bool
}

func newSaying(what string) *saying { return &saying{what: what, heard: make(chan struct{})} }

// Write implements io.Writer.
func (s *saying) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.text.Len() < 4096 {
		s.text.Write(p)
	}
	if !s.done && strings.Contains(s.text.String(), s.what) {
		s.done = true
		close(s.heard)
	}
	return len(p), nil
}

// String is the output in one line.
func (s *saying) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(strings.Fields(s.text.String()), " ")
}
