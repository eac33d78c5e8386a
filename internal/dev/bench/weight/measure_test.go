package weight

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cost"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/build"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/sandbox"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/spec"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/stub"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// scale weighs functions. It builds each of them three times: as deployed, for this
// machine, and for this machine with a probe.
type scale struct {
	t         *testing.T
	root, dir string
	stub      *stub.Stub
	echo      time.Duration // its packages' initialisation
	exact     map[string]cost.Figures
}

func newScale(t *testing.T) *scale {
	t.Helper()
	root, err := build.Root()
	if err != nil {
		t.Fatal(err)
	}
	s := &scale{t: t, root: root, dir: t.TempDir(), exact: map[string]cost.Figures{}}
	digest, err := spec.Digest(root)
	if err != nil {
		t.Fatal(err)
	}
	if s.stub, err = stub.Start(s.dir, digest); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.stub.Close() })
	_, _, s.echo = s.initialisation(s.build("internal/dev/bench/echo", "echo", "", ""))
	return s
}

// weigh returns a function's values in the order of Quantities.
func (s *scale) weigh(function triggers.Trigger) []float64 {
	source := "triggers/" + function.Room
	info, err := os.Stat(s.build(source, function.Room+"-arm64", "arm64", ""))
	if err != nil {
		s.t.Fatal(err)
	}
	allocs, size, took := s.initialisation(s.build(source, function.Room, "", ""))
	perEvent, bytesPerEvent := s.perEvent(function, s.build(source, function.Room+"-probe", "", filepath.Join(s.root, "internal/dev/bench/weight/testdata/probe.go")))
	return []float64{
		float64(info.Size()), float64(allocs), float64(size), float64(took) / float64(s.echo), perEvent, bytesPerEvent,
	}
}

// build returns the path of the program, bootstrap in its own folder.
func (s *scale) build(source, name, arch, extra string) string {
	s.t.Helper()
	dir := filepath.Join(s.dir, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		s.t.Fatal(err)
	}
	out := filepath.Join(dir, "bootstrap")
	if err := build.Compile(s.t.Context(), s.root, build.Program{Package: source, Out: out, Arch: arch, Extra: extra}); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// traced matches a line such as init net/http @0.62 ms, 0.021 ms clock, 5144 bytes, 31
// allocs.
var traced = regexp.MustCompile(`(?m)^init .* ([0-9.]+) ms clock, (\d+) bytes, (\d+) allocs$`)

// initialisation starts the program, which ends at once without a policy, and adds up
// what its packages did before main. The time is the least of many.
func (s *scale) initialisation(program string) (allocs, size int, took time.Duration) {
	s.t.Helper()
	took = time.Hour
	for range 15 {
		cmd := exec.CommandContext(s.t.Context(), program)
		cmd.Env = []string{"GODEBUG=inittrace=1", "GOMAXPROCS=1"}
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err == nil {
			s.t.Fatalf("%s ended well without a policy and without a Runtime API", program)
		}
		var ms float64
		allocs, size = 0, 0
		for _, line := range traced.FindAllStringSubmatch(out.String(), -1) {
			clock, _ := strconv.ParseFloat(line[1], 64)
			bytes, _ := strconv.Atoi(line[2])
			count, _ := strconv.Atoi(line[3])
			ms, size, allocs = ms+clock, size+bytes, allocs+count
		}
		if ms == 0 {
			s.t.Fatalf("%s printed no trace: %s", program, out.String())
		}
		took = min(took, time.Duration(ms*float64(time.Millisecond)))
	}
	return allocs, size, took
}

// perEvent sends warm events through the real program and asks its probe for their
// allocations.
func (s *scale) perEvent(function triggers.Trigger, program string) (allocs, size float64) {
	s.t.Helper()
	dir := filepath.Dir(program)
	if err := spec.WritePolicy(s.root, dir, function.Room); err != nil {
		s.t.Fatal(err)
	}
	event, err := spec.Event(s.root, function.Room, function.Common)
	if err != nil {
		s.t.Fatal(err)
	}
	box, err := sandbox.Start(sandbox.Program{Name: function.Room, Dir: dir, Env: append(s.stub.Environment(), deployed()...)}, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer box.Close()
	const n = 1000
	s.firstUse(function.Room, box, event)
	send(s.t, box, event, 200)
	s.exact[function.Room] = s.figures(box, event)
	allocsBefore, sizeBefore := ask(s.t, box, syscall.SIGUSR1, "allocated %d %d")
	send(s.t, box, event, n)
	allocsAfter, sizeAfter := ask(s.t, box, syscall.SIGUSR1, "allocated %d %d")
	objectsBefore, goroutinesBefore := ask(s.t, box, syscall.SIGUSR2, "in use %d %d")
	send(s.t, box, event, n)
	objectsAfter, goroutinesAfter := ask(s.t, box, syscall.SIGUSR2, "in use %d %d")
	// The runtime's own come and go; an event that leaves one thing leaves n.
	if objectsAfter > objectsBefore+n/5 || goroutinesAfter > goroutinesBefore+n/100 {
		s.t.Errorf("%s: %d events leave a trace: %d objects and %d goroutines became %d and %d",
			function.Name, n, objectsBefore, goroutinesBefore, objectsAfter, goroutinesAfter)
	}
	if faults := box.Faults(); faults > 0 {
		s.t.Fatalf("%s: %d events failed", function.Room, faults)
	}
	return float64(allocsAfter-allocsBefore) / n, float64(sizeAfter-sizeBefore) / n
}

// firstUse complains if the first event makes what the init phase could have made: the
// caches of types, pools and buffers of one part alone are more than mostFirst allocations.
func (s *scale) firstUse(room string, box *sandbox.Sandbox, event []byte) {
	s.t.Helper()
	const mostFirst = 60
	var allocs [3]uint64
	for i := range allocs {
		send(s.t, box, event, min(i, 1))
		allocs[i], _ = ask(s.t, box, syscall.SIGUSR1, "allocated %d %d")
	}
	if first, second := allocs[1]-allocs[0], allocs[2]-allocs[1]; first > second+mostFirst {
		s.t.Errorf("%s allocates %d times for the first event and %d times for the second: what the first makes belongs into Rehearse or Warm",
			room, first, second)
	}
}

// figures returns what an event costs that is the same on every machine.
func (s *scale) figures(box *sandbox.Sandbox, event []byte) (f cost.Figures) {
	s.t.Helper()
	reads, writes := s.stub.Units()
	send(s.t, box, event, 1)
	line := box.LastLine()
	f.LineBytes = len(line) + 1
	var document struct {
		AWS struct{ CloudWatchMetrics []struct{ Metrics []any } } `json:"_aws"`
	}
	if err := json.Unmarshal([]byte(line), &document); err != nil || len(document.AWS.CloudWatchMetrics) != 1 {
		s.t.Fatalf("the line is no metric document (%v): %s", err, line)
	}
	f.Metrics = len(document.AWS.CloudWatchMetrics[0].Metrics)
	readsAfter, writesAfter := s.stub.Units()
	f.Reads, f.Writes = float64(readsAfter-reads), float64(writesAfter-writes)
	return f
}

// deployed are the variables that make a line as long as a deployed function's:
// CloudFormation makes names of 64 characters from longer ones.
func deployed() []string {
	return []string{
		"FUNCTION_TIMEOUT_MS=4000", "METRICS_NAMESPACE=CognitoTriggers/CognitoTriggers-prod",
		"AWS_LAMBDA_FUNCTION_NAME=" + strings.Repeat("n", 64),
	}
}

func send(t *testing.T, box *sandbox.Sandbox, event []byte, n int) {
	t.Helper()
	for range n {
		if _, _, err := box.Invoke(event); err != nil {
			t.Fatal(err)
		}
	}
}

// ask sends the probe a signal and reads the two numbers of its answer.
func ask(t *testing.T, box *sandbox.Sandbox, what syscall.Signal, answer string) (one, two uint64) {
	t.Helper()
	before := box.LastLine() // perhaps the answer to an earlier question
	if err := syscall.Kill(box.PID(), what); err != nil {
		t.Fatal(err)
	}
	for range 3000 {
		if line := box.LastLine(); line != before {
			if n, _ := fmt.Sscanf(line, answer, &one, &two); n == 2 {
				return one, two
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the probe said nothing; the last line is %s", box.LastLine())
	return 0, 0
}
