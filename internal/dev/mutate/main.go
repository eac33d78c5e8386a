package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	tests, skip *regexp.Regexp // nil: all, none
	only        *regexp.Regexp // nil: all
	timeout     time.Duration
	checks      int
	parallel    int
	allow       string
	verbose     bool
	patterns    []string
}

// partial reports whether some tests or mutants are left out: then an entry of an allow
// file that fits nothing is not stale.
func (o options) partial() bool { return o.tests != nil || o.only != nil }

// errAlive means that the table is printed and something in it needs attention.
var errAlive = errors.New("a mutant is alive without a reason, or its reason is stale")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "mutate:", err)
		}
		os.Exit(1)
	}
}

func parse(args []string, errout io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.SetOutput(errout)
	flags.Func("run", "use only the tests whose names match", matcher(&o.tests))
	flags.Func("skip", "leave out the tests whose names match, such as those that measure time", matcher(&o.skip))
	flags.Func("only", "make only the mutants whose keys match", matcher(&o.only))
	flags.DurationVar(&o.timeout, "timeout", 20*time.Second, "a run that has not ended by then is killed")
	flags.IntVar(&o.checks, "checks", 200, "cases that a property test draws (RAPID_CHECKS)")
	flags.IntVar(&o.parallel, "parallel", 2, "processes at a time")
	flags.StringVar(&o.allow, "allow", "", "the allow file (default allow/<package>.txt beside this command)")
	flags.BoolVar(&o.verbose, "v", false, "list also what has a reason and what timed out")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.patterns = flags.Args()
	if len(o.patterns) == 0 {
		return o, errors.New("name the packages, such as ./internal/cognito")
	}
	return o, nil
}

func matcher(into **regexp.Regexp) func(string) error {
	return func(text string) (err error) {
		*into, err = regexp.Compile(text)
		return err
	}
}

// run judges every package, and fails if one of them does.
func run(ctx context.Context, args []string, out, errout io.Writer) error {
	o, err := parse(args, errout)
	if err != nil {
		return err
	}
	packages, err := load(ctx, o.patterns)
	if err != nil {
		return err
	}
	failed := false
	for _, pkg := range packages {
		verdict, err := judge(ctx, pkg, o)
		if err != nil {
			return fmt.Errorf("%s: %w", pkg.path, err)
		}
		verdict.print(out, o)
		failed = failed || verdict.fails()
	}
	if failed {
		return errAlive
	}
	return nil
}
