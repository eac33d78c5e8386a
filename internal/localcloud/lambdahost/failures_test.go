package lambdahost

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/process"
)

func TestFailuresReadAsOnLambda(t *testing.T) {
	t.Parallel()
	const id = `RequestId: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} Error: `
	for _, c := range []struct{ name, event, kind, message string }{
		{"returned error", `{"do":"error","message":"no such rule"}`, "errorString", `^no such rule$`},
		{"panic", `{"do":"panic","message":"boom"}`, "string", `^boom$`},
		{"exit with a status", `{"do":"exit","code":7}`, "Runtime.ExitError", `^` + id + `Runtime exited with error: exit status 7$`},
		{"exit without one", `{"do":"exit"}`, "Runtime.ExitError", `^` + id + `Runtime exited without providing a reason$`},
		{"timeout", `{"do":"sleep","ms":90000}`, "Sandbox.Timedout", `^` + id + `Task timed out after 1\.50 seconds$`},
		{"reply over 6 MB", `{"do":"big","bytes":6291457}`, "Function.ResponseSizeTooLarge", `maximum allowed payload size \(6291456 bytes\)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			limit := time.Minute
			if c.name == "timeout" {
				limit = 1500 * time.Millisecond
			}
			host, j := start(t, Function{Timeout: limit}, Options{})
			fail := failure(t, host, c.event)
			if fail.Type != c.kind || !regexp.MustCompile(c.message).MatchString(fail.Message) {
				t.Errorf("got %s: %s", fail.Type, fail.Message)
			}
			if !strings.Contains(string(fail.Payload), `"errorMessage":`) {
				t.Errorf("payload %s", fail.Payload)
			}
			if got := invoke(t, host, `{"do":"echo"}`); got != `{"do":"echo"}` {
				t.Errorf("the next event got %s", got)
			}
			if seen := j.all(t, host); seen[0].FunctionError == nil || seen[0].Reply != nil || seen[1].FunctionError != nil {
				t.Errorf("reported %+v", seen)
			}
		})
	}
}

func TestReplyOfExactlySixMegabytesPasses(t *testing.T) {
	t.Parallel()
	host, _ := start(t, Function{}, Options{})
	if got := len(invoke(t, host, `{"do":"big","bytes":6291456}`)); got != 6291456 {
		t.Errorf("got %d bytes", got)
	}
}

func TestReturnedErrorKeepsTheEnvironment(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{}, Options{})
	failure(t, host, `{"do":"error","message":"x"}`)
	invokeSettled(t, host, `{}`)
	if seen := j.all(t, host); seen[0].PID != seen[1].PID {
		t.Errorf("an error cost the environment: %d then %d", seen[0].PID, seen[1].PID)
	}
}

func TestTimeoutKillsTheProcess(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{Timeout: 300 * time.Millisecond}, Options{})
	failure(t, host, `{"do":"sleep","ms":90000}`)
	seen := j.all(t, host)[0]
	gone(t, seen.PID)
	if seen.Duration < 300*time.Millisecond { // the process is gone: its sleep did not end
		t.Errorf("the event had %v", seen.Duration)
	}
}

func TestFailedInitIsRepeatedOnceWithinTheInvocation(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"exit", "error", "hang"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			init := "first:" + how + ":" + filepath.Join(t.TempDir(), "started")
			host, j := start(t, Function{Env: map[string]string{"INIT": init}}, Options{InitLimit: time.Second})
			invoke(t, host, `{}`)
			if seen := j.all(t, host); !seen[0].Cold || seen[0].InitDuration == 0 {
				t.Errorf("reported %+v", seen[0])
			}
		})
	}
}

func TestInitThatFailsTwiceFailsTheEvent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ how, kind, message string }{
		{"exit", "Runtime.ExitError", "Runtime exited with error: exit status 3"},
		{"error", "Policy.Invalid", "line 3: no such rule"},
		{"hang", "Sandbox.Timedout", "Task timed out after 0.70 seconds"},
	} {
		t.Run(c.how, func(t *testing.T) {
			t.Parallel()
			limit := time.Minute
			if c.how == "hang" {
				limit = 700 * time.Millisecond
			}
			host, j := start(t, Function{Timeout: limit, Env: map[string]string{"INIT": c.how}},
				Options{InitLimit: time.Second})
			fail := failure(t, host, `{}`)
			if fail.Type != c.kind || !strings.HasSuffix(fail.Message, c.message) {
				t.Errorf("got %s: %s", fail.Type, fail.Message)
			}
			seen := j.all(t, host)[0]
			if c.how == "exit" && strings.Join(seen.LogLines, "|") != "init: giving up|init: giving up" {
				t.Errorf("log %q", seen.LogLines)
			}
			if left := host.Environments("worker"); len(left) != 0 {
				t.Errorf("%d environments left", len(left))
			}
		})
	}
}

func TestPackageWithoutBootstrapIsInvalidEntrypoint(t *testing.T) {
	t.Parallel()
	empty, script := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(script, "bootstrap"), []byte("not a program"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{empty, script} {
		host, _ := start(t, Function{Dir: dir}, Options{})
		if fail := failure(t, host, `{}`); fail.Type != "Runtime.InvalidEntrypoint" {
			t.Errorf("got %v", fail)
		}
	}
}

func TestEnvironmentThatNeverAsksAgainIsKilledAtTheDeadline(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{Timeout: 2 * time.Second, Env: map[string]string{"INIT": "stubborn"}}, Options{})
	got := invoke(t, host, `{}`)
	if alive := host.Environments("worker"); got != `"done"` || len(alive) != 1 {
		t.Errorf("got %s; %d environments are left before the deadline", got, len(alive))
	}
	seen := j.all(t, host)[0]
	gone(t, seen.PID)
	if log := strings.Join(seen.LogLines, "|"); log != "answering|status 202|status 400" || seen.FunctionError != nil {
		t.Errorf("log %q, error %v", log, seen.FunctionError)
	}
}

func TestKilledAndFrozenEnvironments(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{Timeout: time.Second}, Options{})
	invoke(t, host, `{}`)
	j.all(t, host)
	idle := host.Environments("worker")[0]
	if err := idle.Kill(); err != nil {
		t.Fatal(err)
	}
	invoke(t, host, `{}`) // the death of an idle environment does not fail the next event
	j.all(t, host)
	warm := host.Environments("worker")[0]
	if err := warm.Freeze(); err != nil {
		t.Fatal(err)
	}
	if fail := failure(t, host, `{}`); fail.Type != "Sandbox.Timedout" {
		t.Errorf("a frozen environment gave %v", fail)
	}
	gone(t, warm.PID())
	invoke(t, host, `{}`)
	j.all(t, host)
	thawed := host.Environments("worker")[0]
	if err := thawed.Freeze(); err != nil {
		t.Fatal(err)
	}
	if err := thawed.Thaw(); err != nil {
		t.Fatal(err)
	}
	invoke(t, host, `{}`)
	if seen := j.all(t, host); seen[len(seen)-1].PID != thawed.PID() {
		t.Error("a thawed environment was not used")
	}
}

// The Go runtime posts a panic's error and exits: the host may notice the end first.
func TestAnswerOfAProcessThatIsGoneCounts(t *testing.T) {
	child, err := process.Start(exec.Command("true"))
	if err != nil {
		t.Fatal(err)
	}
	<-child.Done()
	for range 50 {
		env := &environment{child: child, work: make(chan *call), posted: make(chan answer, 1)}
		env.posted <- answer{reply: []byte("posted")}
		if got := env.serve(&call{deadline: time.Now().Add(time.Minute)}); string(got.reply) != "posted" {
			t.Fatalf("got %+v", got)
		}
	}
}
