package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
)

const statusHelp = `
status: say which version and which policy of each function is live

  go run ./infra/cmd/ops status --stage NAME

Each function is published as versions, and its alias live points to the one that
Cognito calls. The policy's hash is the member policy of the version's log lines. A
function whose live version is not its newest was rolled back, and stays so until a
deployment changes that function, or until rollback --to newest.

The last line says how old the sweep's last whole pass is, and how far an open one.

UNPROTECTED says what of a stage that is kept could be deleted: the second pass of its
first deployment failed. Deploy again; the exit status is 8 until then.
` + suiteHelp + `
Example:
  make status STAGE=prod
`

func status(ctx context.Context, args []string, t terminal) error {
	var s selection
	flags := newFlags("status")
	s.flags(flags)
	if err := parseOnly(flags, args); err != nil {
		return err
	}
	api, err := s.open(ctx)
	if err != nil {
		return err
	}
	found, err := s.functions(ctx, api)
	if err != nil {
		return err
	}
	if s.json {
		err = writeJSON(t.out, found)
	} else {
		err = printStatus(t.out, found)
	}
	return errors.Join(err, s.compared(ctx, t), s.guard(ctx, t))
}

// compared says how old the last whole pass of the sweep is. For programs, that is no part of
// the output.
func (s *selection) compared(ctx context.Context, t terminal) error {
	if s.one != "" || s.resolve(ctx) != nil {
		return nil // functions without a suite
	}
	cfg, err := s.session(ctx)
	if err != nil {
		return err
	}
	out := t.out
	if s.json {
		out = t.err
	}
	last, _, err := live.NewBook(s.tableClient(cfg), s.table, s.pool, false).Pass(ctx)
	if err != nil {
		fmt.Fprintf(t.err, "how old the last whole pass of the sweep is is not known: %v\n", s.advise(err, t))
		return nil
	}
	fmt.Fprintln(out, passAge(last, t.now()))
	return nil
}

// passAge returns the sentence about the sweep.
func passAge(last sweep.Pass, now time.Time) string {
	text := "The table was never compared with the whole pool: ops reconcile does it."
	if !last.WholeAt.IsZero() {
		text = fmt.Sprintf("The last whole pass of the sweep ended %.1f hours ago, at %s.", now.Sub(last.WholeAt).Hours(), moment(last.WholeAt))
	}
	listed, of := thousands(last.Report.Listed)+" users", ""
	if last.Report.Estimate > 0 {
		of = " of about " + thousands(last.Report.Estimate)
	}
	switch {
	case !last.Open():
	case last.Report.Incomplete:
		text += " The last pass listed only " + listed + of + ", so it buried nothing: the next one lists again."
	case last.Phase == sweep.Asking:
		text += " The pass that is open has listed " + listed + ", and asks for those who have a row and were not listed."
	default:
		text += " The pass that is open has listed " + listed + of + "."
		if left := last.Report.Left(); left > 0 {
			text += fmt.Sprintf(" At its pace the list takes %.1f hours more.", left.Hours())
		}
	}
	return text
}

// guard says what of the stack could be deleted and should not.
func (s *selection) guard(ctx context.Context, t terminal) error {
	if s.stage+s.stack == "" || s.local != nil {
		return nil
	}
	switch open, err := s.unguarded(ctx); {
	case err != nil:
		fmt.Fprintf(t.err, "whether the stack is protected against deletion is not known: %v\n", err)
	case len(open) > 0:
		fmt.Fprintf(t.err, "UNPROTECTED against deletion: %s; deploy the stage again\n", listed(open))
		return concluded(unprotected)
	}
	return nil
}

func (s *selection) unguarded(ctx context.Context) ([]string, error) {
	cfg, err := s.session(ctx)
	if err != nil {
		return nil, err
	}
	api := cloudformation.NewFromConfig(cfg)
	found, err := describe(ctx, api, s.stackName())
	if err != nil || found.status == "" {
		return nil, err
	}
	tpl, err := deployed(ctx, api, found.name)
	return found.unguarded(tpl), err
}

// printStatus writes a line for each function.
func printStatus(out io.Writer, found []function) error {
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "function\tlive\tpolicy\tpublished\t")
	for _, f := range found {
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", f.Trigger, f.Live.Number, hashOf(f.Live), moment(f.Live.At), f.remark())
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("writing the status: %w", err)
	}
	return nil
}

// remark returns what differs from the state after a deployment.
func (f function) remark() string {
	if newest := f.newest(); newest.Number != f.Live.Number {
		return fmt.Sprintf("rolled back: the newest is %d, policy %s", newest.Number, hashOf(newest))
	}
	return ""
}

// hashOf returns a version's policy hash.
func hashOf(v published) string {
	if v.Policy == "" {
		return "(unknown)"
	}
	return v.Policy
}

// moment returns a time for readers.
func moment(at time.Time) string {
	if at.IsZero() {
		return "at an unknown time"
	}
	return at.UTC().Format("2006-01-02 15:04 UTC")
}
