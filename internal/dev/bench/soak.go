package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/sandbox"
)

// Soaked is the effect of many events on one process.
type Soaked struct {
	Function string
	Events   int
	Faults   int64 // events that failed or were degraded
	// RSS is the resident memory in bytes after each hundredth of the events.
	RSS []int64
	// P50 and P99 are the function's own times: the stub's time is subtracted, event by
	// event.
	P50, P99 time.Duration
	// Noise is the difference between an echo's p99 and p50: what the machine and the
	// harness add to some events.
	Noise time.Duration
}

// echoEvery is the number of events of the function for one of the echo.
const echoEvery = 10

// soak prints the effect of n events on one process of a function and returns an error if
// it is out of bounds.
func (b *bench) soak(ctx context.Context, function string, n int, out io.Writer) error {
	s, err := b.soaked(ctx, function, n)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %d events through one process: %d failed; p50 %.2f ms, p99 %.2f ms, an echo's p99 lies %.2f ms above its p50; RSS %.1f MB after a quarter, %.1f MB at the end\n",
		s.Function, s.Events, s.Faults, ms(s.P50), ms(s.P99), ms(s.Noise), megabytes(s.early()), megabytes(s.late()))
	return errors.Join(s.steady(), s.even())
}

func (b *bench) soaked(ctx context.Context, function string, n int) (s *Soaked, err error) {
	mine, echo := b.find(ours, function), b.find(floor, "")
	if mine == nil {
		return nil, fmt.Errorf("there is no function %q", function)
	}
	box, err := sandbox.Start(mine.program, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	beside, err := sandbox.Start(echo.program, nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, beside.Close()) }()
	s = &Soaked{Function: function, Events: n}
	own, echoed := newFigures(), newFigures()
	for i := range n {
		if ctx.Err() != nil {
			return nil, errInterrupted
		}
		if err := b.sendOne(box, mine.event, own); err != nil {
			return nil, err
		}
		if i%echoEvery == 0 {
			if err := b.sendOne(beside, echo.event, echoed); err != nil {
				return nil, err
			}
		}
		if err := s.sample(box, i); err != nil {
			return nil, err
		}
	}
	s.Faults = box.Faults()
	s.P50, s.P99 = quantile(own.warm, 0.5), quantile(own.warm, 0.99)
	s.Noise = quantile(echoed.warm, 0.99) - quantile(echoed.warm, 0.5)
	return s, nil
}

// sendOne sends an event and notes its time without the stub's.
func (b *bench) sendOne(box *sandbox.Sandbox, event []byte, f *figures) error {
	busy := b.stub.Busy()
	_, took, err := box.Invoke(event)
	f.warm = append(f.warm, took-(b.stub.Busy()-busy))
	return err
}

// sample notes the memory after each hundredth of the events.
func (s *Soaked) sample(box *sandbox.Sandbox, i int) error {
	if step := max(s.Events/100, 1); i%step != step-1 {
		return nil
	}
	now, _, err := box.Memory()
	s.RSS = append(s.RSS, now)
	return err
}

// early and late return the median memory of the second quarter and of the last.
func (s *Soaked) early() int64 { return middle(s.RSS[len(s.RSS)/4 : len(s.RSS)/2]) }
func (s *Soaked) late() int64  { return middle(s.RSS[len(s.RSS)*3/4:]) }

func middle(values []int64) int64 { return slices.Sorted(slices.Values(values))[len(values)/2] }

func megabytes(bytes int64) float64 { return float64(bytes) / 1e6 }

// steady returns an error if an event failed or the memory grew by more than a twentieth
// and a megabyte.
func (s *Soaked) steady() error {
	if s.Faults > 0 {
		return fmt.Errorf("%s: %d of %d events failed", s.Function, s.Faults, s.Events)
	}
	if early, late := s.early(), s.late(); late > early+early/20+1<<20 {
		return fmt.Errorf("%s: the memory grows: %.1f MB became %.1f MB", s.Function, megabytes(early), megabytes(late))
	}
	return nil
}

// even returns an error if some events take much longer than others.
func (s *Soaked) even() error {
	if limit := 3*s.P50 + s.Noise; s.P99 > limit {
		return fmt.Errorf("%s: the p99 of %.2f ms is above 3 × p50 and the machine's own noise, %.2f ms", s.Function, ms(s.P99), ms(limit))
	}
	return nil
}
