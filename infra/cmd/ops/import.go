package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"runtime/debug"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/cmd/ops/grants"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

// importAction is the action of authz that reads a file.
const importAction = "import"

const importHelp = `
import makes AUTHZ what a file says, for up to millions of users. The file is CSV with a
heading, or NDJSON (an object a line); its columns:

  sub | email       names the user: all rows by the sub, or all by the address that exactly
                    one user has verified
  roles, tenants    lists: ["A","B"], or A;B in CSV
  tenant            the default tenant; without the column, the first of tenants
  tenantRoles       the roles in one tenant: {"acme":["owner"]}
  status            active or suspended; this does not disable the user in Cognito, suspend
                    does
  claims            further claims: {"plan":"gold","seats":25}
  rev               the rev that AUTHZ must have, as authz show --json prints it

What a row says replaces what AUTHZ has: an empty cell, "", [] or {} removes it. A column
that the file lacks, a member that an object lacks and an empty status stay as they
are. tenant and tenantRoles need tenants beside them.

The whole file is validated first. A fault, with its line and column, changes nothing.
Then a user whose AUTHZ grants nothing yet is written; one whose AUTHZ is as the file says
is not; one whose AUTHZ grants something else is named and left, unless:

  --only-new        it is kept, and that is no failure
  --replace         it is overwritten, if it does not change during the import
  rev               the file's column is AUTHZ's rev
  --unseen          for users whom the table does not know yet, as above

  --dry-run         write nothing; show what each row would change, and count
  --rate N          rows a second at most (default 1,000)
  --parallel N      requests at once at most (default 16)
  --journal FILE    what is done, for the next call (default FILE.POOL.journal beside the
                    file). Ctrl-C and a kill leave it: repeat the call, and no row that it
                    has is asked for or written again. It stays at the end
  --again           begin a new journal
  --json            write the counts as JSON

The credentials need what GrantAuthzManagement grants, for addresses also
GrantDirectoryRead. The status is 1 if rows are left.
`

// importing are the flags of import.
type importing struct {
	dryRun, onlyNew, replace, again bool
	rate                            float64
	parallel                        int
	journal                         string
}

func (i *importing) flags(flags *flag.FlagSet) {
	flags.BoolVar(&i.dryRun, "dry-run", false, "")
	flags.BoolVar(&i.onlyNew, "only-new", false, "")
	flags.BoolVar(&i.replace, "replace", false, "")
	flags.BoolVar(&i.again, "again", false, "")
	flags.Float64Var(&i.rate, "rate", 1000, "")
	flags.IntVar(&i.parallel, "parallel", 16, "")
	flags.StringVar(&i.journal, "journal", "", "")
}

// given reports whether one of them was passed.
func (i *importing) given(flags *flag.FlagSet) bool {
	return i.dryRun || i.onlyNew || i.replace || i.again || given(flags, "rate") || given(flags, "parallel") || i.journal != ""
}

// importFile validates the file and imports it.
func (r *request) importFile(ctx context.Context, t terminal) error {
	if err := r.checkImport(); err != nil {
		return err
	}
	debug.SetGCPercent(50) // rows come and go: a smaller heap is worth more collections
	file, err := r.validate(t)
	if err != nil {
		return err
	}
	defer file.Close()
	cfg, err := r.connect(ctx)
	if err != nil {
		return err
	}
	// A throttled table is asked again later, as often as it takes: for 20 s at a time.
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.RateLimiter = 12, ratelimit.None })
	}
	users := directory.New(r.tableClient(cfg), r.table, r.pool, directory.WithClock(t.now))
	i, err := r.theImport(users, file)
	if err != nil {
		return err
	}
	show := &importProgress{terminal: t, quiet: r.json && !t.screen, begun: t.now(), at: t.now()}
	i.Sleep, i.Advanced = t.sleep, show.advanced
	i.Decided = func(row grants.Row, o grants.Outcome, seen, next directory.Authz, why string) {
		show.clear()
		r.reportRow(t, row, o, seen, next, why)
	}
	at, err := i.Run(ctx, file)
	show.clear()
	if i.Journal != nil {
		err = errors.Join(err, i.Journal.Close())
	}
	return r.reportImport(at, i.Journal, t.now().Sub(show.begun), err, t)
}

func (r *request) checkImport() error {
	switch {
	case len(r.words) != 1 || r.words[0] == "":
		return misused("name one FILE")
	case r.all || r.apply || r.none || r.keepEnabled || r.keepSessions || given(r.flags, "rev") || given(r.flags, "tenant") || given(r.flags, "default") || given(r.flags, "value"):
		return misused("import takes its own flags, --as, --unseen and --json only")
	case r.onlyNew && r.replace:
		return misused("--only-new keeps what --replace overwrites: pass one of them")
	case !(r.rate > 0) || math.IsInf(r.rate, 0):
		return misused("--rate is the rows a second: a number above 0")
	case r.parallel < 1 || r.parallel > 256:
		return misused("--parallel is 1 to 256")
	case r.as == "":
		return misused("pass --as WHO: who changes it")
	}
	return nil
}

// validate reads the file and writes all faults.
func (r *request) validate(t terminal) (*grants.File, error) {
	begun := t.now()
	file, err := grants.Validate(r.words[0], func(f grants.Fault) { fmt.Fprintf(t.err, "%s:%s\n", r.words[0], f) })
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(t.err, "%s: %s rows without a fault (%s)\n", r.words[0], thousands(file.Rows), t.now().Sub(begun).Round(time.Millisecond))
	return file, nil
}

func (r *request) theImport(users *directory.Directory, file *grants.File) (*grants.Import, error) {
	i := &grants.Import{
		Rules:     grants.Rules{By: r.as, OnlyNew: r.onlyNew, Replace: r.replace, Unseen: r.unseen},
		Directory: users, Workers: r.parallel, Rate: r.rate,
		Find: func(ctx context.Context, address string) (string, error) { return support.Find(ctx, users, address) },
	}
	if r.dryRun {
		return i, nil
	}
	if r.journal == "" {
		r.journal = r.words[0] + "." + r.pool + ".journal"
	}
	var err error
	i.Journal, err = grants.OpenJournal(r.journal, grants.Head{File: file.SHA256, Table: r.table, Pool: r.pool}, r.again)
	return i, err
}
