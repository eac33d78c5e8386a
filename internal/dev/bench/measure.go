package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/sandbox"
)

// full is the share of the whole machine.
const full = 0

var errInterrupted = errors.New("interrupted")

// measure makes the report.
func (b *bench) measure(ctx context.Context, o options) (*Report, error) {
	r := &Report{
		Runs: o.runs, Events: o.events, Go: runtime.Version(), CPUs: runtime.NumCPU(), Arch: runtime.GOARCH,
		Shares: b.sizes(o), Notes: b.notes(),
	}
	figures := make(map[*subject]*figures, len(b.subjects))
	for _, s := range b.subjects {
		figures[s] = newFigures()
	}
	if err := b.cold(ctx, r, figures); err != nil {
		return nil, err
	}
	if err := b.warm(ctx, o.events, figures); err != nil {
		return nil, err
	}
	for _, s := range b.subjects {
		r.Programs = append(r.Programs, figures[s].program(s, r.Shares))
	}
	return r, nil
}

// notes returns what a reader of the figures must know.
func (b *bench) notes() []string {
	var notes []string
	if b.unshared != nil {
		notes = append(notes, "this machine lets nobody make CPU shares, so every start is unthrottled: "+strings.ReplaceAll(b.unshared.Error(), "\n", "; "))
	}
	var load float64
	text, _ := os.ReadFile("/proc/loadavg")
	if _, err := fmt.Sscan(string(text), &load); err == nil && load > float64(runtime.NumCPU()) {
		notes = append(notes, fmt.Sprintf("this machine is busy (load %.1f on %d CPUs): figures under a CPU share are rough", load, runtime.NumCPU()))
	}
	return notes
}

// sizes returns the memory sizes, in MB, whose shares are measured.
func (b *bench) sizes(o options) []int {
	switch {
	case b.shares == nil:
		return []int{full}
	case o.quick:
		return []int{128, full}
	}
	return []int{128, 256, 512, full}
}

// cold starts every program under every share, in turns.
func (b *bench) cold(ctx context.Context, r *Report, figures map[*subject]*figures) error {
	for n := range r.Runs {
		fmt.Fprintf(b.progress, "cold starts: round %d of %d ...\n", n+1, r.Runs)
		for _, size := range r.Shares {
			for _, s := range b.subjects {
				if ctx.Err() != nil {
					return errInterrupted
				}
				if err := b.start(s, size, figures[s]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// start measures one cold start and its first event.
func (b *bench) start(s *subject, size int, f *figures) (err error) {
	box, err := b.sandbox(s, size)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	before, err := box.CPU()
	if err != nil {
		return err
	}
	_, took, err := box.Invoke(s.event)
	if err != nil {
		return err
	}
	after, err := box.CPU()
	if err != nil {
		return err
	}
	f.init = append(f.init, box.Init)
	f.initCPU = append(f.initCPU, before)
	f.first[size] = append(f.first[size], took)
	f.firstCPU = append(f.firstCPU, after-before)
	return faultless(s, box)
}

func (b *bench) sandbox(s *subject, size int) (*sandbox.Sandbox, error) {
	if size == full {
		return sandbox.Start(s.program, nil)
	}
	share, err := b.shares.Of(size)
	if err != nil {
		return nil, err
	}
	return sandbox.Start(s.program, share)
}

// faultless returns an error if an event failed or was degraded: the figures would be
// those of a failure.
func faultless(s *subject, box *sandbox.Sandbox) error {
	if n := box.Faults(); n > 0 {
		return fmt.Errorf("%s: %d events failed; the last line is %s", s.name(), n, box.LastLine())
	}
	return nil
}

// warm sends events to one process of every program, a block each in turns.
func (b *bench) warm(ctx context.Context, events int, figures map[*subject]*figures) (err error) {
	const block, before = 50, 200
	boxes := make(map[*subject]*sandbox.Sandbox, len(b.subjects))
	defer func() {
		for _, box := range boxes {
			err = errors.Join(err, box.Close())
		}
	}()
	for _, s := range b.subjects {
		if boxes[s], err = sandbox.Start(s.program, nil); err != nil {
			delete(boxes, s)
			return err
		}
		if err := send(boxes[s], s.event, before, newFigures()); err != nil {
			return err
		}
	}
	fmt.Fprintf(b.progress, "warm events: %d for each program ...\n", events)
	for sent := 0; sent < events; sent += block {
		for _, s := range b.subjects {
			if ctx.Err() != nil {
				return errInterrupted
			}
			if err := send(boxes[s], s.event, block, figures[s]); err != nil {
				return err
			}
		}
	}
	return settle(boxes, figures)
}

// settle notes the processes' peak memory and checks that no event failed.
func settle(boxes map[*subject]*sandbox.Sandbox, figures map[*subject]*figures) error {
	for s, box := range boxes {
		_, peak, err := box.Memory()
		if err := errors.Join(err, faultless(s, box)); err != nil {
			return err
		}
		figures[s].peak = peak
	}
	return nil
}

// send sends n events and notes their times.
func send(box *sandbox.Sandbox, event []byte, n int, f *figures) error {
	before, err := box.CPU()
	if err != nil {
		return err
	}
	for range n {
		_, took, err := box.Invoke(event)
		if err != nil {
			return err
		}
		f.warm = append(f.warm, took)
	}
	after, err := box.CPU()
	f.cpu = append(f.cpu, (after-before)/time.Duration(n))
	return err
}
