package dynamo

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

func TestR27_WarmOpensTheConnectionsOfOneEvent(t *testing.T) {
	server := newStub(t, ok)
	s, _ := at(t, server.URL)
	s.Warm(t.Context(), connections)()
	if server.connections.Load() != connections || server.requests.Load() != 0 {
		t.Errorf("warming made %d connections and %d requests to the table, want %d and none", server.connections.Load(), server.requests.Load(), connections)
	}
	both(t, s)
	if server.connections.Load() != connections {
		t.Errorf("the first event made %d connections of its own", server.connections.Load()-connections)
	}
}

func TestWarmNeverFailsAndNeverTakesLong(t *testing.T) {
	silent := func(t *testing.T) func(context.Context, string, string) (net.Conn, error) { // accepts and stays silent
		return func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, server) }()
			return client, nil
		}
	}
	failing := func(err error) func(*testing.T) func(context.Context, string, string) (net.Conn, error) {
		return func(*testing.T) func(context.Context, string, string) (net.Conn, error) {
			return func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Err: err}
			}
		}
	}
	for name, c := range map[string]struct {
		scheme string
		dial   func(*testing.T) func(context.Context, string, string) (net.Conn, error)
		took   time.Duration
	}{
		"silent":         {"http", silent, 300 * time.Millisecond},
		"TLS stall":      {"https", silent, 300 * time.Millisecond},
		"refused":        {"http", failing(syscall.ECONNREFUSED), 0},
		"no such name":   {"http", failing(&net.DNSError{IsNotFound: true}), 0},
		"no credentials": {"http", failing(syscall.ECONNREFUSED), 0},
	} {
		bubble(t, name, func(t *testing.T) {
			s, env := at(t, c.scheme+"://dynamodb.example", func(s *settings) { s.dial = c.dial(t) })
			if name == "no credentials" {
				env.set("AWS_ACCESS_KEY_ID", "")
			}
			start := time.Now()
			s.Warm(t.Context(), connections)()
			if took := time.Since(start); took != c.took {
				t.Errorf("warming took %v, want %v", took, c.took)
			}
		})
	}
}

// An offline store answers a rehearsal as the table would, with a grant of every kind, and
// sends nothing: no connection is opened, and every request is signed.
func TestR78_AnOfflineStoreAnswersWithoutANetwork(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		var signed, dialled atomic.Int64
		s, _ := at(t, scheme+"://dynamodb.example", func(s *settings) {
			getenv := s.getenv
			s.getenv = func(name string) string {
				if name == "AWS_SECRET_ACCESS_KEY" {
					signed.Add(1)
				}
				return getenv(name)
			}
			s.dial = func(context.Context, string, string) (net.Conn, error) {
				dialled.Add(1)
				return nil, syscall.ECONNREFUSED
			}
		})
		offline := s.Offline()
		want := table.Access{Known: true, Authz: table.Authz{Roles: []string{"warm"}, Extra: map[string]any{"a": json.Number("1"), "b": true}}}
		if got, err := offline.Access(t.Context(), ada, "web"); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("the rehearsed reply grants %+v with error %v", got, err)
		}
		both(t, offline)
		if signed.Load() != 4 || dialled.Load() != 0 || s.wire.lastUse.Load() != 0 {
			t.Errorf("%d requests were signed, %d connections opened, the store was used at %d", signed.Load(), dialled.Load(), s.wire.lastUse.Load())
		}
	}
	reply, err := stage{"{}"}.RoundTrip(nil)
	if err != nil || reply.StatusCode != 200 || !reply.ProtoAtLeast(1, 1) || reply.ProtoAtLeast(1, 2) || reply.Header.Get("Content-Type") != "application/x-amz-json-1.0" {
		t.Errorf("the reply is %+v with error %v", reply, err)
	}
}

func TestWarmingTrustsTheConnections(t *testing.T) {
	var paths sync.Map
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { paths.Store(r.URL.Path, true) }))
	t.Cleanup(server.Close)
	s, _ := at(t, server.URL+"/prefix")
	before := time.Now().UnixMilli()
	s.Warm(t.Context(), connections)()
	if _, asked := paths.Load("/"); !asked {
		t.Error("the service's health was not asked for")
	}
	if used := s.wire.lastUse.Load(); used < before || used > time.Now().UnixMilli() {
		t.Errorf("the connections count as used at %d", used)
	}
}

func BenchmarkSignIn(b *testing.B) {
	s, _ := at(b, newStub(b, ok).URL)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := signIn(b.Context(), s); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFirstSignIn measures the first event's store time in a new process, with and
// without Warm. It leaves out the code that the operating system must load.
func BenchmarkFirstSignIn(b *testing.B) {
	for name, warm := range map[string]bool{"cold": false, "warm": true} {
		b.Run(name, func(b *testing.B) {
			server := newStub(b, ok)
			for b.Loop() {
				b.StopTimer()
				s, _ := at(b, server.URL)
				if warm {
					s.Warm(b.Context(), connections)()
				}
				b.StartTimer()
				if _, err := signIn(b.Context(), s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
