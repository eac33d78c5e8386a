// Command bench measures the trigger functions, cold and warm, and two others in the same
// run: an echo, the least that the official runtime client costs, and the form of the
// published tutorials. Read the ratios; the times are this machine's.
//
// Every program is a Linux binary built with the Makefile's flags. It runs alone in a
// process and speaks to a Runtime API (package sandbox) and a DynamoDB with TLS (package
// stub) on 127.0.0.1. A cold start is a new process: its init phase at full speed, then
// the first event under the CPU share that Lambda assigns to a memory size. A share's
// period of 20 ms quantises a single call, so the judgement is on medians of at least 11.
// The programs take turns, so that other load on the machine affects all alike.
//
//	go run ./internal/dev/bench                the table
//	go run ./internal/dev/bench --check        the same, and exit 1 if a threshold is missed
//	go run ./internal/dev/bench --soak 1000000 one process, many events
//	go run ./internal/dev/bench --record internal/cost/measured.json
//	                                           the times that package cost computes with
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	runs, events, soak int
	only, record       string
	quick, json, check bool
}

// errMissed means that every figure is printed and one is beyond its threshold.
var errMissed = errors.New("a threshold is missed")

func main() {
	// Each of these signals would otherwise end the process before it has cleaned up.
	// SIGPIPE, as of `| head`, becomes a failed write.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse(args []string, errors io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(errors)
	flags.IntVar(&o.runs, "runs", 0, "cold starts per program and CPU share (default 11, quick: 3)")
	flags.IntVar(&o.events, "events", 0, "warm events per program (default 2000, quick: 500)")
	flags.BoolVar(&o.quick, "quick", false, "fewer starts and events: a look, not a judgement")
	flags.BoolVar(&o.json, "json", false, "print JSON")
	flags.BoolVar(&o.check, "check", false, "exit 1 where a threshold is missed")
	flags.StringVar(&o.record, "record", "", "write the functions' times for package cost into this file, internal/cost/measured.json")
	flags.IntVar(&o.soak, "soak", 0, "send so many events through one process of a function instead")
	flags.StringVar(&o.only, "only", "postauthentication", "the function to soak")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("there is no argument %q: see --help", flags.Arg(0))
	}
	runs, events := 11, 2000
	if o.quick {
		runs, events = 3, 500
	}
	o.runs, o.events = cmp.Or(max(o.runs, 0), runs), cmp.Or(max(o.events, 0), events)
	return o, nil
}

func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	o, err := parse(args, progress)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	b, err := newBench(ctx, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	if o.soak > 0 {
		return b.soak(ctx, o.only, o.soak, out)
	}
	report, err := b.measure(ctx, o)
	if err != nil {
		return err
	}
	if o.record != "" {
		if err := record(o.record, report, time.Now()); err != nil {
			return err
		}
	}
	return show(out, report, o)
}

// show prints the report and judges it.
func show(out io.Writer, r *Report, o options) error {
	r.Verdicts = judge(r)
	if o.json {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(r); err != nil {
			return fmt.Errorf("printing the report: %w", err)
		}
	} else {
		r.print(out)
	}
	for _, v := range r.Verdicts {
		if o.check && !v.OK {
			return errMissed
		}
	}
	return nil
}
