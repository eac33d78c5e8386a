package dynamo

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// dead is a network whose connections the other side can forget silently, as happens to
// a frozen function.
type dead struct {
	alive  func(ctx context.Context, network, address string) (net.Conn, error)
	dials  atomic.Int64
	mu     sync.Mutex
	opened []*deadConn
}

type deadConn struct {
	net.Conn
	gone, hangsUp atomic.Bool
}

func (d *dead) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d.dials.Add(1)
	conn, err := d.alive(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &deadConn{Conn: conn}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = append(d.opened, c)
	return c, nil
}

// forget makes every open connection swallow what is written; no reply comes any more.
func (d *dead) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.opened {
		c.gone.Store(true)
	}
}

// hangUp makes every open connection end when it is written to, like a close that
// crosses the request.
func (d *dead) hangUp() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.opened {
		c.hangsUp.Store(true)
	}
}

func (c *deadConn) Write(p []byte) (int, error) {
	switch {
	case c.hangsUp.Load():
		c.Close()
		return len(p), nil
	case c.gone.Load():
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// mortal opens a store whose connections to the stub can be forgotten.
func mortal(t *testing.T, server *stub) (*Store, *dead) {
	t.Helper()
	network := &dead{}
	s, _ := at(t, server.URL, func(set *settings) {
		if _, piped := server.Listener.(*pipes); piped {
			server.here(set)
		}
		network.alive, set.dial = set.dial, network.dial
	})
	return s, network
}

// thaw lets an hour pass on the wall clock.
func thaw(s *Store) { s.wire.lastUse.Store(time.Now().Add(-time.Hour).UnixMilli()) }

// both writes SIGNIN and asks PROFILE at the same time, and then writes that, too.
func both(t *testing.T, s *Store) (slowest time.Duration) {
	t.Helper()
	start := time.Now()
	seen := users.Sighting{Key: ada, At: noon, Source: "test", Username: "ada"}
	if writes, err := users.SignedIn(t.Context(), s, nil, seen); err != nil || writes != (users.Writes{Profile: users.Applied, SignIn: users.Applied}) {
		t.Fatalf("the writes were %+v with error %v", writes, err)
	}
	return time.Since(start)
}

func TestR27_ConnectionsThatDiedInAFreezeCostOneShortWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, network := mortal(t, newPiped(t, ok))
		s.Warm(t.Context(), connections)()
		both(t, s)
		if dials := network.dials.Load(); dials != connections {
			t.Fatalf("%d connections before the freeze, want %d", dials, connections)
		}
		network.forget()
		thaw(s)
		const patience, pause = 250 * time.Millisecond, 25 * time.Millisecond
		if took := both(t, s); took < patience || took > patience+pause {
			t.Errorf("the first event after the freeze took %v, want %v and a short wait", took, patience)
		}
		if took := both(t, s); took != 0 {
			t.Errorf("the second event waited %v", took)
		}
	})
}

// TestR27_ConnectionsThatTheServerClosedCostNoAttempt closes them while the client
// sleeps; the transport replays the request by itself.
func TestR27_ConnectionsThatTheServerClosedCostNoAttempt(t *testing.T) {
	server := newStub(t, ok)
	s, _ := at(t, server.URL)
	s.Warm(t.Context(), connections)()
	for range 100 {
		server.CloseClientConnections()
		thaw(s)
		both(t, s)
	}
	if got := server.requests.Load(); got != 300 {
		t.Errorf("100 questions and 200 writes needed %d requests", got)
	}
	for _, h := range server.headers {
		if got := h.Get("Amz-Sdk-Request"); !strings.HasPrefix(got, "attempt=1;") {
			t.Fatalf("a write arrived as %s", got)
		}
	}
}

// TestR27_AllDeadConnectionsCostOneWait shows that the attempt after the wait does not
// try the next connection of the same freeze.
func TestR27_AllDeadConnectionsCostOneWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, network := mortal(t, newPiped(t, func(w http.ResponseWriter, r *http.Request) { time.Sleep(20 * time.Millisecond); ok(w, r) }))
		var burst sync.WaitGroup
		for range 8 {
			burst.Go(func() {
				if _, err := signIn(t.Context(), s); err != nil {
					t.Error(err)
				}
			})
		}
		burst.Wait()
		network.forget()
		thaw(s)
		before := network.dials.Load()
		if before < attempts {
			t.Fatalf("only %d connections died", before)
		}
		if _, err := signIn(t.Context(), s); err != nil || network.dials.Load() != before+1 {
			t.Errorf("after %d connections: %v", network.dials.Load(), err)
		}
	})
}

// TestACloseThatCrossesTheRequestCostsNoAttempt shows that the transport replays it.
func TestACloseThatCrossesTheRequestCostsNoAttempt(t *testing.T) {
	server := newStub(t, ok)
	s, network := mortal(t, server)
	s.Warm(t.Context(), connections)()
	network.hangUp()
	if _, err := signIn(t.Context(), s); err != nil || len(server.headers) != 1 {
		t.Fatalf("%d requests arrived, error %v", len(server.headers), err)
	}
	if got := server.headers[0].Get("Amz-Sdk-Request"); !strings.HasPrefix(got, "attempt=1;") {
		t.Errorf("the write arrived as %s", got)
	}
}

// TestAConnectionThatAnswersSlowlyIsOnlySuspectAfterAPause shows that a slow service is
// not a dead connection.
func TestAConnectionThatAnswersSlowlyIsOnlySuspectAfterAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newPiped(t, func(w http.ResponseWriter, r *http.Request) { time.Sleep(400 * time.Millisecond); ok(w, r) })
		s, _ := at(t, server.URL, server.here)
		for range 3 {
			if _, err := signIn(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		if requests, dials := server.requests.Load(), server.connections.Load(); requests != 3 || dials != 1 {
			t.Errorf("%d requests on %d connections, want 3 on 1", requests, dials)
		}
		thaw(s)
		if _, err := signIn(t.Context(), s); err != nil || server.requests.Load() != 5 || server.connections.Load() != 2 {
			t.Errorf("after a pause: error %v, %d requests on %d connections, want 5 on 2", err, server.requests.Load(), server.connections.Load())
		}
	})
}
