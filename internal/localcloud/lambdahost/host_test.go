package lambdahost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestReplyIsTheFunctionsBytes(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{}, Options{})
	event := `{"do":"echo",  "n": 1e2}`
	if got := invoke(t, host, event); got != event {
		t.Errorf("got %s", got)
	}
	seen := j.all(t, host)
	if len(seen) != 1 || string(seen[0].Event) != event || string(seen[0].Reply) != event || seen[0].Function != "worker" {
		t.Errorf("reported %+v", seen)
	}
}

func TestWarmEnvironmentIsReused(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{}, Options{})
	first := contextSeen(t, invoke(t, host, `{"do":"context"}`))
	second := contextSeen(t, invokeSettled(t, host, `{"do":"context"}`))
	if first.PID != second.PID || first.Served != 1 || second.Served != 2 {
		t.Errorf("got %+v then %+v", first, second)
	}
	seen := j.all(t, host)
	if !seen[0].Cold || seen[0].InitDuration <= 0 || seen[1].Cold || seen[1].InitDuration != 0 {
		t.Errorf("reported cold %v %v, then %v %v", seen[0].Cold, seen[0].InitDuration, seen[1].Cold, seen[1].InitDuration)
	}
}

// invokeSettled waits until the environment of the previous event is free.
func invokeSettled(t *testing.T, host *Host, event string) string {
	t.Helper()
	if err := host.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return invoke(t, host, event)
}

func TestOverlappingEventsGetTheirOwnEnvironments(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{}, Options{})
	var group sync.WaitGroup
	for range 5 {
		group.Go(func() {
			if _, err := host.Invoke(t.Context(), "worker", []byte(`{"do":"sleep","ms":300}`)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	pids := map[int]bool{}
	for _, in := range j.all(t, host) {
		pids[in.PID] = true
	}
	if len(pids) != 5 || len(host.Environments("worker")) != 5 {
		t.Errorf("5 overlapping events ran in %d processes, %d live", len(pids), len(host.Environments("worker")))
	}
}

func TestFunctionSeesLambdasContext(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{Timeout: 10 * time.Minute, Aliases: []string{"live"}}, Options{})
	reply, err := host.Invoke(t.Context(), "worker:live", []byte(`{"do":"context"}`))
	if err != nil {
		t.Fatal(err)
	}
	c, seen := contextSeen(t, string(reply)), j.all(t, host)[0]
	if c.ARN != "arn:aws:lambda:us-east-1:000000000000:function:worker:live" || c.ARN != seen.InvokedARN {
		t.Errorf("invoked ARN %q, reported %q", c.ARN, seen.InvokedARN)
	}
	if c.RequestID == "" || c.RequestID != seen.RequestID || !strings.HasPrefix(c.Trace, "Root=1-") {
		t.Errorf("got %+v, reported %q", c, seen.RequestID)
	}
	if left := time.Duration(c.LeftMs) * time.Millisecond; left <= 0 || left > 10*time.Minute {
		t.Errorf("%v left of a timeout of 10 min", left)
	}
	if c.CWD != bootstrapDir {
		t.Errorf("working folder %s", c.CWD)
	}
}

func TestFunctionsEnvironmentIsLambdasNotTheHosts(t *testing.T) {
	t.Setenv("SECRET_OF_THE_HOST", "x")
	host, _ := start(t, Function{Env: map[string]string{"TABLE_NAME": "t", "AWS_REGION": "forged"}, MemoryMiB: 256},
		Options{Env: map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1", "TABLE_NAME": "below"}})
	var vars []string
	if err := json.Unmarshal([]byte(invoke(t, host, `{"do":"environment"}`)), &vars); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"TABLE_NAME=t", "AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:1", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_LAMBDA_FUNCTION_NAME=worker", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
		"AWS_LAMBDA_LOG_FORMAT=JSON", "LAMBDA_TASK_ROOT=" + bootstrapDir, "_HANDLER=bootstrap", "TZ=:UTC",
	} {
		if !slices.Contains(vars, want) {
			t.Errorf("%s is missing in %v", want, vars)
		}
	}
	if slices.Contains(vars, "AWS_SECRET_ACCESS_KEY=local") || slices.Contains(vars, "AWS_SESSION_TOKEN=") {
		t.Errorf("it has no key of its own: %v", vars)
	}
	if slices.ContainsFunc(vars, func(v string) bool {
		return strings.HasPrefix(v, "SECRET_OF_THE_HOST") || strings.HasPrefix(v, "HOME=")
	}) {
		t.Errorf("the host's environment came through: %v", vars)
	}
}

func TestCallersCancellationDoesNotStopTheFunction(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{}, Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := host.Invoke(ctx, "worker", []byte(`{"do":"sleep","ms":600}`)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	eventually(t, "the function to end by itself", func() bool { seen := j.all(t, host); return len(seen) == 1 && seen[0].FunctionError == nil })
}

func eventually(t *testing.T, what string, true func() bool) {
	t.Helper()
	for range 3000 {
		if true() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("waited in vain for %s", what)
}

func TestReservedConcurrencyThrottles(t *testing.T) {
	t.Parallel()
	host, _ := start(t, Function{ReservedConcurrency: 1}, Options{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = host.Invoke(t.Context(), "worker", []byte(`{"do":"sleep","ms":1500}`))
	}()
	eventually(t, "the first event to run", func() bool { return len(host.Environments("worker")) == 1 })
	_, err := host.Invoke(t.Context(), "worker", nil)
	if refusal, ok := errors.AsType[*ServiceError](err); !ok || refusal.Code != "TooManyRequestsException" || refusal.Status != 429 {
		t.Errorf("got %v", err)
	}
	<-done
}

func TestLambdaRefusesBeforeAnyProcess(t *testing.T) {
	t.Parallel()
	host, j := start(t, Function{Aliases: []string{"live"}}, Options{})
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:worker"
	for _, c := range []struct{ name, event, code string }{
		{"worker", "{}", ""},
		{"worker:live", "{}", ""},
		{"worker:$LATEST", "{}", ""},
		{arn, "{}", ""},
		{arn + ":live", "{}", ""},
		{"000000000000:function:worker", "{}", ""},
		{"worker", "", ""},
		{"stranger", "{}", "ResourceNotFoundException"},
		{"worker:blue", "{}", "ResourceNotFoundException"},
		{"arn:aws:lambda:eu-west-1:000000000000:function:worker", "{}", "ResourceNotFoundException"},
		{"worker", "{", "InvalidRequestContentException"},
		{"worker", `"` + strings.Repeat("x", 6<<20) + `"`, "RequestTooLargeException"},
	} {
		t.Run(fmt.Sprintf("%.60s %.9s", c.name, c.event), func(t *testing.T) {
			before := len(j.all(t, host))
			_, err := host.Invoke(t.Context(), c.name, []byte(c.event))
			refusal, refused := errors.AsType[*ServiceError](err)
			if refused != (c.code != "") || (refused && refusal.Code != c.code) {
				t.Fatalf("got %v, want code %q", err, c.code)
			}
			if ran := len(j.all(t, host)) - before; refused && ran != 0 {
				t.Errorf("%d events ran", ran)
			}
		})
	}
}

func TestBusyAddressIsSaid(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	host, err := Start(nil, Options{Port: taken.Addr().(*net.TCPAddr).Port})
	if err == nil {
		_ = host.Close()
		t.Fatal("started on a busy address")
	}
	if !strings.Contains(err.Error(), "address already in use") || !strings.Contains(err.Error(), taken.Addr().String()) {
		t.Errorf("got %v", err)
	}
}

func TestCloseLeavesNoProcess(t *testing.T) {
	t.Parallel()
	host, _ := start(t, Function{Timeout: time.Minute}, Options{})
	idle := contextSeen(t, invoke(t, host, `{"do":"context"}`)).PID
	if err := host.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := host.Invoke(t.Context(), "worker", []byte(`{"do":"sleep","ms":60000}`))
			answered <- err
		}()
	}
	eventually(t, "two busy environments", func() bool { return len(host.Environments("worker")) == 2 })
	busy := host.Environments("worker")
	if err := host.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := <-answered; err == nil {
			t.Error("a killed function answered")
		}
	}
	gone(t, idle)
	for _, env := range busy {
		gone(t, env.PID())
	}
	if _, err := host.Invoke(t.Context(), "worker", nil); err == nil {
		t.Error("a closed host served")
	}
	if err := host.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}
