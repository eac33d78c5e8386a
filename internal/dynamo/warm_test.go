package dynamo

import (
	"net"
	"testing"
	"time"
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
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and says nothing
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	for name, url := range map[string]string{
		"silent":         "http://" + silent.Addr().String(),
		"TLS stall":      "https://" + silent.Addr().String(),
		"refused":        "http://127.0.0.1:1",
		"no such name":   "http://dynamodb.invalid",
		"no credentials": "http://127.0.0.1:1",
	} {
		s, env := at(t, url)
		if name == "no credentials" {
			env.set("AWS_ACCESS_KEY_ID", "")
		}
		start := time.Now()
		s.Warm(t.Context(), connections)()
		if took := time.Since(start); took > 400*time.Millisecond {
			t.Errorf("%s: warming took %v, more than 300 ms", name, took)
		}
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

// BenchmarkFirstSignIn is the first event's store time of a new process, but for
// the code that the operating system has to load: with and without Warm.
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
