package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"runtime/debug"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

const reconcileHelp = `
reconcile: make the table equal to the user pool, or say where it is not

  go run ./infra/cmd/ops reconcile --stage STAGE --dry-run    look, and change nothing
  go run ./infra/cmd/ops reconcile --stage STAGE              heal

A sweep lists the pool, compares every user with the row in the table, and writes
what is missing or differs. Then it looks for rows of users who are gone. The first
sweep of a pool that is older than the suite fills the table.

  missing     the user has no row: imported, made by an administrator, or an event
              was lost. The row is created
  stale       an attribute that is copied is not the user's. It is copied again
  disabled    disabled or enabled in the pool, and the row says otherwise
  deleted     the user is gone. The rows become tombstones without personal data
  recreated   the same, and another user has the user name now
  unlisted    what --dry-run reports for the last two, which it cannot tell from a
              list that lags
  erased      the rows were erased and the pool still has the user. They stay erased

A user who has not confirmed the sign-up has no row; that is no drift.

The list may lag. If it shows fewer than nine of ten users of the pool's own estimate,
and at least ten are missing, it is incomplete: the sweep stops with exit status 3
before it looks for rows of users who are gone, and no row becomes a tombstone. Sweep
again later. The estimate lags, too: if so many users were deleted, --accept-estimate.
A pool that does not state an estimate, or not to you (cognito-idp:DescribeUserPool),
is not judged.

ListUsers is free. AdminGetUser makes a user count as active for the month's bill. It
is called for users who changed within the last ten minutes, since the list may lag,
and before a row becomes a tombstone; those who are gone are asked for again a minute
later. --dry-run says how many calls there would be and makes none.

A sweep that was stopped, here or on its schedule, is continued: what is done stays
done. Two sweeps of a pool are never at work at once.

The list of copied attributes is that of the local stage file.
` + targetHelp + `
The sweep:
  --dry-run         change nothing, ask for no user, and list what differs, by sub
  --rows            list what differs also without --dry-run
  --show-addresses  add the e-mail addresses to that list
  --rate N          ListUsers a second (default 10). AWS allows 30 to the account in the
                    Region
  --limit N         how many rows of users who are not listed may become tombstones
                    (default 1,000 or one user in a hundred). Beyond that the sweep
                    stops before the first one
  --accept-estimate do not compare the list with the pool's estimate
  --json            the report as JSON; the list, if any, as a line of JSON for each
                    user before it
  --fresh           begin anew where a sweep was stopped

Example:
  go run ./infra/cmd/ops reconcile --stage prod --dry-run --json
`

// sweeping is one call of the verb.
type sweeping struct {
	target
	dryRun, rows, addresses, json, fresh, accept bool
	rate                                         float64
	limit                                        int
}

func reconcile(ctx context.Context, args []string, t terminal) error {
	s, err := readSweeping(args, t)
	if err != nil {
		return err
	}
	mirror, err := s.mirror(ctx)
	if err != nil {
		return err
	}
	if err := s.resolve(ctx); err != nil {
		return err
	}
	cfg, err := s.session(ctx)
	if err != nil {
		return err
	}
	// Pages come and go for hours: a smaller heap is worth more collections.
	debug.SetGCPercent(50)
	pool := live.NewPool(s.poolClient(cfg), s.pool)
	show := newProgress(t, s)
	book := live.NewBook(s.tableClient(cfg), s.table, s.pool, s.dryRun)
	o := s.options(t, mirror, show)
	if o.Fresh, err = s.begins(ctx, book, t); err != nil {
		return err
	}
	report, err := sweep.Run(ctx, pool, live.NewTable(s.tableClient(cfg), s.table), book, o)
	show.clear()
	if err != nil {
		return s.stopped(report, err, t)
	}
	return s.report(report, t)
}

// begins reports whether to begin a new sweep where one is open: after an incomplete list,
// unless the operator accepts it.
func (s *sweeping) begins(ctx context.Context, book *live.Book, t terminal) (bool, error) {
	last, _, err := book.Pass(ctx)
	if err != nil {
		return false, s.advise(err, t)
	}
	dropped, err := book.DropOld(ctx)
	if err != nil {
		return false, s.advise(err, t)
	}
	if dropped {
		fmt.Fprintln(t.err, "(the checkpoint of an older release is dropped)")
	}
	fresh := s.fresh || last.Report.Incomplete && !s.accept
	if last.Open() && !fresh {
		fmt.Fprintf(t.err, "(a sweep that was stopped after %s users is continued: --fresh begins anew)\n", thousands(last.Report.Listed))
	}
	return fresh, nil
}

func readSweeping(args []string, t terminal) (*sweeping, error) {
	s, flags := &sweeping{}, newFlags("reconcile")
	s.flags(flags)
	flags.BoolVar(&s.dryRun, "dry-run", false, "")
	flags.BoolVar(&s.rows, "rows", false, "")
	flags.BoolVar(&s.addresses, "show-addresses", false, "")
	flags.BoolVar(&s.json, "json", false, "")
	flags.BoolVar(&s.fresh, "fresh", false, "")
	flags.BoolVar(&s.accept, "accept-estimate", false, "")
	flags.Float64Var(&s.rate, "rate", sweep.DefaultListRate, "")
	flags.IntVar(&s.limit, "limit", 0, "")
	if err := s.parseOnly(flags, args); err != nil {
		return nil, err
	}
	return s, s.check(flags, t)
}

func (s *sweeping) check(flags *flag.FlagSet, t terminal) error {
	local := t.getenv("AWS_ENDPOINT_URL") != "" || t.getenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER") != "" || s.stage == settings.LocalStage
	switch {
	case !(s.rate > 0) || math.IsInf(s.rate, 0):
		return misused("--rate is the ListUsers a second: a number above 0")
	case s.rate > sweep.MaxListRate && !local:
		return misused("--rate %v: AWS allows %d ListUsers a second to the whole account, and that cannot be raised", s.rate, sweep.MaxListRate)
	case given(flags, "limit") && s.limit < 1:
		return misused("--limit is 1 or more")
	}
	if !given(flags, "rows") {
		s.rows = s.dryRun && !s.json
	}
	return nil
}

// mirror compiles the stage's list of copied attributes.
func (t *target) mirror(ctx context.Context) (*users.Mirror, error) {
	stage, err := t.theStage(ctx)
	if err != nil {
		return nil, err
	}
	mirror, err := users.CompileMirror(stage.Policy.Mirror)
	if err != nil {
		return nil, fmt.Errorf("the stage %s: %w", t.stage, err)
	}
	return mirror, nil
}

func (s *sweeping) options(t terminal, mirror *users.Mirror, show *progress) sweep.Options {
	o := sweep.Options{
		Pool: s.pool, Mirror: mirror, DryRun: s.dryRun, ListRate: s.rate, Limit: s.limit, AcceptEstimate: s.accept, Clock: t,
		Holder: "ops reconcile", SaveEvery: 2 * time.Second, Advanced: show.advanced,
	}
	if s.dryRun {
		o.Holder += " --dry-run" // whose pass ops status does not show
	}
	if s.rows {
		o.Found = func(d sweep.Drift) { show.clear(); s.row(d, t) }
	}
	return o
}

// stopped adds how to continue. Of an incomplete list it also reports what was found.
func (s *sweeping) stopped(report sweep.Report, err error, t terminal) error {
	many := sweep.TooMany{}
	switch {
	case report.Incomplete:
		if printing := s.report(report, t); printing != nil {
			return printing
		}
		return fmt.Errorf("%w: --accept-estimate", err)
	case errors.As(err, &many):
		return fmt.Errorf("%w: --limit %d or more (--dry-run counts them all)", err, many.Found)
	case errors.As(err, new(sweep.Held)):
		return fmt.Errorf("%w\nWait for it: `ops status` says how far it is, and whoever sweeps next goes on with its pass. If it was killed, its right ends at that time", err)
	case report.Leaves == 0:
		return s.advise(err, t)
	case errors.Is(err, context.Canceled):
		return errors.New("stopped; what is done stays done, and the next sweep continues")
	}
	return fmt.Errorf("%w\n(what is done stays done, and the next sweep continues)", s.advise(err, t))
}
