package faults_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/process"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// One process gets a thousand users' events, eight at a time, as
// AWS_LAMBDA_MAX_CONCURRENCY allows. What goes to the store, into an answer or into a log
// line must be of the event's own user.
func TestR38_AThousandEventsInOneProcessNeverMix(t *testing.T) {
	for _, function := range triggers.Rooms() {
		t.Run(function, func(t *testing.T) {
			store := httptest.NewServer(&mirrored{t: t})
			t.Cleanup(store.Close)
			api := &manyAtOnce{t: t, function: function, left: 1000, busy: map[string]string{}, done: make(chan struct{})}
			server := httptest.NewServer(api)
			t.Cleanup(server.Close)
			lines := api.run(t, server.URL, store.URL)
			atOnce := 8
			if !usesTable(function) {
				atOnce = 2 // it finishes before the others have begun
			}
			if api.most < atOnce || api.answered != 1000 {
				t.Errorf("%d events were answered, at most %d at once: want 1000 and %d", api.answered, api.most, atOnce)
			}
			api.look(lines)
		})
	}
}

// subs finds the users that a text names.
var subs = regexp.MustCompile(`f3d4c5b6-0001-4a5b-8c9d-[0-9]{12}`)

// only reports whether a text is about this user and no other.
func only(text []byte, sub string) bool {
	found := subs.FindAll(text, -1)
	for _, other := range found {
		if string(other) != sub {
			return false
		}
	}
	return len(found) > 0
}

// mirrored is a store in which every user's only role is the own sub. It refuses a
// request about two users.
type mirrored struct{ t *testing.T }

func (m *mirrored) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	sub := string(subs.Find(body))
	if r.Method == http.MethodPost && !only(body, sub) && !bytes.Contains(body, []byte(table.TriesPrefix+pool)) && !bytes.Contains(body, []byte(table.LegacyPrefix+pool)) { // these keys name nobody
		m.t.Errorf("one request is about several people: %s", body)
	}
	time.Sleep(2 * time.Millisecond) // so that requests overlap
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "BatchGetItem") {
		_, _ = io.WriteString(w, strings.Replace(quickRows, "editor", sub, 1))
		return
	}
	_, _ = io.WriteString(w, "{}")
}

// manyAtOnce is a Runtime API that hands out as many events as it is asked for.
type manyAtOnce struct {
	t        *testing.T
	function string
	done     chan struct{}

	mu                   sync.Mutex
	left, answered, most int
	busy                 map[string]string // request id -> sub, never removed
	working              int
}

func (m *manyAtOnce) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		m.next(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	m.mu.Lock()
	defer m.mu.Unlock()
	parts := strings.Split(r.URL.Path, "/")
	id := parts[len(parts)-2]
	if parts[len(parts)-1] != "response" || !only(body, m.busy[id]) {
		m.t.Errorf("%s of %s was answered with %s", id, m.busy[id], body)
	}
	if m.working, m.answered = m.working-1, m.answered+1; m.answered == 1000 {
		close(m.done)
	}
	w.WriteHeader(http.StatusAccepted)
}

func (m *manyAtOnce) next(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	if m.left == 0 {
		m.mu.Unlock()
		<-r.Context().Done()
		return
	}
	sub := newSub()
	id := "request-" + sub[len(sub)-12:]
	m.left, m.working, m.busy[id] = m.left-1, m.working+1, sub
	m.most = max(m.most, m.working)
	m.mu.Unlock()
	w.Header().Set("Lambda-Runtime-Aws-Request-Id", id)
	w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(4*time.Second).UnixMilli()))
	_, _ = w.Write(bytes.ReplaceAll(event(m.function, sub), []byte("ada@example.com"), []byte(sub+"@example.com")))
}

// run starts the process, waits for all answers, ends it and returns what it printed.
func (m *manyAtOnce) run(t *testing.T, api, store string) []byte {
	t.Helper()
	cmd := exec.Command(packages + "/" + m.function + "/bootstrap")
	cmd.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(api, "http://"), "AWS_LAMBDA_MAX_CONCURRENCY=8", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
		"LAMBDA_TASK_ROOT=" + packages + "/" + m.function, "FUNCTION_TIMEOUT_MS=4000", "TABLE_NAME=mirror", "AWS_REGION=eu-west-1",
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_ENDPOINT_URL_DYNAMODB=" + store,
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	child, err := process.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-m.done:
	case <-child.Done():
		t.Errorf("the process ended: %v", child.Err())
	case <-time.After(2 * time.Minute):
		t.Error("not all events were answered in two minutes")
	}
	_ = child.Stop(syscall.SIGTERM, time.Second)
	return out.Bytes()
}

// look compares each log line with the event of its request id.
func (m *manyAtOnce) look(lines []byte) {
	seen := map[string]bool{}
	for line := range bytes.Lines(lines) {
		var l struct{ RequestID, User, Outcome string }
		if err := json.Unmarshal(line, &l); err != nil || m.busy[l.RequestID] == "" || seen[l.RequestID] {
			m.t.Errorf("a log line is of no event, or the second of one: %s", line)
			continue
		}
		seen[l.RequestID] = true
		sum := sha256.Sum256([]byte(pool + "#" + m.busy[l.RequestID]))
		if m.function == "usermigration" { // a name is no user, and could be guessed from a hash
			sum, l.User = [32]byte{}, l.User+hex.EncodeToString(make([]byte, 6))
		}
		if usesTable(m.function) && l.User != hex.EncodeToString(sum[:6]) {
			m.t.Errorf("the line of %s names another user: %s", m.busy[l.RequestID], line)
		}
		if l.Outcome == "failed" || l.Outcome == "degraded" {
			m.t.Errorf("an event went wrong: %s", line)
		}
	}
	if len(seen) != 1000 {
		m.t.Errorf("%d log lines, want 1000", len(seen))
	}
}
