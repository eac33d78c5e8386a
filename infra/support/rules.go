package support

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// Rule is a rule of sign-up as it stands in a stage.
type Rule struct {
	Rule string `json:"rule"`
	// Client is the id of the app client whose own it is; "" is the general one.
	Client string `json:"client,omitempty"`
	// Place is file:line, "" if it holds unwritten.
	Place string `json:"place,omitempty"`
	// Standing says how strict it is, whom it judges, and whether it holds at a token.
	Standing string `json:"standing"`
	// Codes are those of its refusals; none for an exception.
	Codes []string `json:"codes"`
}

// Rules returns the rules that are written down or hold unwritten, in the order in which they
// are asked, and behind each those that app clients have in its place.
func Rules(stage settings.Stage) (all []Rule) {
	section := stage.Policy.SignUp
	for _, row := range signup.Rules() {
		add := func(client, path string, rule any) {
			if rule == nil {
				return
			}
			r := Rule{Rule: row.Name, Client: client, Place: stage.Place(policy.Child(path, row.Name)), Standing: standing(rule), Codes: []string{}}
			for _, refusal := range row.Refusals {
				r.Codes = append(r.Codes, refusal.Code)
			}
			all = append(all, r)
		}
		add("", "policy.signUp", member(section.Full(), row.Name))
		for _, id := range slices.Sorted(maps.Keys(section.Clients)) {
			add(id, policy.Child("policy.signUp.clients", id), member(section.Clients[id], row.Name))
		}
	}
	return all
}

// RuleText is a rule as it stands in a stage file.
type RuleText struct {
	// Path is the rule's path in the file, Place its file:line, "" if it is not written
	// down, AsItRuns if there is no file.
	Path  string `json:"path"`
	Place string `json:"place,omitempty"`
	// Standing says how strict the rule is and whom it judges, or what holds without it.
	Standing string `json:"standing"`
	// Lines are those of the file, or of the rule's JSON if there is none.
	Lines []string `json:"lines"`
}

// AsItRuns is the place of a rule of a stage that was read from what runs.
const AsItRuns = "as it runs"

// texts returns a rule, first the general one, then that of each app client with one of its
// own.
func texts(s *settings.Stage, name string) []RuleText {
	section := s.Policy.SignUp
	all := []RuleText{textOf(s, "policy.signUp."+name, member(section.Rules, name))}
	for _, client := range slices.Sorted(maps.Keys(section.Clients)) {
		if own := member(section.Clients[client], name); own != nil {
			all = append(all, textOf(s, policy.Child("policy.signUp.clients", client)+"."+name, own))
		}
	}
	return all
}

func textOf(s *settings.Stage, path string, rule any) RuleText {
	if rule == nil {
		return RuleText{Path: path, Standing: unwritten(path), Lines: []string{}}
	}
	if s.Runs() {
		text, _ := json.MarshalIndent(rule, "", "  ") // of strings, numbers and lists
		return RuleText{path, AsItRuns, standing(rule), strings.Split(string(text), "\n")}
	}
	return RuleText{path, s.Place(path), standing(rule), s.Text(path)}
}

// unwritten returns what holds if a rule is absent.
func unwritten(path string) string {
	if strings.HasSuffix(path, ".email") {
		return "an unusable address is refused all the same"
	}
	return "it refuses nobody, so another deployment or stage made this code"
}
