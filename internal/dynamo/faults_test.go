package dynamo

import (
	"context"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// TestR22_R24_EveryFaultEndsInTimeWithItsCode is the table of lasting faults: how the
// call ends, after how many attempts, and whether an operator must act.
func TestR22_R24_EveryFaultEndsInTimeWithItsCode(t *testing.T) {
	for name, fault := range map[string]struct {
		answer   http.HandlerFunc
		code     string
		attempts int64
		lasting  bool
	}{
		"500":                   {reply(500, "InternalServerError"), "InternalServerError", 3, false},
		"503 without a body":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, "", 3, false},
		"throttled":             {reply(400, "ProvisionedThroughputExceededException"), "ProvisionedThroughputExceededException", 3, false},
		"throttled by account":  {reply(400, "ThrottlingException"), "ThrottlingException", 3, false},
		"connection cut":        {abort, "unreachable", 3, false},
		"truncated":             {truncate, "unreachable", 3, false},
		"damaged":               {damaged, "unreachable", 3, false},
		"no JSON":               {garbage, "unreachable", 3, false},
		"no JSON, 502":          {func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(502); garbage(w, r) }, "", 3, false},
		"blackhole":             {blackhole, "timeout", 3, false},
		"trickle":               {trickle, "timeout", 3, false},
		"no permission":         {reply(400, "AccessDeniedException"), "AccessDeniedException", 1, true},
		"no table":              {reply(400, "ResourceNotFoundException"), "ResourceNotFoundException", 1, true},
		"expired credentials":   {reply(400, "ExpiredTokenException"), "ExpiredTokenException", 1, true},
		"wrong request":         {reply(400, "ValidationException"), "ValidationException", 1, true},
		"someone else's answer": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(302) }, "", 1, true},
	} {
		bubble(t, name, func(t *testing.T) {
			server := newPiped(t, fault.answer)
			s, _ := at(t, server.URL, server.here)
			start := time.Now()
			write, err := signIn(t.Context(), s)
			took := time.Since(start)
			failure, isError := err.(*Error)
			if write != users.Failed || !isError || (fault.code != "" && failure.ErrorCode() != fault.code) || (fault.code != "" && failure.Lasting() != fault.lasting) {
				t.Errorf("the write was %q with error %v, want code %s (lasting %v)", write, err, fault.code, fault.lasting)
			}
			if got := server.requests.Load(); got != fault.attempts {
				t.Errorf("%d attempts, want %d", got, fault.attempts)
			}
			least := time.Duration(0)
			if fault.code == "timeout" {
				least = 3 * 700 * time.Millisecond
			}
			if took < least || took > least+75*time.Millisecond {
				t.Errorf("it took %v, want %v and two short waits", took, least)
			}
			if text := err.Error(); strings.Contains(text, "arn:") || strings.Contains(text, "@") || strings.Contains(text, ada.Sub) {
				t.Errorf("the error tells too much: %s", text)
			}
		})
	}
}

// TestR24_AFaultThatPassesIsNotSeen lets two attempts fail and the third succeed.
func TestR24_AFaultThatPassesIsNotSeen(t *testing.T) {
	for name, fault := range map[string]http.HandlerFunc{
		"500": reply(500, "InternalServerError"), "throttled": reply(400, "ThrottlingException"),
		"connection cut": abort, "truncated": truncate, "damaged": damaged, "no JSON": garbage,
		"blackhole": blackhole, "trickle": trickle,
	} {
		bubble(t, name, func(t *testing.T) {
			server := newPiped(t, after(2, fault))
			s, _ := at(t, server.URL, server.here)
			if write, err := signIn(t.Context(), s); write != users.Applied || err != nil {
				t.Errorf("the write was %q with error %v", write, err)
			}
			if _, err := signIn(t.Context(), s); err != nil || server.requests.Load() != 4 {
				t.Errorf("the next write had error %v after %d requests: an outage must leave nothing behind (R29)", err, server.requests.Load())
			}
		})
	}
}

func TestR24_ARefusedConnectionIsTriedThrice(t *testing.T) {
	for name, fault := range map[string]struct {
		err   error
		dials int
		code  string
	}{
		"refused":        {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, 3, "unreachable"},
		"reset":          {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, 3, "unreachable"},
		"no such host":   {&net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}, 1, "unreachable"},
		"name server":    {&net.OpError{Op: "dial", Err: &net.DNSError{IsTimeout: true}}, 3, "timeout"},
		"any other name": {&net.OpError{Op: "dial", Err: &net.DNSError{IsTemporary: true}}, 3, "unreachable"},
	} {
		dials := 0
		s, _ := at(t, "http://dynamodb.example", func(s *settings) {
			s.dial = func(context.Context, string, string) (net.Conn, error) { dials++; return nil, fault.err }
		})
		_, err := signIn(t.Context(), s)
		if dials != fault.dials || codeIn(t, err) != fault.code {
			t.Errorf("%s: %d connections were tried, error %v, want %d and %s", name, dials, err, fault.dials, fault.code)
		}
	}
}

// TestR23_TheWaitsStayBelowAQuarterSecond counts attempts from 0 and from 1, as the
// SDK's two retry modes do.
func TestR23_TheWaitsStayBelowAQuarterSecond(t *testing.T) {
	for range 10_000 {
		for _, counting := range [][]int{{0, 1}, {1, 2}, {2, 3}, {100, 1000}} {
			var total time.Duration
			for _, attempt := range counting {
				wait, err := retryer{}.RetryDelay(attempt, nil)
				if err != nil || wait < 0 {
					t.Fatalf("attempt %d waits %v with error %v", attempt, wait, err)
				}
				total += wait
			}
			if total > 250*time.Millisecond {
				t.Fatalf("two waits last %v", total)
			}
		}
	}
}

// TestR23_TheClientIsAsBoundedAsItSays checks the client that Open makes, also with the
// SDK's next retry mode switched on.
func TestR23_TheClientIsAsBoundedAsItSays(t *testing.T) {
	for _, mode := range []string{"", "true"} {
		t.Setenv("AWS_NEW_RETRIES_2026", mode)
		t.Setenv("AWS_MAX_ATTEMPTS", "10")
		t.Setenv("AWS_RETRY_MODE", "adaptive")
		bubble(t, "AWS_NEW_RETRIES_2026="+mode, func(t *testing.T) {
			server := newPiped(t, reply(400, "ThrottlingException"))
			s, _ := at(t, server.URL, server.here)
			start := time.Now()
			_, err := signIn(t.Context(), s)
			if got := server.requests.Load(); got != 3 || err == nil || time.Since(start) > 75*time.Millisecond {
				t.Errorf("%d attempts in %v, error %v", got, time.Since(start), err)
			}
			if s.wire.attempt != 700*time.Millisecond {
				t.Errorf("an attempt lasts %v", s.wire.attempt)
			}
		})
	}
}

func TestTheCallersTimeEndsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newPiped(t, blackhole)
		s, _ := at(t, server.URL, server.here)
		const given = 50 * time.Millisecond
		ctx, cancel := context.WithTimeout(t.Context(), given)
		defer cancel()
		start := time.Now()
		if _, err := signIn(ctx, s); codeIn(t, err) != "timeout" || time.Since(start) != given || server.requests.Load() != 1 {
			t.Errorf("error %v after %v and %d attempts", err, time.Since(start), server.requests.Load())
		}
	})
}

func TestAFailedConditionIsASuccessAndANextStep(t *testing.T) {
	server := newStub(t, reply(400, "ConditionalCheckFailedException"))
	s, _ := at(t, server.URL)
	if write, err := signIn(t.Context(), s); write != users.Late || err != nil || server.requests.Load() != 4 {
		t.Errorf("the write was %q with error %v after %d requests, want four steps", write, err, server.requests.Load())
	}
}
