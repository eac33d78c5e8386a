package dynamo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

var (
	ada  = users.Key{PoolID: "eu-west-1_AbCdEf123", Sub: "8d1c"}
	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// stub is as much of DynamoDB as a fault needs: it counts requests and connections and
// lets a test answer.
type stub struct {
	*httptest.Server
	requests, connections atomic.Int64
	mu                    sync.Mutex
	headers               []http.Header
}

func newStub(t testing.TB, answer http.HandlerFunc) *stub {
	t.Helper()
	s := newUnstarted(answer)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// bubble runs a test in its own time (testing/synctest).
func bubble(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

// newPiped returns a stub in memory, for bubbles of testing/synctest: there a wait
// takes no time and is exact to the millisecond. s.here opens stores on it.
func newPiped(t testing.TB, answer http.HandlerFunc) *stub {
	t.Helper()
	s := newUnstarted(answer)
	_ = s.Listener.Close()
	s.Listener = &pipes{opened: make(chan net.Conn), closed: make(chan struct{})}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *stub) here(set *settings) { set.dial = s.Listener.(*pipes).dial }

// pipes is a network without sockets.
type pipes struct {
	opened chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.opened <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.closed:
		return nil, syscall.ECONNREFUSED
	}
}

// Accept is the server's side of dial.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.opened:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends the network.
func (p *pipes) Close() error { p.once.Do(func() { close(p.closed) }); return nil }

// Addr returns an address that leads nowhere.
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func newUnstarted(answer http.HandlerFunc) *stub {
	s := &stub{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, "healthy")
			return
		}
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.requests.Add(1)
		s.mu.Lock()
		s.headers = append(s.headers, r.Header.Clone())
		s.mu.Unlock()
		answer(w, r)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // some tests want refused handshakes
	return s
}

// at opens a store on a URL. The environment can be changed afterwards.
func at(t testing.TB, url string, change ...func(*settings)) (*Store, *environ) {
	t.Helper()
	env := &environ{values: map[string]string{
		"TABLE_NAME": "mirror", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_DYNAMODB": url,
		"AWS_ACCESS_KEY_ID": "AKIDONE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token-one",
	}}
	s, err := read(env.get)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(&s)
	}
	store, err := open(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store, env
}

// environ is an environment that changes while the process lives, like Lambda's.
type environ struct {
	mu     sync.Mutex
	values map[string]string
}

func (e *environ) get(name string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.values[name]
}

func (e *environ) set(name, value string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.values[name] = value
}

func signIn(ctx context.Context, s *Store) (users.Write, error) {
	return s.SignIn(ctx, users.SignIn{Key: ada, At: noon, ClientID: "web"})
}

// reply answers with a status, an error code if it is an error, and a body.
func reply(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		body := "{}"
		if code != "" {
			body = `{"__type":"com.amazonaws.dynamodb.v20120810#` + code + `","message":"arn:aws:dynamodb:eu-west-1:123456789012:table/mirror ada@example.com"}`
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

var ok = reply(200, "")

// after answers the first n requests with a fault and the others well.
func after(n int64, fault http.HandlerFunc) http.HandlerFunc {
	var count atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		if count.Add(1) > n {
			ok(w, r)
			return
		}
		fault(w, r)
	}
}

// abort cuts the connection without a reply.
func abort(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// blackhole never answers.
func blackhole(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// trickle sends a byte now and then.
func trickle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "1000")
	for r.Context().Err() == nil {
		_, _ = w.Write([]byte(" "))
		w.(http.Flusher).Flush()
		time.Sleep(10 * time.Millisecond)
	}
}

// truncate promises more bytes than it sends.
func truncate(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = io.WriteString(w, `{"Attr`)
}

func garbage(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `<html>{"`) }

func damaged(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Amz-Crc32", "12345")
	ok(w, r)
}

func codeIn(t testing.TB, err error) string {
	t.Helper()
	failure := (*Error)(nil)
	if !errors.As(err, &failure) {
		t.Fatalf("the error is no *Error: %v", err)
	}
	return failure.ErrorCode()
}
