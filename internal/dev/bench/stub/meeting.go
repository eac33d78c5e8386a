package stub

import (
	"context"
	"sync"
)

// meeting lets those who join it go when there are enough of them.
type meeting struct {
	mu      sync.Mutex
	enough  int
	waiting int
	begin   chan struct{} // closed for those who wait now
}

func (m *meeting) set(enough int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.enough = enough
}

// join waits for the others; the error is that of the context.
func (m *meeting) join(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.begin == nil {
		m.begin = make(chan struct{})
	}
	m.waiting++
	if m.waiting >= m.enough {
		close(m.begin)
		m.begin, m.waiting = nil, 0
		return nil
	}
	begin := m.begin
	m.mu.Unlock()
	select {
	case <-begin:
		m.mu.Lock()
		return nil
	case <-ctx.Done():
		m.mu.Lock()
		m.waiting = max(m.waiting-1, 0)
		return ctx.Err()
	}
}
