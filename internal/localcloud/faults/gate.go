package faults

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
)

// Gate stands before a server and passes bytes on, or does not. Its methods are safe for
// concurrent use.
type Gate struct {
	target, address string

	mu       sync.Mutex
	listener net.Listener // nil: connections are refused
	silent   bool
	closed   bool
	pipes    map[*pipe]bool
	running  sync.WaitGroup
}

// pipe is one connection through the gate.
type pipe struct {
	near, far net.Conn // far is nil for a connection that gets no answer
	forgotten atomic.Bool
}

// NewGate opens a gate on a free port of 127.0.0.1. target is HOST:PORT.
func NewGate(target string) (*Gate, error) {
	g := &Gate{target: target, address: "127.0.0.1:0", pipes: map[*pipe]bool{}}
	if err := g.Open(); err != nil {
		return nil, err
	}
	g.address = g.listener.Addr().String()
	return g, nil
}

// Address returns HOST:PORT of the gate, which stays the same.
func (g *Gate) Address() string { return g.address }

// Open lets new connections through.
func (g *Gate) Open() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.silent = false
	if g.listener != nil || g.closed {
		return nil
	}
	listener, err := net.Listen("tcp", g.address)
	if err != nil {
		return fmt.Errorf("opening a gate: %w", err)
	}
	g.listener = listener
	g.running.Go(func() { g.accept(listener) })
	return nil
}

// Silence accepts new connections and never answers; a TLS handshake then stalls.
func (g *Gate) Silence() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.silent = true
}

// Refuse refuses new connections and ends the present ones.
func (g *Gate) Refuse() {
	g.mu.Lock()
	if g.listener != nil {
		_ = g.listener.Close()
		g.listener = nil
	}
	g.mu.Unlock()
	g.HangUp()
}

// HangUp closes every connection.
func (g *Gate) HangUp() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for p := range g.pipes {
		p.close()
	}
}

// Forget swallows what is sent from now on over the present connections, without closing
// them.
func (g *Gate) Forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for p := range g.pipes {
		p.forgotten.Store(true)
	}
}

// Close closes the gate and waits for its connections.
func (g *Gate) Close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.Refuse()
	g.running.Wait()
}

func (g *Gate) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			g.running.Go(func() { g.serve(conn) })
		}
	}
}

func (g *Gate) serve(near net.Conn) {
	p := &pipe{near: near}
	if !g.admit(p) {
		p.close()
		return
	}
	defer g.leave(p)
	if p.far == nil {
		p.copy(nil, near)
		return
	}
	var back sync.WaitGroup
	back.Go(func() { p.copy(near, p.far) })
	p.copy(p.far, near)
	p.close()
	back.Wait()
}

// admit connects a pipe unless the gate is silent, and reports whether it is admitted.
func (g *Gate) admit(p *pipe) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.silent {
		far, err := net.Dial("tcp", g.target)
		if err != nil {
			return false
		}
		p.far = far
	}
	g.pipes[p] = true
	return !g.closed
}

func (g *Gate) leave(p *pipe) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.pipes, p)
	p.close()
}

// copy passes bytes on until one side ends, then ends the other. It swallows the bytes of
// a forgotten pipe and those for a nil connection.
func (p *pipe) copy(to, from net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 && to != nil && !p.forgotten.Load() {
			if _, err := to.Write(buffer[:n]); err != nil {
				break
			}
		}
		if err != nil {
			break
		}
	}
	if !p.forgotten.Load() {
		p.close()
	}
}

func (p *pipe) close() {
	_ = p.near.Close()
	if p.far != nil {
		_ = p.far.Close()
	}
}
