package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/sentence"
)

const explainHelp = `
explain: what a refusal's code means, and which rule of which stage made it

  go run ./infra/cmd/ops explain                      lists the codes
  go run ./infra/cmd/ops explain CODE                 says what one means
  go run ./infra/cmd/ops explain CODE --stage NAME    and shows the rule in the stage's file
  go run ./infra/cmd/ops explain --json [--stage NAME]

The code stands in the log line of the refusal (code; rule is the rule that spoke)
and, where the stage says showCode: true, behind the sentence that the user read.

  --stage NAME      a file in infra/stages; every stage when CODE is given without it
  --json            the sentences by code and locale: the table with which clients
                    find the code of a sentence (infra/client/refusal and refusal.mjs)

Example:
  go run ./infra/cmd/ops explain email-domain-denied --stage dev
`

// explainStages is the folder of the stage files in the project's folder.
const explainStages = "infra/stages"

// explain is the verb.
func explain(_ context.Context, args []string, t terminal) error {
	flags := newFlags("explain")
	name := flags.String("stage", "", "")
	asJSON := flags.Bool("json", false, "")
	words, err := parse(flags, args)
	switch {
	case err != nil:
		return err
	case len(words) > 1:
		return misused("unexpected argument %q: one code at a time", words[1])
	case len(words) == 1 && !slices.Contains(codes(), words[0]):
		return unknownCode(words[0])
	}
	stages, err := readStages(explainStages, *name)
	if err != nil {
		return err
	}
	switch {
	case *asJSON && *name == "":
		return writeJSON(t.out, sentences(words, nil))
	case *asJSON:
		return writeJSON(t.out, sentences(words, stages[0].rules.Sentences))
	case len(words) == 0:
		listCodes(t)
		return nil
	}
	explainCode(t, words[0], stages)
	return nil
}

// refusals returns all refusals of the functions, in the order of their codes.
func refusals() []deny.Refusal {
	all := append(signup.Refusals(), deny.OfTokens()...)
	slices.SortFunc(all, func(a, b deny.Refusal) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// codes returns the codes of the refusals.
func codes() []string {
	var list []string
	for _, r := range refusals() {
		list = append(list, r.Code)
	}
	return list
}

// unknownCode returns an error that names the code that was probably meant.
func unknownCode(word string) error {
	return misused("there is no code %q; %s", word, policy.Meant(word, codes(), "the codes are: "+strings.Join(codes(), ", ")))
}

// listCodes writes every code with its meaning.
func listCodes(t terminal) {
	for _, r := range refusals() {
		fmt.Fprintf(t.out, "%-26s %s\n", r.Code, r.Meaning)
	}
}

// explainCode writes everything about one code.
func explainCode(t terminal, code string, stages []stageFile) {
	hasCode := func(r deny.Refusal) bool { return r.Code == code }
	r := refusals()[slices.IndexFunc(refusals(), hasCode)]
	fmt.Fprintf(t.out, "%s\n\n  means    %s\n  says     %s\n", code, r.Meaning, r.Sentence)
	rules := slices.DeleteFunc(signup.Rules(), func(r signup.Rule) bool { return !slices.ContainsFunc(r.Refusals, hasCode) })
	if len(rules) == 0 {
		fmt.Fprintf(t.out, "  rule     none of the policy's\n")
		return
	}
	for _, s := range stages {
		fmt.Fprintf(t.out, "\nstage %s, %s\n", s.name, filepath.ToSlash(s.path))
		s.sentences(t.out, code)
		for _, rule := range rules {
			s.explain(t.out, rule.Name)
		}
	}
}

// plainEnglish is the name under which the table has the program's sentence if the stage
// has an English one of its own: the kernel says the program's when it cannot ask the
// policy.
const plainEnglish = "x-program"

// sentences returns the table of some codes, or of all if none is named, in every locale
// of a stage. The sentences have no codes, even if the stage shows them.
func sentences(only []string, own policy.Sentences) map[string]map[string]string {
	table := make(map[string]map[string]string)
	compiled, _ := sentence.Compile("", own, refusals(), false)
	for _, r := range refusals() {
		if len(only) > 0 && !slices.Contains(only, r.Code) {
			continue
		}
		said := map[string]string{"en": compiled.Say(r, "en").Sentence}
		if said["en"] != r.Sentence {
			said[plainEnglish] = r.Sentence
		}
		for _, locale := range slices.Sorted(maps.Keys(own)) {
			said[locale] = compiled.Say(r, locale).Sentence
		}
		table[r.Code] = said
	}
	return table
}
