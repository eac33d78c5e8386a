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

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

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

// TestTheRehearsalIsOfTheRealThing shows that its reply makes a grant of every kind,
// and that its requests are signed.
func TestTheRehearsalIsOfTheRealThing(t *testing.T) {
	s, _ := at(t, "http://127.0.0.1:1")
	s.client = dynamodb.New(s.client.Options(), func(o *dynamodb.Options) { o.HTTPClient = stage{rehearsedRows(s.table)} })
	want := table.Access{Known: true, Authz: table.Authz{Roles: []string{"warm"}, Extra: map[string]any{"a": json.Number("1"), "b": true}}}
	if got, err := s.Access(t.Context(), ada, "web"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the rehearsed reply grants %+v with error %v", got, err)
	}
	reply, err := stage{"{}"}.Do(nil)
	if err != nil || reply.StatusCode != 200 || !reply.ProtoAtLeast(1, 1) || reply.ProtoAtLeast(1, 2) || reply.Header.Get("Content-Type") != "application/x-amz-json-1.0" {
		t.Errorf("the reply is %+v with error %v", reply, err)
	}
}

func TestWarmingSignsBothRequestsAndTrustsTheConnections(t *testing.T) {
	var paths sync.Map
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { paths.Store(r.URL.Path, true) }))
	t.Cleanup(server.Close)
	var signed atomic.Int64
	s, _ := at(t, server.URL+"/prefix", func(s *settings) {
		getenv := s.getenv
		s.getenv = func(name string) string {
			if name == "AWS_SECRET_ACCESS_KEY" {
				signed.Add(1)
			}
			return getenv(name)
		}
	})
	before := time.Now().UnixMilli()
	s.Warm(t.Context(), connections)()
	if _, asked := paths.Load("/"); !asked || signed.Load() != 2 {
		t.Errorf("the service's health was asked for: %v; %d requests were signed", asked, signed.Load())
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
