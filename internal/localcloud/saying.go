package localcloud

import (
	"strings"
	"sync"
)

// saying keeps the first part of a program's output and notes when the output contains a
// certain text.
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

// String returns the output in one line.
func (s *saying) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(strings.Fields(s.text.String()), " ")
}
