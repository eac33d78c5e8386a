package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

const checkHelp = `
check: everything that synth would say about a stage file, at once and without Node

  go run ./infra/cmd/ops check --stage NAME

Every fault and every warning has its file and line, the key, what is wrong and what to do.
synth says the same, and also whether the functions are built. cdk deploy and Cognito may
still refuse what only they know: a domain prefix that is taken, a certificate, a quota.

  --stage NAME      a file in infra/stages; local is the stage that make local serves
  --stage-file FILE a stage's file elsewhere
  --outputs FILE    of --stage local, where make local has a --files folder of its own
  --json            write it as JSON

Exit status: 0 without a fault, with or without warnings; 1 with a fault.

Example:
  go run ./infra/cmd/ops check --stage prod
`

func check(ctx context.Context, args []string, t terminal) error {
	var where target
	var asJSON bool
	flags := newFlags("check")
	flags.StringVar(&where.stage, "stage", "", "")
	flags.StringVar(&where.outputs, "outputs", "", "")
	flags.StringVar(&where.stageFile, "stage-file", "", "")
	flags.BoolVar(&asJSON, "json", false, "")
	if err := where.parseOnly(flags, args); err != nil {
		return err
	}
	folder, name := filepath.Split(strings.TrimSuffix(where.stageFile, ".yaml"))
	if where.stageFile == "" {
		var err error
		if name, err = where.stageName(ctx); err != nil {
			return err
		}
		folder = stagesFolder
	}
	found, err := support.Check(folder, name)
	if err != nil {
		return err
	}
	err = show(t, asJSON, found, printChecked)
	if err == nil && !found.Sound {
		err = concluded(failed)
	}
	return err
}

// printChecked writes faults and warnings for readers, a line each.
func printChecked(out io.Writer, c support.Checked) {
	fmt.Fprintf(out, "%s: %s, %s\n", c.File, count(len(c.Faults), "fault"), count(len(c.Warnings), "warning"))
	for _, f := range c.Faults {
		mark(out, bad, "fault")
		fmt.Fprintf(out, ":   %s\n", f)
	}
	for _, w := range c.Warnings {
		mark(out, aside, "warning")
		fmt.Fprintf(out, ": %s\n", w)
	}
}

// count returns a number of things in words.
func count(n int, thing string) string {
	switch n {
	case 0:
		return "no " + thing
	case 1:
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
