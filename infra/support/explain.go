package support

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/client/refusal"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/sentence"
)

// Explanation is what a refusal means, and which rules make it.
type Explanation struct {
	Code    string `json:"code"`
	Meaning string `json:"meaning"`
	// Sentence is the program's own, in English.
	Sentence string `json:"sentence"`
	// Trigger is the one that refused, if Cognito's words around the sentence say so.
	Trigger string `json:"trigger,omitempty"`
	// Stages has the rules of each stage; none if no rule of the policy makes the refusal.
	Stages []StageRules `json:"stages"`
}

// StageRules are the rules of a stage that make a refusal.
type StageRules struct {
	Stage string `json:"stage"`
	File  string `json:"file"`
	// Sentences has the stage's own sentences, by locale.
	Sentences map[string]string `json:"sentences"`
	Rules     []RuleText        `json:"rules"`
}

// Refusals returns all refusals of the functions, in the order of their codes.
func Refusals() []deny.Refusal {
	all := append(signup.Refusals(), deny.OfTokens()...)
	slices.SortFunc(all, func(a, b deny.Refusal) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// Codes returns the codes of the refusals.
func Codes() []string {
	var list []string
	for _, r := range Refusals() {
		list = append(list, r.Code)
	}
	return list
}

// Explain explains a code, or what a person read: a sentence of the stages in any locale,
// with or without its code, in Cognito's words around it, or in the address of the page
// that managed login redirects to. Several codes may share a sentence. The error is Unknown
// for a text that no rule of these stages says.
func Explain(text string, stages []settings.Stage) ([]Explanation, error) {
	found, codes := read(text, stages)
	if len(codes) == 0 {
		return nil, unknownText(text, found, stages)
	}
	var all []Explanation
	for _, r := range Refusals() {
		if slices.Contains(codes, r.Code) {
			all = append(all, Explanation{Code: r.Code, Meaning: r.Meaning, Sentence: r.Sentence, Trigger: found.Trigger, Stages: rulesOf(r, stages)})
		}
	}
	return all, nil
}

// read finds the codes of a text by the decoder of the applications.
func read(text string, stages []settings.Stage) (refusal.Refusal, []string) {
	text = strings.Trim(strings.TrimSpace(text), `"'“”„«»`)
	if slices.Contains(Codes(), text) {
		return refusal.Refusal{}, []string{text}
	}
	table := merged(stages)
	found, ok := table.Decode(text)
	if !ok {
		found, ok = table.DecodeURL(text)
	}
	if !ok { // the sentence alone, which a person copies or reads aloud
		found, _ = table.Decode("PreSignUp failed with error " + text)
		found.Trigger = ""
	}
	if slices.Contains(Codes(), found.Code) {
		return found, []string{found.Code}
	}
	var codes []string
	for code, said := range table {
		for _, own := range said {
			if found.Sentence != "" && spoken(own) == spoken(found.Sentence) && !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return found, codes
}

// spoken is a sentence without what is lost when it is typed again.
func spoken(sentence string) string {
	return strings.ToLower(strings.TrimRight(strings.Join(strings.Fields(sentence), " "), ".!"))
}

// unknownText says that nothing says a text, and what comes near.
func unknownText(text string, found refusal.Refusal, stages []settings.Stage) error {
	if !strings.ContainsAny(strings.TrimSpace(text), " +%?=") {
		return Unknown(fmt.Sprintf("there is no code %s; %s", policy.Shown(text), policy.Meant(text, Codes(), "the codes are: "+strings.Join(Codes(), ", "))))
	}
	what := "this sentence"
	if found.Trigger != "" {
		what = "what the trigger " + found.Trigger + " said"
	}
	var names []string
	for _, s := range stages {
		names = append(names, s.Name)
	}
	return Unknown(fmt.Sprintf("%s is of no rule of %s: it is Cognito's own, or of another stage, version or function. Without arguments, explain lists the codes", what, strings.Join(names, ", ")))
}

// rulesOf returns the rules of each stage that make a refusal.
func rulesOf(r deny.Refusal, stages []settings.Stage) []StageRules {
	rules := slices.DeleteFunc(signup.Rules(), func(rule signup.Rule) bool {
		return !slices.ContainsFunc(rule.Refusals, func(other deny.Refusal) bool { return other.Code == r.Code })
	})
	all := []StageRules{}
	for _, s := range stages {
		if len(rules) == 0 {
			break
		}
		of := StageRules{Stage: s.Name, File: s.File(), Sentences: map[string]string{}}
		for locale, own := range s.Policy.SignUp.Sentences {
			if said, ok := own[r.Code]; ok {
				of.Sentences[locale] = said
			}
		}
		for _, rule := range rules {
			of.Rules = append(of.Rules, texts(&s, rule.Name)...)
		}
		all = append(all, of)
	}
	return all
}

// plainEnglish is the name under which the table has the program's sentence if the stage
// has an English one of its own: the kernel says the program's when it cannot ask the
// policy.
const plainEnglish = "x-program"

// Sentences returns the decoders' table of some codes, or of all if none is named, in every
// locale of a stage; nil is no stage. The sentences have no codes, even if the stage shows
// them.
func Sentences(only []string, stage *settings.Stage) refusal.Table {
	var own policy.Sentences
	if stage != nil {
		own = stage.Policy.SignUp.Sentences
	}
	table := refusal.Table{}
	compiled, _ := sentence.Compile("", own, Refusals(), false)
	for _, r := range Refusals() {
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

// merged returns the sentences of all stages.
func merged(stages []settings.Stage) refusal.Table {
	table := Sentences(nil, nil)
	for i, s := range stages {
		for code, said := range Sentences(nil, &stages[i]) {
			for locale, own := range said {
				table[code][s.Name+" "+locale] = own
			}
		}
	}
	return table
}
