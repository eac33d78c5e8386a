package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// oneDeployment is the longest time between two versions of one deployment, which are
// published within seconds.
const oneDeployment = 10 * time.Minute

// turn is what a rollback does to one function. If To is zero it does nothing, and Why
// says why.
type turn struct {
	Trigger string    `json:"trigger"`
	Name    string    `json:"function"`
	From    published `json:"from"`
	To      published `json:"to"`
	Why     string    `json:"kept,omitempty"`

	revision *string
}

// plan returns what to do to each function, or an error if there is nothing to do.
func (o order) plan(found []function) ([]turn, error) {
	var turns []turn
	for _, f := range found {
		to, why := o.goal(f, found)
		turns = append(turns, turn{Trigger: f.Trigger, Name: f.Name, From: f.Live, To: to, Why: why, revision: f.revision})
	}
	if slices.ContainsFunc(turns, func(t turn) bool { return t.Why == "" }) {
		return turns, nil
	}
	var text string
	for _, made := range turns {
		text += fmt.Sprintf("\n  %s stays at version %d, policy %s: %s", made.Trigger, made.From.Number, hashOf(made.From), made.Why)
	}
	return nil, fmt.Errorf("nothing was changed:%s", text)
}

// goal returns where a function's alias must point, or why it stays.
func (o order) goal(f function, all []function) (to published, why string) {
	kept := false
	switch {
	case o.to == newestVersion:
		to, kept = f.newest(), true
	case o.to != "":
		number, _ := strconv.Atoi(o.to)
		to, kept = f.version(number)
	case o.one == "" && !o.all && !ofLastDeployment(f, all):
		return published{}, "an earlier deployment published it; --all or --function takes it back too"
	default:
		to, kept = f.before()
	}
	switch {
	case !kept && o.to != "":
		return published{}, "there is no version " + o.to
	case !kept:
		return published{}, "there is no version before it"
	case to.Number == f.Live.Number:
		return published{}, "it is live already"
	}
	return to, ""
}

// ofLastDeployment reports whether the function's live version was published together
// with the newest of all live ones. A version without a time can always be taken back.
func ofLastDeployment(f function, all []function) bool {
	var last time.Time
	for _, other := range all {
		if other.Live.At.After(last) {
			last = other.Live.At
		}
	}
	return f.Live.At.IsZero() || last.Sub(f.Live.At) <= oneDeployment
}

// point moves the aliases, one call each, and returns what was done. The first error ends
// it; what was moved stays so and is reported.
func point(ctx context.Context, api aliases, turns []turn) ([]turn, error) {
	for i, made := range turns {
		if made.Why != "" {
			continue
		}
		_, err := api.UpdateAlias(ctx, &lambda.UpdateAliasInput{
			FunctionName: &made.Name, Name: new(settings.LiveAlias),
			FunctionVersion: new(strconv.Itoa(made.To.Number)), RevisionId: made.revision,
		})
		if err != nil {
			return turns[:i], fmt.Errorf("pointing %s to version %d: %w", made.Trigger, made.To.Number, advised(err))
		}
	}
	return turns, nil
}

// printTurns writes a line for each function.
func printTurns(out io.Writer, turns []turn, dryRun bool) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	verb := "live, published"
	if dryRun {
		verb = "not done, published"
	}
	for _, made := range turns {
		if made.Why != "" {
			fmt.Fprintf(table, "%s\tstays %d\tpolicy %s\t%s\n", made.Trigger, made.From.Number, hashOf(made.From), made.Why)
			continue
		}
		fmt.Fprintf(table, "%s\t%d -> %d\tpolicy %s -> %s\t%s %s\n", made.Trigger, made.From.Number, made.To.Number,
			hashOf(made.From), hashOf(made.To), verb, moment(made.To.At))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("writing what was done: %w", err)
	}
	return nil
}
