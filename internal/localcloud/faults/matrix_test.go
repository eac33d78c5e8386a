package faults_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// bad is one way in which the store fails, for as long as it lasts.
type bad struct {
	name  string
	plan  faults.Plan
	begin func(*suite) // instead of a plan
	end   func(*suite) error
	how   settings
	// cause is the class of the error in the log; "" accepts any.
	cause string
	// lasts: waiting does not help, and the log counts that (R28).
	lasts bool
	// passes: the call succeeds nevertheless.
	passes bool
	// stays: the fault is in the functions' environment, so it cannot be repaired.
	stays bool
	// written: the writes reach the store although no reply comes back.
	written bool
}

func always(f faults.Fault) faults.Plan { return faults.Always(f) }

// bads are the faults of the network, the service and the credentials (R22, R28).
func bads(t *testing.T) []bad {
	t.Helper()
	open := func(s *suite) error { return s.gate.Open() }
	silence := func(s *suite) { s.gate.Silence(); s.gate.HangUp() }
	return []bad{
		{name: "blackhole", plan: always(faults.Blackhole), cause: "timeout"},
		{name: "10 s of latency", plan: always(faults.Delay(10 * time.Second)), cause: "timeout"},
		{name: "slow trickle", plan: always(faults.Trickle), cause: "timeout"},
		{name: "connections reset", plan: always(faults.Reset), cause: "unreachable"},
		{name: "connections cut", plan: always(faults.Cut), cause: "unreachable"},
		{name: "truncated replies", plan: always(faults.Truncate), cause: "unreachable", written: true},
		{name: "damaged replies", plan: always(faults.Damage), cause: "unreachable", written: true},
		{name: "replies lost after the write", plan: always(faults.DropReply), cause: "unreachable", written: true},
		{name: "replies that are no JSON", plan: always(faults.Answer(200, "<html>it works")), cause: "unreachable"},
		{name: "refused", begin: func(s *suite) { s.gate.Refuse() }, end: open, cause: "unreachable"},
		{name: "silent on connecting", begin: silence, end: open, cause: "timeout"},
		{name: "TLS stalls in the handshake", begin: silence, end: open, cause: "timeout", how: settings{tls: true}},
		{name: "TLS stalls in the call", plan: always(faults.StallTLS), cause: "timeout", how: settings{tls: true}},
		{name: "no such host", how: settings{env: map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": "http://dynamodb.invalid"}}, stays: true},
		{name: "throttled for ever", plan: always(faults.Refuse(400, "ProvisionedThroughputExceededException")), cause: "ProvisionedThroughputExceededException"},
		{name: "throttled by account", plan: always(faults.Refuse(400, "ThrottlingException")), cause: "ThrottlingException"},
		{name: "500 for ever", plan: always(faults.Refuse(500, "InternalServerError")), cause: "InternalServerError"},
		{name: "503 without a body", plan: always(faults.Answer(503, ""))},
		{name: "no permission", plan: always(faults.Refuse(400, "AccessDeniedException")), cause: "AccessDeniedException", lasts: true},
		{name: "no table", plan: always(faults.Refuse(400, "ResourceNotFoundException")), cause: "ResourceNotFoundException", lasts: true},
		{name: "credentials expired", plan: always(faults.Refuse(400, "ExpiredTokenException")), cause: "ExpiredTokenException", lasts: true},
		{name: "credentials unknown", plan: always(faults.Refuse(400, "UnrecognizedClientException")), cause: "UnrecognizedClientException", lasts: true},
		{name: "credentials missing", how: settings{dir: withoutCredentials(t)}, cause: "credentials", lasts: true, stays: true},
		{name: "15 minutes ahead", plan: always(faults.Skew(15 * time.Minute)), passes: true},
		{name: "15 minutes behind", plan: always(faults.Skew(-15 * time.Minute)), passes: true},
	}
}

// withoutCredentials packs the functions behind a script that removes the credentials
// that Lambda always sets.
func withoutCredentials(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range triggers.Rooms() {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		script := "#!/bin/sh\nunset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN\nLAMBDA_TASK_ROOT='" + packages + "/" + name + "' exec '" + packages + "/" + name + "/bootstrap'\n"
		if err := os.WriteFile(filepath.Join(dir, name, "bootstrap"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// short are the cells of the short form.
var short = []string{"blackhole", "connections reset", "throttled for ever", "no permission"}

// The test breaks the store in every way, a hundred times for each function in the long
// form, many at a time. Each answer is the failure table's, one log line says so, and when
// the store is well again the next event is normal.
func TestR22_R24_R28_R29_EveryCellOfTheFailureTable(t *testing.T) {
	atOnce := make(chan struct{}, 4)
	for _, b := range bads(t) {
		t.Run(b.name, func(t *testing.T) {
			if !slices.Contains(short, b.name) {
				form.Often(t, 0, 1, 1)
			}
			t.Parallel()
			atOnce <- struct{}{}
			defer func() { <-atOnce }()
			store := newQuick(t)
			s := newSuite(t, store.URL, b.how)
			if !b.stays {
				s.each(t, form.Often(t, 2, 4, 10), 1, s.inTheEnd(t, normal)) // the environments exist and are warm
			}
			s.broken(t, b, store)
			if !b.stays {
				s.well(t, b)
			}
		})
	}
}

// broken runs the events during the fault.
func (s *suite) broken(t *testing.T, b bad, store *quick) {
	t.Helper()
	before := store.writes.Load()
	s.proxy.Set(b.plan)
	if b.begin != nil {
		b.begin(s)
	}
	var slowest, events atomic.Int64
	s.each(t, form.Often(t, 2, 4, 10), form.Often(t, 1, 2, 10), s.inTheEnd(t, func(in lambdahost.Invocation) error {
		slowest.Store(max(slowest.Load(), int64(in.Duration)))
		events.Add(1)
		return b.cell(in)
	}))
	t.Logf("%d events, the slowest answer took %v; the store was called %d times",
		events.Load(), time.Duration(slowest.Load()).Round(time.Millisecond), s.proxy.Calls())
	// Three attempts; the transport may repeat one if an idle connection turns out
	// closed.
	if calls := s.proxy.Calls(); calls > 4*events.Load() {
		t.Errorf("the store was called %d times, want at most four times for each request", calls)
	}
	if wrote := store.writes.Load() > before; !b.passes && wrote != b.written {
		t.Errorf("writes reached the store: %v, want %v", wrote, b.written)
	}
}

// cell compares an answer with the table.
func (b bad) cell(in lambdahost.Invocation) error {
	switch {
	case b.passes, !usesTable(in.Function):
		return normal(in)
	case in.Function == "usermigration": // the only one that uses the table and fails closed
		if in.FunctionError == nil || !strings.Contains(in.FunctionError.Error(), deny.SignInUnavailable.Sentence) {
			return fmt.Errorf("the answer is %s, %w", in.Reply, in.FunctionError)
		}
	case in.FunctionError != nil:
		return fmt.Errorf("the function failed: %w", in.FunctionError)
	}
	l, err := theLine(in)
	if err != nil {
		return err
	}
	// On a busy machine a reply may come too late.
	late := in.Duration > 250*time.Millisecond && strings.HasSuffix(l.Cause, "timeout")
	if !strings.HasSuffix(l.Cause, b.cause) && !late {
		return fmt.Errorf("the cause is %q, want %s", l.Cause, b.cause)
	}
	want := line{Outcome: "failed", Level: "ERROR", Failed: 1}
	if in.Function == "pretokengeneration" {
		want = line{Outcome: "degraded", Level: "WARN", Degraded: 1}
	}
	if l.Outcome != want.Outcome || l.Level != want.Level || l.Failed != want.Failed || l.Degraded != want.Degraded || l.Refused != 0 || (l.Lasting == 1) != b.lasts && !late {
		return fmt.Errorf("the log says %+v, want %+v, lasting %v", l, want, b.lasts)
	}
	return asItCame(in)
}

// asItCame expects the event unchanged. A token may still have what the policy grants to
// a remembered app client without the store.
func asItCame(in lambdahost.Invocation) error {
	if in.FunctionError != nil {
		return nil // it has no reply
	}
	if in.Function != "pretokengeneration" {
		if !bytes.Equal(in.Reply, in.Event) {
			return fmt.Errorf("the reply is not the event: %s", in.Reply)
		}
		return nil
	}
	before, own, _ := bytes.Cut(in.Event, []byte(`"response":`))
	after, response, _ := bytes.Cut(in.Reply, []byte(`"response":`))
	switch string(response) {
	case string(own), `{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["app/read"]}}}}`:
		if bytes.Equal(before, after) {
			return nil
		}
	}
	return fmt.Errorf("the reply is %s", in.Reply)
}

// normal expects the answer of a function whose store is well.
func normal(in lambdahost.Invocation) error {
	if in.FunctionError != nil {
		return fmt.Errorf("the function failed: %w", in.FunctionError)
	}
	l, err := theLine(in)
	if err != nil {
		return err
	}
	want, known := map[string]string{
		"presignup": "allowed", "postconfirmation": "recorded", "postauthentication": "recorded", "pretokengeneration": "enriched", "usermigration": "nobody",
	}[in.Function]
	if known && l.Outcome != want || l.Failed != 0 || l.Degraded != 0 || l.Level != "INFO" {
		return fmt.Errorf("the log says %+v, want %s", l, want)
	}
	if granted := bytes.Contains(in.Reply, []byte(`"roles":["editor"]`)); granted != (in.Function == "pretokengeneration") {
		return fmt.Errorf("the reply is %s", in.Reply)
	}
	return nil
}

// well runs the events after the fault, which must be normal.
func (s *suite) well(t *testing.T, b bad) {
	t.Helper()
	s.proxy.Set(nil)
	if b.end != nil {
		if err := b.end(s); err != nil {
			t.Fatal(err)
		}
	}
	var asked, late atomic.Int64
	s.each(t, form.Often(t, 2, 4, 10), form.Often(t, 1, 1, 10), func(in lambdahost.Invocation) error {
		if usesTable(in.Function) {
			asked.Add(1)
			late.Add(timedOut(in))
		}
		if err := s.inTheEnd(t, normal)(in); err != nil {
			return fmt.Errorf("after the fault: %w", err)
		}
		return nil
	})
	if late.Load() == asked.Load() { // a busy machine does not delay every event
		t.Errorf("after the fault each of %d events timed out", asked.Load())
	}
}

// inTheEnd lets look judge an invocation, and others of the function while they time out:
// on a busy machine the answer of a healthy store may be late.
func (s *suite) inTheEnd(t *testing.T, look func(lambdahost.Invocation) error) func(lambdahost.Invocation) error {
	return func(in lambdahost.Invocation) error {
		err := look(in)
		for tries := 0; tries < 20 && err != nil && timedOut(in) == 1; tries++ {
			in = s.invoke(t, in.Function, newSub())
			err = look(in)
		}
		return err
	}
}

// timedOut returns 1 if the function says that the store did not answer in time, else 0.
func timedOut(in lambdahost.Invocation) int64 {
	if l, err := theLine(in); err == nil && strings.HasSuffix(l.Cause, "timeout") {
		return 1
	}
	return 0
}

// each calls every function, width times at a time and length times in a row, each time
// for another user, and passes the invocations to look.
func (s *suite) each(t *testing.T, width, length int, look func(lambdahost.Invocation) error) {
	t.Helper()
	var all sync.WaitGroup
	for _, function := range triggers.Rooms() {
		for range width {
			all.Go(func() {
				for range length {
					if err := look(s.invoke(t, function, newSub())); err != nil {
						t.Errorf("%s: %v", function, err)
						return
					}
				}
			})
		}
	}
	all.Wait()
}
