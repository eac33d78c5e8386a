package lambdahost

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// bootstrapDir holds the built test function.
var bootstrapDir string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "lambdahost")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "bootstrap"), "./testdata/bootstrap")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the test function: %v\n%s", err, out)
		return 1
	}
	bootstrapDir = dir
	return m.Run()
}

// journal keeps what the host reports.
type journal struct {
	mu   sync.Mutex
	seen []Invocation
}

func (j *journal) add(in Invocation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen = append(j.seen, in)
}

// all settles the host and returns the reports in the order of their start.
func (j *journal) all(t *testing.T, host *Host) []Invocation {
	t.Helper()
	if err := host.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	seen := slices.Clone(j.seen)
	slices.SortFunc(seen, func(a, b Invocation) int { return a.Start.Compare(b.Start) })
	return seen
}

// start hosts one function, "worker", with a short timeout unless it has one.
func start(t *testing.T, fn Function, opts Options) (*Host, *journal) {
	t.Helper()
	j := &journal{}
	opts.OnInvocation = j.add
	fn.Name = "worker"
	if fn.Dir == "" {
		fn.Dir = bootstrapDir
	}
	host, err := Start([]Function{fn}, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	})
	return host, j
}

func invoke(t *testing.T, host *Host, event string) string {
	t.Helper()
	reply, err := host.Invoke(t.Context(), "worker", []byte(event))
	if err != nil {
		t.Fatalf("invoking with %s: %v", event, err)
	}
	return string(reply)
}

// failure invokes and expects the function to fail.
func failure(t *testing.T, host *Host, event string) *FunctionError {
	t.Helper()
	reply, err := host.Invoke(t.Context(), "worker", []byte(event))
	fail, ok := errors.AsType[*FunctionError](err)
	if !ok {
		t.Fatalf("invoking with %s: got reply %s, error %v, want a function error", event, reply, err)
	}
	return fail
}

type seenContext struct {
	Served    int
	PID       int
	CWD       string
	ARN       string
	RequestID string
	LeftMs    int64
	Trace     string
}

func contextSeen(t *testing.T, reply string) seenContext {
	t.Helper()
	var c seenContext
	if err := json.Unmarshal([]byte(reply), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// gone waits for a process to end and be reaped.
func gone(t *testing.T, pid int) {
	t.Helper()
	for range 3000 {
		if !exists(pid) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %d is still there", pid)
}
