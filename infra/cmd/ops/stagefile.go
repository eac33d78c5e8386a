package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
)

// stageFile is a stage's file with its sign-up rules and their lines.
type stageFile struct {
	name, path string
	text       []string
	lines      strict.Lines
	rules      policy.SignUp
}

// readStages reads the file of one stage, or of every stage if none is named.
func readStages(folder, name string) ([]stageFile, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("looking for stages: %w", err)
	}
	var stages []stageFile
	var names []string
	for _, path := range files {
		found := strings.TrimSuffix(filepath.Base(path), ".yaml")
		names = append(names, found)
		if name != "" && name != found {
			continue
		}
		s, err := readStage(found, path)
		if err != nil {
			return nil, err
		}
		stages = append(stages, s)
	}
	if len(names) == 0 && name != "" {
		return nil, fmt.Errorf("there is no stage file in %s: is this the project's folder?", folder)
	}
	if len(stages) == 0 && name != "" {
		return nil, misused("there is no stage %q in %s; the stages are: %s", name, folder, strings.Join(names, ", "))
	}
	return stages, nil
}

// readStage reads one. It does not check the settings: a stage that synth would refuse
// can be explained.
func readStage(name, path string) (stageFile, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return stageFile{}, fmt.Errorf("reading the stage: %w", err)
	}
	var stage settings.Stage
	lines, err := strict.Decode(filepath.ToSlash(path), src, &stage)
	if err != nil {
		return stageFile{}, err
	}
	return stageFile{name: name, path: path, text: strings.Split(string(src), "\n"), lines: lines, rules: stage.Policy.SignUp}, nil
}

// sentences writes the stage's own sentences for a code.
func (s stageFile) sentences(out io.Writer, code string) {
	for _, locale := range slices.Sorted(maps.Keys(s.rules.Sentences)) {
		if own, ok := s.rules.Sentences[locale][code]; ok {
			fmt.Fprintf(out, "  %-8s %s\n", locale, own)
		}
	}
}

// explain writes a rule as in the file, first the general one, then that of each app
// client with one of its own.
func (s stageFile) explain(out io.Writer, rule string) {
	s.one(out, "policy.signUp."+rule, member(s.rules.Rules, rule))
	for _, client := range slices.Sorted(maps.Keys(s.rules.Clients)) {
		if own := member(s.rules.Clients[client], rule); own != nil {
			s.one(out, policy.Child("policy.signUp.clients", client)+"."+rule, own)
		}
	}
}

// one writes a rule: its place, its strictness and its lines.
func (s stageFile) one(out io.Writer, path string, rule any) {
	if rule == nil {
		fmt.Fprintf(out, "  rule     %s is not written down: %s\n", path, unwritten(path))
		return
	}
	line := s.lines.Line(path)
	fmt.Fprintf(out, "  rule     %s:%d %s, %s\n", filepath.ToSlash(s.path), line, path, standing(rule))
	for _, text := range block(s.text, line) {
		fmt.Fprintf(out, "           | %s\n", text)
	}
}

// unwritten returns what holds if a rule is absent.
func unwritten(path string) string {
	if strings.HasSuffix(path, ".email") {
		return "an unusable address is refused all the same"
	}
	return "it refuses nobody, so another deployment or stage made this code"
}

// standing returns how strict a rule is, whom it judges, and whether it holds at a token.
func standing(rule any) string {
	text := strictness(rule)
	judges := reflect.ValueOf(rule).Elem().FieldByName("AppliesTo")
	switch {
	case !judges.IsValid():
		return text
	case judges.Len() == 0:
		text += ", judges " + string(policy.Self)
	default:
		text += ", judges " + strings.Trim(fmt.Sprint(judges.Interface()), "[]")
	}
	return text + afterSignUp(rule)
}

// afterSignUp returns what a rule does at a token, if it is one that may hold there.
func afterSignUp(rule any) string {
	said := reflect.ValueOf(rule).Elem().FieldByName("Held")
	if !said.IsValid() {
		return ""
	}
	switch held := said.Interface().(policy.Held); {
	case held.Holds != policy.HoldsAtToken:
		return ", at sign-up only"
	case strictness(rule) != string(policy.Enforce):
		return ", at a token too"
	case held.AtToken == policy.Refuse:
		return ", at a token too: refuses it"
	case held.AtToken == policy.OnlyObserve:
		return ", at a token too: observes it"
	}
	return ", at a token too: takes out what was granted"
}

// strictness returns how strict a rule is.
func strictness(rule any) string {
	const harmless = ": it refuses nobody"
	if access, ok := rule.(*policy.Access); ok {
		switch {
		case access.Mode == "" || access.Mode == policy.AccessOpen:
			return string(policy.AccessOpen) + harmless
		case access.Observe:
			return string(access.Mode) + ", observed" + harmless
		}
		return string(access.Mode)
	}
	mode := reflect.ValueOf(rule).Elem().FieldByName("Mode")
	if !mode.IsValid() || mode.String() == "" || mode.String() == string(policy.Enforce) {
		return string(policy.Enforce)
	}
	return mode.String() + harmless
}

// member returns the rule with this key, or nil if it is absent.
func member(of policy.Rules, key string) any {
	for name, rule := range of.All() {
		if name == key {
			return rule
		}
	}
	return nil
}

// block returns the lines of a YAML key, its own and those that are indented more,
// without their shared indentation.
func block(text []string, line int) []string {
	if line < 1 || line > len(text) {
		return nil
	}
	indent := len(text[line-1]) - len(strings.TrimLeft(text[line-1], " "))
	end := line
	for at := line; at < len(text); at++ {
		trimmed := strings.TrimLeft(text[at], " ")
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if len(text[at])-len(trimmed) <= indent {
			break
		}
		end = at + 1
	}
	var lines []string
	for _, each := range text[line-1 : end] {
		lines = append(lines, strings.TrimRight(each[min(len(each), indent):], " \r"))
	}
	return lines
}
