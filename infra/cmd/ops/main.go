// Command ops is the operator's command, for all manual work on a deployed or a local
// suite.
//
//	go run ./infra/cmd/ops help
//	go run ./infra/cmd/ops VERB …
//
// A verb is a file or two of this package. It reads its flags, which may be at any
// position after it, does one thing, and writes for readers or, with --json, for
// programs. Run it in the project's folder.
//
// The exit statuses are the constants below. go run itself turns all but 0 into 1: scripts
// build the command first. stderr says what went wrong and what to do.
//
// What is printed never commands a terminal, whatever names users have chosen (screen.go).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], terminal{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv, now: time.Now, sleep: sleep,
		interactive: isTerminal(os.Stdin), screen: isTerminal(os.Stderr),
		colours: isTerminal(os.Stdout), cdk: runCDK,
	})
	stop()
	os.Exit(status)
}

// terminal is the command's environment.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
	now      func() time.Time
	sleep    func(context.Context, time.Duration) error
	// interactive is set if an operator can be asked, screen if err is a screen, where a line
	// can be overwritten, colours if out is one.
	interactive, screen, colours bool
	// cdk runs the CDK command line with more variables.
	cdk func(ctx context.Context, env []string, args ...string) error
}

// Now and Sleep make it a sweep's clock.
func (t terminal) Now() time.Time { return t.now() }

func (t terminal) Sleep(ctx context.Context, d time.Duration) error { return t.sleep(ctx, d) }

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// isTerminal reports whether somebody may sit at f. The null device is one of characters,
// too: a pipeline's standard input.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	null, _ := os.Stat(os.DevNull)
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && !os.SameFile(info, null)
}

// The exit statuses.
const (
	done   = 0
	failed = 1
	misuse = 2
	short  = 3 // a sweep of a list that was not complete

	denied   = 4 // no token, or no account
	unknown  = 5 // a user, an app client or a sentence that nobody knows
	absent   = 6 // a grant that the tokens lack
	noTenant = 7 // a tenant that is none of the user's

	unprotected = 8 // a stack that keeps its data, and could be deleted

	critical = 9  // an examination that found something critical
	warned   = 10 // with --strict: one that found a warning, or could not ask
)

// concluded is the end of a call whose answer has been written: nothing went wrong, and a
// script can tell the answer by the status.
type concluded int

func (c concluded) Error() string { return fmt.Sprintf("the answer has the status %d", int(c)) }

// usage is an error in the command's call; its text says how to call it.
type usage string

func (u usage) Error() string { return string(u) }

func misused(format string, args ...any) error { return usage(fmt.Sprintf(format, args...)) }

// verb is one thing that an operator can ask for.
type verb struct {
	name, summary, help string
	run                 func(context.Context, []string, terminal) error
}

// verbs returns all verbs, in the order of the help.
func verbs() []verb {
	return []verb{
		{"adopt", "make a pool that nobody's code owns call the suite, and take that back", adoptHelp, adopt},
		{"authz", "show and change what a user may do", authzHelp, authz},
		{"check", "say what synth would say about a stage file, at once", checkHelp, check},
		{"cost", "compute what a stage costs a month, from its template", costHelp, showCosts},
		{"deploy", "bring a stage to AWS, in a way that can fail and be repeated", deployHelp, deploy},
		{"destroy", "remove a stage from AWS, and name what goes", destroyHelp, destroy},
		{"doctor", "examine a live pool, its functions and its stack", doctorHelp, examine},
		{"dossier", "print all that is stored about a user", dossierHelp, showDossier},
		{"erase", "remove what is stored about a user, with a receipt", eraseHelp, erase},
		{"explain", "say what a refusal means that somebody read, and which rule made it", explainHelp, explain},
		{"invite", "make keys and sign invites", inviteHelp, invite},
		{"logs", "show what the functions decided, from their logs", logsHelp, logs},
		{"prune", "delete old versions of the functions", pruneHelp, prune},
		{"reconcile", "make the table equal to the user pool, or say where it is not", reconcileHelp, reconcile},
		{"rollback", "take the last deployment of the functions back, in seconds", rollbackHelp, rollback},
		{"sign-up-preview", "ask every rule of sign-up about somebody", signUpHelp, signUpPreview},
		{"status", "say which version and which policy of each function is live", statusHelp, status},
		{"token-preview", "show tokens before they are issued", previewHelp, tokenPreview},
		{"why", "say what a user's tokens say and lack, and why", whyHelp, why},
		{"wiring", "print what the code of a pool must say to call the functions", wiringHelp, wiring},
	}
}

func run(ctx context.Context, args []string, t terminal) int {
	t.out, t.err = screen{t.out, t.colours && t.getenv("NO_COLOR") == "" && t.getenv("TERM") != "dumb"}, screen{to: t.err}
	if len(args) == 0 {
		fmt.Fprint(t.err, overview())
		return misuse
	}
	if asksForHelp(args[0]) {
		return help(args[1:], t)
	}
	all := verbs()
	i := slices.IndexFunc(all, func(v verb) bool { return v.name == args[0] })
	if i < 0 {
		fmt.Fprintf(t.err, "ops: there is no verb %q; the verbs are: %s\n", args[0], names(all))
		return misuse
	}
	if len(args) > 1 && asksForHelp(args[1]) || slices.Contains(args, "--help") {
		return help(args[:1], t)
	}
	err := all[i].run(ctx, args[1:], t)
	wrong, answer, nobody, noStage := usage(""), concluded(0), support.Unknown(""), settings.NoStage("")
	switch {
	case err == nil:
		return done
	case errors.As(err, &answer):
		return int(answer)
	case errors.As(err, &wrong), errors.As(err, &noStage):
		fmt.Fprintf(t.err, "ops %s: %v\n(ops help %s says more)\n", args[0], err, args[0])
		return misuse
	}
	fmt.Fprintf(t.err, "ops %s: %v\n", args[0], err)
	if _, incomplete := errors.AsType[sweep.Incomplete](err); incomplete {
		return short
	}
	if errors.As(err, &nobody) {
		return unknown
	}
	return failed
}

func asksForHelp(arg string) bool {
	return slices.Contains([]string{"help", "-h", "-help", "--help"}, arg)
}

// help writes what a verb does, or which verbs there are.
func help(args []string, t terminal) int {
	if len(args) == 0 {
		fmt.Fprint(t.out, overview())
		return done
	}
	for _, v := range verbs() {
		if v.name == args[0] {
			fmt.Fprint(t.out, strings.TrimLeft(v.help, "\n"))
			return done
		}
	}
	fmt.Fprintf(t.err, "ops: there is no verb %q; the verbs are: %s\n", args[0], names(verbs()))
	return misuse
}

func overview() string {
	var b strings.Builder
	b.WriteString("The operator's command of the trigger suite.\n\n")
	for _, v := range verbs() {
		fmt.Fprintf(&b, "  go run ./infra/cmd/ops %-15s %s\n", v.name, v.summary)
	}
	b.WriteString("\n  go run ./infra/cmd/ops help VERB      says all about a verb\n\n")
	b.WriteString("Exit status: 0 done, 1 failed, 2 wrong call, 3 a sweep of an incomplete list, 4 no token\n" +
		"or no account, 5 nobody knows the user, client or sentence, 6 a grant is absent, 7 the tenant is\n" +
		"none of the user's, 8 a stack is not protected against deletion, 9 doctor found something\n" +
		"critical, 10 with --strict a warning.\n")
	return b.String()
}

func names(all []verb) string {
	list := make([]string, len(all))
	for i := range all {
		list[i] = all[i].name
	}
	return strings.Join(list, ", ")
}
