package page

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// listen opens the stream and returns what reads its next line that begins with a word.
func listen(t *testing.T, p *Page, last string) func(word string) string {
	t.Helper()
	ctx, end := context.WithTimeout(t.Context(), time.Minute) // for a stream that says nothing
	t.Cleanup(end)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL()+"/api/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = got.Body.Close() })
	if got.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("it is %s", got.Header.Get("Content-Type"))
	}
	in := bufio.NewReader(got.Body)
	return func(word string) string {
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if text, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), word+": "); ok {
				return text
			}
		}
	}
}

func TestR61_TheStreamSendsWhatIsNewAndAReconnectMissesNothing(t *testing.T) {
	entries := timeline.New(timeline.Limits{Lines: 5})
	p := open(t, entries)
	add := func(n int) { entries.AddCall(timeline.Call{ID: fmt.Sprint(n), Operation: hostile + "\n\nid: 9"}) }
	first := listen(t, p, "")
	first("retry")
	for n := range 3 {
		add(n)
		if id := first("id"); id != fmt.Sprint(n) {
			t.Fatalf("entry %s, want %d", id, n)
		}
		if data := first("data"); !strings.Contains(data, `"operation":`) || strings.Contains(data, "<script") {
			t.Errorf("the entry is %s", data)
		}
	}
	for n := 3; n < 10; n++ {
		add(n)
	}
	// Of those that were missed, 3 and 4 are no longer kept.
	again := listen(t, p, "2")
	for n := 5; n < 10; n++ {
		if id := again("id"); id != fmt.Sprint(n) {
			t.Errorf("missed entry %s, want %d", id, n)
		}
	}
	add(10)
	if id := again("id"); id != "10" {
		t.Errorf("then %s", id)
	}
}

// A message has no place in the timeline's order: to ask for what came after it would ask for
// all.
func TestR61_AMessageOfACallMovesNoPlace(t *testing.T) {
	entries := timeline.New(timeline.Limits{})
	p := open(t, entries)
	next := listen(t, p, "")
	next("retry")
	entries.AddMessage(timeline.Message{ID: "m", Call: "c"})
	entries.AddCall(timeline.Call{ID: "c"})
	if id := next("id"); id != "c" {
		t.Errorf("the first id is %s", id)
	}
}

// A reader that takes nothing is let go, with what waits for it.
func TestR61_AStalledReaderIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		entries := timeline.New(timeline.Limits{})
		ended := make(chan bool)
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			(&Page{entries: entries}).stream(w, r)
			close(ended)
		})
		reader, conn := net.Pipe()
		server := &http.Server{Handler: handler}
		once := &single{conn: make(chan net.Conn, 1)}
		once.conn <- conn
		go func() { _ = server.Serve(once) }()
		in := bufio.NewReader(reader)
		if _, err := fmt.Fprint(reader, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		for line := ""; !strings.HasPrefix(line, "retry"); {
			var err error
			if line, err = in.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		entries.AddCall(timeline.Call{ID: "1"})
		select {
		case <-ended:
		case <-time.After(time.Minute):
			t.Error("the stream still waits for its reader")
		}
		_ = errors.Join(reader.Close(), server.Close())
	})
}

// single is a listener of connections that it is handed.
type single struct{ conn chan net.Conn }

func (s *single) Accept() (net.Conn, error) {
	if c, open := <-s.conn; open {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (s *single) Addr() net.Addr { return &net.UnixAddr{} }

func (s *single) Close() error { close(s.conn); return nil }

func TestR61_AHeadOfTheStreamEnds(t *testing.T) {
	p := filled(t)
	for range 2 { // the second goes over the same connection
		if got, _ := ask(t, p, route{http.MethodHead, "/api/events"}, func(*http.Request) {}); got.StatusCode != http.StatusOK {
			t.Errorf("status %d", got.StatusCode)
		}
	}
}
