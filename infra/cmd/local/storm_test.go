package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// storm delivers every event three times, and delays the first reply of each function
// until the pool has repeated the call.
type storm struct {
	functions  userpool.Invoker
	firsts     sync.Map // function -> *first
	deliveries atomic.Int64
}

// first is the first call of a function, which waits for the second.
type first struct {
	again chan struct{}
	once  sync.Once
}

func (s *storm) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	known, second := s.firsts.LoadOrStore(function, &first{again: make(chan struct{})})
	call := known.(*first)
	if second {
		call.once.Do(func() { close(call.again) })
	}
	var extra sync.WaitGroup
	for range 2 {
		extra.Go(func() {
			s.deliveries.Add(1)
			_, _ = s.functions.Invoke(context.WithoutCancel(ctx), function, event)
		})
	}
	s.deliveries.Add(1)
	reply, err := s.functions.Invoke(context.WithoutCancel(ctx), function, event)
	extra.Wait()
	if !second {
		select {
		case <-call.again:
		case <-ctx.Done():
		}
	}
	return reply, err
}

// A function is once slower than Cognito's limit, then fast, and every event comes three
// times: one row, one count.
func TestR30_ARetryStormEndsInOneRowAndOneCount(t *testing.T) {
	form.Often(t, 0, 1, 1)
	t.Parallel()
	opts := local(t)
	opts.Pool.AttemptTimeout = 3 * time.Second
	var between *storm
	opts.Deliver = func(functions userpool.Invoker) userpool.Invoker {
		between = &storm{functions: functions}
		return between
	}
	cloud, j := running(t, opts)
	walk(t.Context(), t, j,
		"Ada signs up", "Ada confirms the code from the mail", "an administrator puts Ada into a group", "the team's server grants Ada a role in two tenants", "Ada signs in")
	if err := cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Four triggers, each first too slow and then repeated, each time threefold. The pool
	// tries three times at most; a busy machine may need the third.
	if got := between.deliveries.Load(); got < 4*2*3 || got > 4*3*3 {
		t.Errorf("%d deliveries, want 24, or up to 36 where attempts were slow", got)
	}
	sub := j.Subs()["Ada"]
	signIn, err := j.Row(t.Context(), sub, "SIGNIN")
	if err != nil || fmt.Sprint(signIn["signInCount"]) != "1" {
		t.Errorf("SIGNIN: %v, %v", signIn, err)
	}
	profile, err := j.Row(t.Context(), sub, "PROFILE")
	if err != nil || profile["createdBy"] != "PostConfirmation_ConfirmSignUp" {
		t.Errorf("PROFILE: %v, %v", profile, err)
	}
}
