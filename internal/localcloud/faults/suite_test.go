package faults_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults/faultstest"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

const (
	pool = "eu-west-1_Ex4mpl3Id"
	// web is an app client of events/policy.json, with the profile app.
	web = "4example4client4id4web4app"
)

// patience is the time-out after which the host kills a function, so that a hang ends. The
// tests of packages dynamo (R22) and kernel prove when functions end by themselves, by a
// clock of their own.
const patience = time.Minute

// suite is the functions, their way to the table, and their output.
type suite struct {
	host  *lambdahost.Host
	proxy *faultstest.Proxy
	gate  *faults.Gate

	mu   sync.Mutex
	seen map[string]lambdahost.Invocation // by the event's user name, a sub, and the function
}

// settings change how the functions reach the table.
type settings struct {
	tls bool
	env map[string]string
	dir string // of the packages; "" is the usual one
}

// newSuite starts the functions before a store.
func newSuite(t *testing.T, store string, how settings) *suite {
	t.Helper()
	out := &suite{seen: map[string]lambdahost.Invocation{}}
	env := map[string]string{"TABLE_NAME": directorytest.Table, "FUNCTION_TIMEOUT_MS": fmt.Sprint(patience.Milliseconds())}
	var err error
	if how.tls {
		out.proxy, env["AWS_CA_BUNDLE"], err = faultstest.StartTLS(store, t.TempDir())
	} else {
		out.proxy, err = faultstest.Start(store)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(out.proxy.Close)
	at, err := url.Parse(out.proxy.URL())
	if err != nil {
		t.Fatal(err)
	}
	if out.gate, err = faults.NewGate(at.Host); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(out.gate.Close)
	env["AWS_ENDPOINT_URL_DYNAMODB"] = at.Scheme + "://" + out.gate.Address()
	maps.Copy(env, how.env)
	out.start(t, env, how.dir)
	return out
}

func (s *suite) start(t *testing.T, env map[string]string, dir string) {
	t.Helper()
	if dir == "" {
		dir = packages
	}
	var functions []lambdahost.Function
	for _, name := range triggers.Rooms() {
		functions = append(functions, lambdahost.Function{
			Name: name, Dir: dir + "/" + name, Env: env, Timeout: patience,
			ARN: "arn:aws:lambda:eu-west-1:000000000000:function:" + name,
		})
	}
	host, err := lambdahost.Start(functions, lambdahost.Options{OnInvocation: s.keep})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	})
	s.host = host
}

func (s *suite) keep(in lambdahost.Invocation) {
	var event struct{ UserName string }
	if err := json.Unmarshal(in.Event, &event); err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[event.UserName+in.Function] = in
}

// invoke runs one event for a user and returns the invocation with its log line.
func (s *suite) invoke(t *testing.T, function, sub string) lambdahost.Invocation {
	t.Helper()
	_, err := s.host.Invoke(t.Context(), function, event(function, sub))
	if settled := s.host.Settle(t.Context()); settled != nil {
		t.Fatal(settled)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in, ok := s.seen[sub+function]
	if !ok {
		t.Fatalf("%s for %s was not reported (error %v)", function, sub, err)
	}
	return in
}

// line is the content of the invocation's one log line.
type line struct {
	Outcome, Cause, Level, FunctionName string
	Failed, Degraded, Refused           int
	Lasting                             int
	EMF                                 struct {
		CloudWatchMetrics []struct{ Metrics []struct{ Name string } }
	} `json:"_aws"`
}

// theLine reads the invocation's line and refuses none or several.
func theLine(in lambdahost.Invocation) (line, error) {
	var l line
	if len(in.LogLines) != 1 {
		return l, fmt.Errorf("%d log lines, want one: %q", len(in.LogLines), in.LogLines)
	}
	if strings.Contains(in.LogLines[0], "canary") || strings.Contains(in.LogLines[0], "arn:aws:dynamodb") {
		return l, fmt.Errorf("the log line tells what the store said: %s", in.LogLines[0])
	}
	if err := json.Unmarshal([]byte(in.LogLines[0]), &l); err != nil {
		return l, fmt.Errorf("the log line is no JSON: %w", err)
	}
	if l.FunctionName != in.Function { // the dimension by which the stack counts
		return l, fmt.Errorf("the log line is of %q: %s", l.FunctionName, in.LogLines[0])
	}
	if len(l.EMF.CloudWatchMetrics) != 1 || len(l.EMF.CloudWatchMetrics[0].Metrics) < 4 {
		return l, fmt.Errorf("the log line is no metric document: %s", in.LogLines[0])
	}
	return l, nil
}

var lastSub atomic.Int64

// newSub returns the sub of a new user.
func newSub() string { return fmt.Sprintf("f3d4c5b6-0001-4a5b-8c9d-%012d", lastSub.Add(1)) }

func key(sub string) users.Key { return users.Key{PoolID: pool, Sub: sub} }

// event is a function's most frequent event, of this user in place of Ada, or of nobody.
func event(function, sub string) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(common[function], []byte("f3d4c5b6-0001-4a5b-8c9d-00000000a001"), []byte(sub)), []byte("nobody@example.com"), []byte(sub))
}
