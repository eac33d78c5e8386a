package dynamo

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// TestR27_NoGoroutineOutlivesAReply looks, after each way to fail, for goroutines that
// still work on the answered call.
func TestR27_NoGoroutineOutlivesAReply(t *testing.T) {
	seen := users.Sighting{Key: ada, At: noon, Source: "test", Username: "ada"}
	late := func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(10 * time.Second):
		case <-r.Context().Done():
		}
	}
	for name, fault := range map[string]http.HandlerFunc{
		"nothing": ok, "500": reply(500, "InternalServerError"), "throttled": reply(400, "ThrottlingException"),
		"cut": abort, "truncated": truncate, "blackhole": blackhole, "trickle": trickle, "10 s": late,
	} {
		// PROFILE is refused at once, so that a sign-in that is still being written
		// shows.
		partly := func(w http.ResponseWriter, r *http.Request) {
			if body, _ := io.ReadAll(r.Body); bytes.Contains(body, []byte(`"PROFILE"`)) {
				reply(400, "AccessDeniedException")(w, r)
				return
			}
			fault(w, r)
		}
		for _, budget := range []time.Duration{30 * time.Millisecond, 2500 * time.Millisecond} {
			bubble(t, name+" within "+budget.String(), func(t *testing.T) {
				server := newPiped(t, partly)
				s, _ := at(t, server.URL, server.here)
				ctx, cancel := context.WithTimeout(t.Context(), budget)
				defer cancel()
				_, err := users.SignedIn(ctx, s, nil, seen)
				synctest.Wait() // a goroutine that has delivered its result may still have to return
				if left := working(t); left != "" {
					t.Errorf("error %v leaves\n%s", err, left)
				}
			})
		}
	}
}

// bubbled matches the mark of a bubble in the first line of a goroutine's stack.
var bubbled = regexp.MustCompile(`^goroutine .*(synctest bubble \d+)`)

// working returns the stacks of the goroutines of the caller's bubble, other than the
// caller's, that are in the store, the rooms above it or the SDK below it. Tests that run
// at the same time are not in the bubble. It ignores the stub, and the connections' own
// goroutines, which wait for the next call.
func working(t *testing.T) string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	bubble := bubbled.FindSubmatch(stacks)
	if bubble == nil {
		t.Fatalf("the caller is in no bubble: %.200s", stacks)
	}
	var left []string
	for i, stack := range strings.Split(string(stacks), "\n\n") {
		stack, _, _ := strings.Cut(stack, "created by ") // its creator may be long gone
		if first, _, _ := strings.Cut(stack, "\n"); i == 0 || !strings.HasSuffix(first, string(bubble[1])+"]:") {
			continue
		}
		for _, ours := range []string{"/internal/users.", "/internal/dynamo.", "aws-sdk-go-v2", "aws/smithy-go"} {
			if strings.Contains(stack, ours) && !strings.Contains(stack, "/stub_test.go:") {
				left = append(left, stack)
				break
			}
		}
	}
	return strings.Join(left, "\n\n")
}
