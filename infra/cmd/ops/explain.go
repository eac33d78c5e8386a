package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

const explainHelp = `
explain: what a refusal means that somebody read, and which rule of which stage made it

  go run ./infra/cmd/ops explain                      lists the codes
  go run ./infra/cmd/ops explain CODE                 says what one means
  go run ./infra/cmd/ops explain "SENTENCE"           finds the code of what somebody read
  go run ./infra/cmd/ops explain … --stage NAME       and shows the rule in the stage's file
  go run ./infra/cmd/ops explain --json [--stage NAME] [CODE]

The code stands in the log line of the refusal (code; rule is the rule that spoke)
and, where the stage says showCode: true, behind the sentence that the user read.

SENTENCE is one of a stage's or of the program's, in any language of the file. It may have
Cognito's words around it ("PreSignUp failed with error …."), an SDK's around those, or be
the whole address of the page that managed login redirected to (error_description).

  --stage NAME      a file in infra/stages; every stage when one is not given
  --stage-file FILE a stage's file elsewhere
  --live            the rules that run, out of the functions' own bundles, for which it needs
                    lambda:GetFunction; so it is without a file. --stack, --prefix, --region
                    and --profile are as in ops help token-preview
  --outputs FILE    of --stage local, where make local has a --files folder of its own
  --json            with a SENTENCE, the answer as JSON; else the sentences by code and
                    locale: the table with which clients find the code of a sentence
                    (infra/client/refusal and refusal.mjs)

Exit status: 0, or 5 for a sentence that no rule says.

Example:
  go run ./infra/cmd/ops explain "Please give an e-mail address" --stage dev
`

func explain(ctx context.Context, args []string, t terminal) error {
	var where target
	var asJSON bool
	flags := newFlags("explain")
	where.stackFlags(flags)
	where.fileFlags(flags)
	flags.BoolVar(&asJSON, "json", false, "")
	words, err := parse(flags, args)
	text := strings.Join(words[:min(len(words), 1)], "")
	isWord := !strings.ContainsAny(text, " +?=&#%")
	switch {
	case err != nil:
		return err
	case len(words) > 1:
		return misused("unexpected argument %q: one code at a time; put a sentence in quotes", words[1])
	case isWord && text != "" && !slices.Contains(support.Codes(), text):
		_, err := support.Explain(text, nil)
		return misused("%v", err)
	}
	stages, err := where.decoded(ctx)
	switch {
	case err != nil:
		return err
	case asJSON && isWord && where.stage+where.stageFile+where.stack == "":
		return writeJSON(t.out, support.Sentences(words, nil))
	case asJSON && isWord:
		return writeJSON(t.out, support.Sentences(words, &stages[0]))
	case text == "":
		for _, r := range support.Refusals() {
			fmt.Fprintf(t.out, "%-26s %s\n", r.Code, r.Meaning)
		}
		return nil
	}
	found, err := support.Explain(text, stages)
	if err != nil {
		return err
	}
	return show(t, asJSON, found, printExplained)
}

// printExplained writes everything about the codes.
func printExplained(out io.Writer, all []support.Explanation) {
	if len(all) > 1 {
		fmt.Fprintf(out, "%d codes share this sentence; the log line of the refusal has the right one\n\n", len(all))
	}
	for i, e := range all {
		if i > 0 {
			fmt.Fprintln(out)
		}
		printCode(out, e)
	}
}

func printCode(out io.Writer, e support.Explanation) {
	fmt.Fprintf(out, "%s\n\n  means    %s\n  says     %s\n", e.Code, e.Meaning, e.Sentence)
	if e.Trigger != "" {
		fmt.Fprintf(out, "  trigger  %s\n", e.Trigger)
	}
	if len(e.Stages) == 0 {
		fmt.Fprintf(out, "  rule     none of the policy's\n")
	}
	for _, s := range e.Stages {
		fmt.Fprintf(out, "\nstage %s, %s\n", s.Stage, cmp.Or(s.File, support.AsItRuns))
		for _, locale := range slices.Sorted(maps.Keys(s.Sentences)) {
			fmt.Fprintf(out, "  %-8s %s\n", locale, s.Sentences[locale])
		}
		for _, r := range s.Rules {
			printRule(out, r)
		}
	}
}

// printRule writes a rule: its place, its strictness and its lines.
func printRule(out io.Writer, r support.RuleText) {
	if r.Place == "" {
		fmt.Fprintf(out, "  rule     %s is not written down: %s\n", r.Path, r.Standing)
		return
	}
	fmt.Fprintf(out, "  rule     %s %s, %s\n", r.Place, r.Path, r.Standing)
	for _, text := range r.Lines {
		fmt.Fprintf(out, "           | %s\n", text)
	}
}
