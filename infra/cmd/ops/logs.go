package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

const logsHelp = `
logs: show what the functions logged, one line an invocation, oldest first

  go run ./infra/cmd/ops logs --stage NAME [--user USER] [--refused] [--since 1h]

Each line has the time, the event's source, the outcome, the rule and code of an
objection, what rules that only observe would have refused, the function's
milliseconds (and those of a cold start), the user's hash and the cause of a failure.
A function that ended without a line of its own has Lambda's word in capitals: ERROR,
TIMEOUT or FAILURE. infra/cmd/migrate/README.md has the outcomes of UserMigration.

  --user USER       only this user: a sub, the e-mail address that exactly one user has
                    verified, or a user name. The log holds a hash of pool and sub, and
                    no way leads back from it. A sign-up that was refused has no user
  --refused         only what was refused
  --since TIME      how far back: 30m, 1h (the default), 7d
` + suiteHelp + `
CloudWatch shows a line some seconds after it was written, and forgets it after
logRetentionDays of the stage. It needs lambda:GetFunctionConfiguration and
logs:FilterLogEvents.

Example:
  go run ./infra/cmd/ops logs --stage prod --refused --since 1d
`

// logsOrder is what the verb was asked for.
type logsOrder struct {
	selection
	user  string
	asked support.LogFilter
}

func logs(ctx context.Context, args []string, t terminal) error {
	o, err := readLogsOrder(args, t)
	if err != nil {
		return err
	}
	found, err := o.look(ctx, t)
	if err != nil {
		return o.adviseLogs(err, t)
	}
	if o.json {
		return writeJSON(t.out, found)
	}
	return printLogs(t.out, found)
}

func readLogsOrder(args []string, t terminal) (*logsOrder, error) {
	o := &logsOrder{}
	flags := newFlags("logs")
	o.flags(flags)
	flags.StringVar(&o.user, "user", "", "")
	flags.BoolVar(&o.asked.Refused, "refused", false, "")
	since := flags.String("since", "1h", "")
	if err := parseOnly(flags, args); err != nil {
		return nil, err
	}
	back, wrong := support.LogSpan(*since)
	switch {
	case wrong != nil:
		return nil, misused("--since %v", wrong)
	case o.stage+o.stack+o.outputs == "":
		return nil, misused("name the suite: --stage")
	}
	o.asked.Since = t.now().Add(-back)
	return o, nil
}

// look resolves the user and reads the log groups.
func (o *logsOrder) look(ctx context.Context, t terminal) ([]support.Logged, error) {
	cfg, err := o.connect(ctx)
	if err != nil {
		return nil, err
	}
	if o.user != "" {
		sub, err := o.subOf(ctx, cfg, t)
		if err != nil {
			return nil, err
		}
		o.asked.User = kernel.UserHash(o.pool, sub)
	}
	events, err := o.events(ctx, cfg, t)
	if err != nil {
		return nil, err
	}
	return support.Logs(events, o.asked), nil
}

// printLogs writes a line for each invocation.
func printLogs(out io.Writer, all []support.Logged) error {
	if len(all) == 0 {
		fmt.Fprintln(out, "nothing was logged that fits")
		return nil
	}
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, l := range all {
		outcome, temperature := shown(l.Outcome), ""
		if l.Died {
			outcome = strings.ToUpper(outcome)
		}
		if l.InitMillis > 0 {
			temperature = fmt.Sprintf("cold %.0f ms", l.InitMillis)
		}
		would := ""
		if len(l.WouldRefuse) > 0 {
			would = "would refuse: " + strings.Join(l.WouldRefuse, ", ")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%.1f ms\t%s\t%s\t%s\n", l.At.UTC().Format("2006-01-02 15:04:05.000"), shown(cmp.Or(l.Source, l.Trigger)),
			outcome, shown(strings.Trim(l.Rule+" "+l.Code, " ")), l.Millis, temperature, shown(l.User), shown(strings.Trim(would+" "+l.Cause, " ")))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("writing the log: %w", err)
	}
	for line := range strings.Lines(text.String()) {
		fmt.Fprintln(out, strings.TrimRight(line, " \n"))
	}
	return nil
}

// shown quotes what a terminal would obey or a reader could not tell from the table: the
// log may hold what somebody else has put there.
func shown(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.QuoteToGraphic(text)
	}
	return text
}
