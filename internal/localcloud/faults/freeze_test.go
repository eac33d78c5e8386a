package faults_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// Lambda freezes functions between events. Meanwhile the other side of their connections
// goes away, with or without closing them. The long form runs a hundred first events of
// each kind.
func TestR27_TheFirstEventAfterAFreezeIsNormal(t *testing.T) {
	for name, c := range map[string]struct {
		lose func(*suite)
		// asleep is longer than the pause after which a connection is suspect.
		asleep time.Duration
		rounds int
	}{
		"the server closed the connections": {func(s *suite) { s.gate.HangUp() }, 20 * time.Millisecond, form.Often(t, 1, 8, 34)},
		"the network forgot them":           {func(s *suite) { s.gate.Forget() }, 1100 * time.Millisecond, form.Often(t, 1, 3, 34)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSuite(t, newQuick(t).URL, settings{})
			s.each(t, 1, 1, normal)
			var slowest, events atomic.Int64
			for range c.rounds {
				s.freeze(t, func() { c.lose(s); time.Sleep(c.asleep) })
				s.each(t, 1, 1, func(in lambdahost.Invocation) error {
					slowest.Store(max(slowest.Load(), int64(in.Duration)))
					events.Add(1)
					if in.Cold {
						return errors.New("the first event met a new process")
					}
					return normal(in)
				})
			}
			t.Logf("%d first events, the slowest took %v", events.Load(), time.Duration(slowest.Load()).Round(time.Millisecond))
		})
	}
}

// freeze runs meanwhile while every environment is frozen.
func (s *suite) freeze(t *testing.T, meanwhile func()) {
	t.Helper()
	var frozen []lambdahost.Environment
	for _, function := range triggers.Rooms() {
		frozen = append(frozen, s.host.Environments(function)...)
	}
	for _, env := range frozen {
		if err := env.Freeze(); err != nil {
			t.Fatal(err)
		}
	}
	meanwhile()
	for _, env := range frozen {
		if err := env.Thaw(); err != nil {
			t.Fatal(err)
		}
	}
}
