package live

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// Edits let odd.example in and even.example out, and the other way round. A sign-up gets
// the answer of the policy that acted when it began, or of one that began to act since.
func TestR63_EditsUnderTrafficAnswerByTheOldOrTheNewPolicy(t *testing.T) {
	t.Parallel()
	edits := form.Often(t, 3, 14, 50)
	r := start(t, "", "")
	var saved, acted, asked atomic.Int64
	var exact [2]atomic.Int64 // answers that only one policy could have been
	var done atomic.Bool
	text := func(n int64) string { return r.with(deny, "deny: ["+[]string{"even", "odd"}[n%2]+".example]") }
	r.acts(text(0))
	var group sync.WaitGroup
	for worker := range 3 {
		group.Go(func() {
			for n := 0; !done.Load() && !t.Failed(); n++ {
				domain := int64(n % 2)
				from := acted.Load()
				why := r.signUp(fmt.Sprintf("person%d-%d@%s.example", worker, n, []string{"even", "odd"}[domain]))
				to := saved.Load()
				asked.Add(1)
				refused := strings.Contains(why, "of this e-mail provider are not accepted")
				if why != "" && !refused {
					t.Errorf("neither policy says: %s", why)
				}
				if from == to {
					exact[from%2].Add(1)
					if refused != (from%2 == domain) {
						t.Errorf("policy %d said to %s: %q", from, []string{"even", "odd"}[domain], why)
					}
				}
			}
		})
	}
	for n := int64(1); n <= int64(edits); n++ {
		saved.Store(n)
		r.acts(text(n))
		acted.Store(n)
		for until := asked.Load() + 12; asked.Load() < until && !t.Failed(); {
			time.Sleep(time.Millisecond)
		}
	}
	done.Store(true)
	group.Wait()
	if exact[0].Load() == 0 || exact[1].Load() == 0 {
		t.Errorf("%d and %d answers say anything", exact[0].Load(), exact[1].Load())
	}
	r.noneLeft()
	t.Logf("%d edits, %d sign-ups, %d of them between two edits", edits, asked.Load(), exact[0].Load()+exact[1].Load())
}

// mostFolders is how many folders a function keeps: that of now, and those of versions to
// which a rollback may lead.
const mostFolders = 11

// noneLeft finds no process that ran a function and is not one of those that run now, and
// no more folders than are kept.
func (r *rig) noneLeft() {
	r.t.Helper()
	if err := r.cloud.Settle(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	var live []int
	for _, fn := range r.watcher.functions.all {
		for _, env := range r.cloud.Functions.Environments(fn.name) {
			live = append(live, env.PID())
		}
	}
	for _, fn := range r.watcher.functions.all {
		for tries := 0; ; tries++ {
			made, err := filepath.Glob(filepath.Join(r.watcher.functions.folder, fn.room+"-*"))
			if err != nil || len(made) <= mostFolders {
				break
			}
			if time.Sleep(10 * time.Millisecond); tries == 3000 {
				r.t.Fatalf("folders are left: %v", made)
			}
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, in := range r.ran {
		for tries := 0; !slices.Contains(live, in.PID) && in.PID != 0 && syscall.Kill(in.PID, 0) == nil; tries++ {
			if time.Sleep(10 * time.Millisecond); tries == 3000 {
				r.t.Fatalf("process %d of %s is left", in.PID, in.Function)
			}
		}
	}
}

// The figures are for the reader.
func TestR63_FromTheSaveToTheEffect(t *testing.T) {
	edits := form.Often(t, 0, 0, 20)
	r := start(t, "", "")
	r.signUp("warm@corp.example")
	var took []time.Duration
	for n := range edits {
		began := time.Now()
		r.save(r.with(deny, fmt.Sprintf("deny: [n%d.example]", n)))
		for try := 0; r.signUp(fmt.Sprintf("person%d@n%d.example", try, n)) == ""; try++ {
			if try == 10_000 {
				t.Fatal("the edit does not act")
			}
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	t.Logf("%d edits from the save to the first refused sign-up, which came cold: median %v, longest %v", edits, took[edits/2].Round(time.Millisecond), took[edits-1].Round(time.Millisecond))
}
