// Command migrate moves the users of an old app into a user pool, with their passwords.
//
//	go run ./infra/cmd/migrate help
//	go run ./infra/cmd/migrate VERB FILE …
//
// FILE is the export of the old app's users table (package internal/legacy/export). The guide is
// the README beside this file.
//
// Each person has one of three ways (sort.go): imported by a job of Cognito, with the hash of the
// password as it is or converted; waiting in the table until the first sign-in, when the trigger
// checks the old password; or none. All verbs decide by the same function, so what triage and
// csv say is what load does.
//
// Nothing of a person is printed: no hash, no name, no address. A fault has a line and a column.
// What must name people is a file that the caller asks for, for the caller's eyes alone.
//
// load may be killed at any moment and called again. A row is written by a condition that makes a
// second writing nothing, a job is found again by its name, which the content of its file decides, and
// the book (book.go) only saves time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], terminal{out: os.Stdout, err: os.Stderr, now: time.Now, every: 10 * time.Second, poll: 5 * time.Second})
	stop()
	os.Exit(status)
}

// terminal is the command's environment.
type terminal struct {
	out, err io.Writer
	now      func() time.Time
	every    time.Duration // between two lines of progress
	poll     time.Duration // between two questions about a job
}

// The exit statuses.
const (
	done   = 0
	failed = 1
	misuse = 2
)

// usage is an error in the command's call.
type usage string

func (u usage) Error() string { return string(u) }

func misused(format string, args ...any) error { return usage(fmt.Sprintf(format, args...)) }

// verb is one thing that can be asked for.
type verb struct {
	name, summary string
	run           func(context.Context, *call) error
}

func verbs() []verb {
	return []verb{
		{"triage", "say which way each kind of hash can go, and how long the move will take", triage},
		{"convert", "write the export with the hashes in Cognito's forms, where they have one", convert},
		{"csv", "write Cognito's import files, and the digests of the addresses that nobody may take", writeFiles},
		{"canary", "import throw-away users with each form of hash, sign them in, delete them", canary},
		{"load", "load the people: the rows of those who wait, and the import jobs", load},
		{"status", "say who has moved and who is left, and how the forecast stands", status},
		{"finish", "drop all that waits, with its hashes, and say what is to be taken down", finish},
	}
}

func run(ctx context.Context, args []string, t terminal) int {
	all := verbs()
	i := -1
	if len(args) > 0 {
		i = slices.IndexFunc(all, func(v verb) bool { return v.name == args[0] })
	}
	if slices.ContainsFunc(args, func(arg string) bool { return slices.Contains([]string{"help", "-h", "-help", "--help"}, arg) }) {
		fmt.Fprint(t.out, overview())
		return done
	}
	if i < 0 {
		fmt.Fprint(t.err, overview())
		return misuse
	}
	c := &call{terminal: t}
	err := c.parse(args[0], args[1:])
	if err == nil {
		err = all[i].run(ctx, c)
	}
	if err == nil {
		return done
	}
	fmt.Fprintf(t.err, "migrate %s: %v\n", args[0], err)
	if _, wrong := errors.AsType[usage](err); wrong {
		return misuse
	}
	return failed
}

func overview() string {
	var b strings.Builder
	b.WriteString("Moves the users of an old app into a user pool.\n\n")
	for _, v := range verbs() {
		fmt.Fprintf(&b, "  go run ./infra/cmd/migrate %-8s FILE   %s\n", v.name, v.summary)
	}
	b.WriteString(help)
	return b.String()
}

const help = `
FILE is the export of the old app's users table: CSV with a heading, or an object a line.

  --columns LIST    WORD=COLUMN,…: name, hash, last (sign-in), username (in the pool, where it
                    is another one), and attributes by Cognito's names: email=mail,
                    email_verified=confirmed_at. WORD==TEXT is the same for everybody. The
                    attribute name is attribute:name. Default: name,hash
  --stage NAME      which suite: dist/outputs.NAME.json says table and pool, the stage's file
                    which hashes the trigger checks. local is what make local serves
  --outputs FILE    another file of outputs
  --table, --pool   the outputs TableName and UserPoolId themselves
  --profile NAME    as everywhere on AWS
  --book FOLDER     what is done, the import files and the digests (default dist/migrate-POOL);
                    for you alone. It may be deleted when finish is done
  --json            write what is found for programs (triage, status)
  --out FILE        convert: the new file, for you alone
  --no-import       csv, load: move everybody at the first sign-in, also where the stage's file
                    has a pepper
  --logs-role ARN   canary, load: the role with which Cognito logs an import
  --client ID       canary: an app client that has the password flow
  --dry-run         load: say what would be done
  --cutover TIME    status: when the pool came into use (default: the end of the first load)
  --list FILE       status, finish: write who is left into a file for you alone
  --apply, --left N finish: do it, and leave so many people behind
  --absent          finish: not the move, but the rows of those alone whom FILE has no longer

Exit status: 0 done, 1 failed, 2 wrong call.
`

// call is a call of a verb.
type call struct {
	terminal
	target
	source
	book, to, list, logsRole, client, cutover string
	json, noImport, dryRun, apply, absent     bool
	left                                      int
	migration                                 *settings.Migration // of the stage's file; nil without one
}

func (c *call) parse(verb string, args []string) error {
	flags := flag.NewFlagSet(verb, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	for name, at := range map[string]*string{
		"columns": &c.says, "stage": &c.stage, "outputs": &c.outputs, "table": &c.table, "pool": &c.pool, "profile": &c.profile,
		"book": &c.book, "out": &c.to, "list": &c.list, "logs-role": &c.logsRole, "client": &c.client, "cutover": &c.cutover,
	} {
		flags.StringVar(at, name, "", "")
	}
	for name, at := range map[string]*bool{"json": &c.json, "no-import": &c.noImport, "dry-run": &c.dryRun, "apply": &c.apply, "absent": &c.absent} {
		flags.BoolVar(at, name, false, "")
	}
	flags.IntVar(&c.left, "left", 0, "")
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return misused("%v", err)
		}
		if args = flags.Args(); len(args) > 0 {
			if c.file != "" {
				return misused("one FILE at a time")
			}
			c.file, args = args[0], args[1:]
		}
	}
	return c.source.parse(verb)
}
