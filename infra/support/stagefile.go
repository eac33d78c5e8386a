package support

import (
	"fmt"
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

// StageFile is a stage's file with its sign-up rules and their lines.
type StageFile struct {
	// Name is the stage's, Path that of the file.
	Name, Path string
	text       []string
	lines      strict.Lines
	rules      policy.SignUp
}

// ReadStages reads the file of one stage, or of every stage if none is named. The error is
// settings.NoStage for a name without a file.
func ReadStages(folder, name string) ([]StageFile, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("looking for stages: %w", err)
	}
	var stages []StageFile
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
		return nil, settings.NewNoStage(folder, name, names)
	}
	return stages, nil
}

// readStage reads one. It does not check the settings: a stage that synth would refuse
// can be explained.
func readStage(name, path string) (StageFile, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return StageFile{}, fmt.Errorf("reading the stage: %w", err)
	}
	var stage settings.Stage
	lines, err := strict.Decode(filepath.ToSlash(path), src, &stage)
	if err != nil {
		return StageFile{}, err
	}
	return StageFile{Name: name, Path: path, text: strings.Split(string(src), "\n"), lines: lines, rules: stage.Policy.SignUp}, nil
}

// RuleText is a rule as it stands in a stage file.
type RuleText struct {
	// Path is the rule's path in the file, Place its file:line, "" if it is not written
	// down.
	Path  string `json:"path"`
	Place string `json:"place,omitempty"`
	// Standing says how strict the rule is and whom it judges, or what holds without it.
	Standing string `json:"standing"`
	// Lines are those of the file.
	Lines []string `json:"lines"`
}

// rule returns a rule, first the general one, then that of each app client with one of its
// own.
func (s StageFile) rule(name string) []RuleText {
	all := []RuleText{s.one("policy.signUp."+name, member(s.rules.Rules, name))}
	for _, client := range slices.Sorted(maps.Keys(s.rules.Clients)) {
		if own := member(s.rules.Clients[client], name); own != nil {
			all = append(all, s.one(policy.Child("policy.signUp.clients", client)+"."+name, own))
		}
	}
	return all
}

// one returns a rule's place, its strictness and its lines.
func (s StageFile) one(path string, rule any) RuleText {
	if rule == nil {
		return RuleText{Path: path, Standing: unwritten(path), Lines: []string{}}
	}
	line := s.lines.Line(path)
	return RuleText{path, fmt.Sprintf("%s:%d", filepath.ToSlash(s.Path), line), standing(rule), block(s.text, line)}
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
