package lambdahost

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

// another returns a folder of its own with the test function.
func another(t *testing.T, parent string, n int) string {
	t.Helper()
	dir := filepath.Join(parent, strconv.Itoa(n))
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(bootstrapDir, "bootstrap"), filepath.Join(dir, "bootstrap")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func replace(t *testing.T, host *Host, dir string) <-chan struct{} {
	t.Helper()
	over, err := host.Replace("worker", dir)
	if err != nil {
		t.Fatal(err)
	}
	return over
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestR63_AReplacedFunctionRunsTheNewCodeAndABusyOneFinishes(t *testing.T) {
	t.Parallel()
	host, _ := start(t, Function{}, Options{})
	idle := contextSeen(t, invoke(t, host, `{"do":"context"}`))
	if err := host.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	parent := t.TempDir()
	first := another(t, parent, 1)
	if !closed(replace(t, host, first)) {
		t.Error("the folder of before is in use, and nothing ran in it")
	}
	gone(t, idle.PID)

	answered := make(chan error)
	go func() {
		_, err := host.Invoke(t.Context(), "worker", []byte(`{"do":"sleep","ms":1500}`))
		answered <- err
	}()
	eventually(t, "the first event to run", func() bool { return len(host.Environments("worker")) == 1 })
	second := another(t, parent, 2)
	over := replace(t, host, second)
	if closed(over) {
		t.Error("the folder of before is free while an event runs in it")
	}
	if now := contextSeen(t, invoke(t, host, `{"do":"context"}`)); now.CWD != second || now.Served != 1 {
		t.Errorf("an event after the replacement ran in %+v", now)
	}
	if err := <-answered; err != nil {
		t.Errorf("the event that ran meanwhile: %v", err)
	}
	<-over
	if left := host.Environments("worker"); len(left) != 1 {
		t.Errorf("%d environments are left", len(left))
	}
	if _, err := host.Replace("stranger", first); err == nil {
		t.Error("replaced a function that is not there")
	}
}

// Each folder is removed as soon as it is free. An event that began after a replacement
// never runs in an older folder.
func TestR63_FiftyReplacementsLoseNoEventAndLeaveNoProcess(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{}, Options{})
	parent := t.TempDir()
	replace(t, host, another(t, parent, 0))
	var replaced, asked atomic.Int64
	var done atomic.Bool
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for !done.Load() {
				from := replaced.Load()
				reply, err := host.Invoke(t.Context(), "worker", []byte(`{"do":"context"}`))
				to := replaced.Load() + 1
				asked.Add(1)
				if err != nil {
					t.Errorf("an event is lost: %v", err)
					return
				}
				if ran := runsIn(t, string(reply)); ran < from || ran > to {
					t.Errorf("an event that began with %d and ended with %d at most ran in %d", from, to, ran)
				}
			}
		})
	}
	for n := 1; n <= 50; n++ {
		over := replace(t, host, another(t, parent, n))
		replaced.Store(int64(n))
		group.Go(func() {
			<-over
			if err := os.RemoveAll(filepath.Join(parent, strconv.Itoa(n-1))); err != nil {
				t.Error(err)
			}
		})
		before := asked.Load()
		eventually(t, "an event between two replacements", func() bool { return asked.Load() > before || t.Failed() })
	}
	done.Store(true)
	group.Wait()
	pids := map[int]bool{}
	seen := j.all(t, host)
	for _, in := range seen {
		pids[in.PID] = true
	}
	if len(seen) != int(asked.Load()) {
		t.Errorf("%d events, %d reports", asked.Load(), len(seen))
	}
	for _, live := range host.Environments("worker") {
		delete(pids, live.PID())
	}
	for pid := range pids {
		gone(t, pid)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) != 1 || left[0].Name() != "50" {
		t.Errorf("left %v, %v", left, err)
	}
}

func runsIn(t *testing.T, reply string) int64 {
	n, err := strconv.ParseInt(filepath.Base(contextSeen(t, reply).CWD), 10, 64)
	if err != nil {
		t.Error(fmt.Errorf("where an event ran: %w", err))
	}
	return n
}

func TestR63_AFunctionThatClosesIsNotReplacedIntoLife(t *testing.T) {
	t.Parallel()
	host, _ := start(t, Function{}, Options{})
	invoke(t, host, `{"do":"echo"}`)
	if err := host.Close(); err != nil {
		t.Fatal(err)
	}
	replace(t, host, another(t, t.TempDir(), 1))
	if left := host.Environments("worker"); len(left) != 0 {
		t.Errorf("%d environments after the end", len(left))
	}
	if _, err := host.Invoke(t.Context(), "worker", nil); err == nil {
		t.Error("a closed host served")
	}
}
