package main

import (
	"context"
	"errors"
	"strconv"
)

const rollbackHelp = `
rollback: take the functions' last deployment back, in seconds

  go run ./infra/cmd/ops rollback --stage NAME [--all] [--function NAME] [--to VERSION]

Points the alias live of each function to the previous version, in one call each: the
next event meets the old policy and the old code. A function that the last deployment
did not publish stays (a changed sign-up rule makes a version of PreSignUp only);
--all takes every function one version back. Nothing else of the stack changes: not
the pool, the table, or the rows with the app clients' token profiles. Nothing is
added to the tokens of a client whose profile the old version does not know.

CloudFormation does not look at where the alias points. The next deployment publishes
a version of each function that it changes and moves the alias there; a function that
it does not change stays rolled back. So correct the stage file and deploy, or point
forward again with --to newest; status shows what is rolled back.
` + suiteHelp + `
  --all             also functions that the last deployment did not publish
  --to VERSION      this version, of one --function; or newest, of all
  --dry-run         say what would be done, and do nothing

Example:
  make rollback STAGE=prod
  go run ./infra/cmd/ops rollback --stage prod --function PreSignUp --to 12
`

// order says what a rollback must do.
type order struct {
	selection
	all, dryRun bool
	to          string
}

func rollback(ctx context.Context, args []string, t terminal) error {
	o, err := readOrder(args)
	if err != nil {
		return err
	}
	api, err := o.open(ctx)
	if err != nil {
		return err
	}
	found, err := o.functions(ctx, api)
	if err != nil {
		return err
	}
	turns, err := o.plan(found)
	if err != nil {
		return err
	}
	if !o.dryRun {
		turns, err = point(ctx, api, turns)
	}
	if o.json {
		return errors.Join(writeJSON(t.out, turns), err)
	}
	return errors.Join(printTurns(t.out, turns, o.dryRun), err)
}

func readOrder(args []string) (order, error) {
	var o order
	flags := newFlags("rollback")
	o.flags(flags)
	flags.BoolVar(&o.all, "all", false, "")
	flags.BoolVar(&o.dryRun, "dry-run", false, "")
	flags.StringVar(&o.to, "to", "", "")
	if err := parseOnly(flags, args); err != nil {
		return o, err
	}
	if number, err := strconv.Atoi(o.to); o.to != "" && o.to != newestVersion && (err != nil || number < 1 || o.one == "") {
		return o, misused("--to takes newest, or with one --function the number of a version; it has %q", o.to)
	}
	return o, nil
}

// newestVersion points forward again.
const newestVersion = "newest"
