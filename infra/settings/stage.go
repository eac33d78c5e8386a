package settings

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
)

// Stage is one deployment of the suite: dev, prod.
type Stage struct {
	// Name is the file's name without .yaml, and ends the stack's name.
	Name     string `yaml:"-"`
	Settings `yaml:",inline"`

	given    Given
	shipped  *policy.Document // of a stage that runs
	warnings strict.Faults
	path     string
	text     []string
	lines    strict.Lines
}

// File is the stage's file; "" if the stage was not read from one.
func (s *Stage) File() string { return filepath.ToSlash(s.path) }

// Place returns where a key of the file stands, as file:line; the key is a path such as
// policy.signUp.domains. It is "" for a key that is not written down, or if the stage was
// not read from a file.
func (s *Stage) Place(path string) string {
	if s.path == "" || s.lines.Holds(path) != path {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.File(), s.lines.Line(path))
}

// Text returns the lines of a key of the file, its own and those that are indented more,
// without their shared indentation; nil where Place returns "".
func (s *Stage) Text(path string) (lines []string) {
	if s.Place(path) == "" {
		return nil
	}
	from := s.lines.Line(path) - 1
	indent, end := indentation(s.text[from]), from+1
	for at := end; at < len(s.text); at++ {
		trimmed := strings.TrimSpace(s.text[at])
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if indentation(s.text[at]) <= indent {
			break
		}
		end = at + 1
	}
	for _, each := range s.text[from:end] {
		lines = append(lines, strings.TrimRight(strings.TrimPrefix(each, s.text[from][:indent]), " \r"))
	}
	return lines
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// Warnings returns a line, with file and line number, for each setting that is allowed
// but that its author should know about; nil if there is none, or if the stage was not
// read from a file.
func (s *Stage) Warnings() []string {
	var lines []string
	for _, warning := range s.warnings {
		lines = append(lines, warning.String())
	}
	return lines
}

// Found returns the warnings, in the order of Warnings.
func (s *Stage) Found() strict.Faults { return slices.Clone(s.warnings) }

// Validate returns all faults of the stage as one error, policy.Faults whose paths are
// the keys of its file; nil if there is none. LoadStage calls it already, and adds the
// lines.
func (s *Stage) Validate() error { return s.Faults(s.given).Err() }

// Beside returns the faults of the files that the stage names and that synth ships. LoadStage
// does not look for them: the command that writes one reads the stage first.
func (s *Stage) Beside() error {
	path := s.Migration.Waiting
	if path == "" {
		return nil
	}
	file, err := waiting.Open(path)
	if err != nil {
		var faults policy.Faults
		faults.Add("migration.waiting", err.Error(), "write the file with `migrate csv` or `migrate load`, or remove the key")
		return s.lines.Locate(faults)
	}
	return file.Close()
}

// LoadStage reads a stage file strictly: every unknown key, wrong type, missing or bad
// value, in the settings and in the policy, is in one error, a line each with file and
// line number.
func LoadStage(path string) (Stage, error) { return LoadStageFor(path, Given{}) }

// LoadStageFor reads the stage file of a suite to which an app passes constructs: for a
// pool that the app makes, a file has no domain and no settings of clients, which
// LoadStage requires.
func LoadStageFor(path string, given Given) (Stage, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return Stage{}, fmt.Errorf("reading the stage: %w", err)
	}
	return ReadStage(path, src, given)
}

// ReadStage reads the text of a stage file as LoadStageFor does; path is for its name and
// its faults.
func ReadStage(path string, src []byte, given Given) (Stage, error) {
	stage, decoding := decode(path, src, given)
	if renamed(path, src, decoding) {
		return stage, decoding // the rest would be judged without its clients
	}
	stage.warnings, _ = errors.AsType[strict.Faults](stage.lines.Locate(stage.Settings.Warnings(given).Err(), stage.Placeholders().Err()))
	return stage, stage.lines.Locate(decoding, unless(stage.lines, decoding, stage.Faults(given)))
}

// decode reads a stage without judging its values.
func decode(path string, src []byte, given Given) (stage Stage, err error) {
	stage = Stage{Name: stageName(path), given: given, path: path, text: strings.Split(string(src), "\n")}
	stage.lines, err = strict.Decode(path, src, &stage)
	return stage, err
}

// stageName returns the name of the stage that a file is of.
func stageName(path string) string { return strings.TrimSuffix(filepath.Base(path), fileEnd) }

// fileEnd ends the name of a stage file.
const fileEnd = ".yaml"

// StageFile is the file of a stage in a folder of stage files.
func StageFile(folder, stage string) string { return filepath.Join(folder, stage+fileEnd) }

// unless removes the faults of values that could not even be decoded: a number where a
// text was meant is not also a missing text, and in a file that is not YAML nothing
// counts as missing.
func unless(lines strict.Lines, decoding error, faults policy.Faults) error {
	undecoded, _ := decoding.(strict.Faults)
	return slices.DeleteFunc(faults, func(f policy.Fault) bool {
		at := lines.Holds(f.Path)
		return slices.ContainsFunc(undecoded, func(u strict.Fault) bool { return u.Path == at })
	}).Err()
}

// NoStage is the error for a name without a file. It lists the names that exist.
type NoStage string

// Error returns the text.
func (n NoStage) Error() string { return string(n) }

// FindStage loads the stage with this name from a folder of stage files. The error is NoStage
// for a name without a file.
func FindStage(folder, name string) (Stage, error) {
	if _, err := stageNames(folder, name); err != nil {
		return Stage{}, err
	}
	return LoadStage(StageFile(folder, name))
}

// DecodeStages reads the file of one stage, or of every stage if none is named, without judging
// the values: a stage that LoadStage refuses can be explained.
func DecodeStages(folder, name string) (stages []Stage, err error) {
	names, err := stageNames(folder, name)
	if name != "" && err != nil {
		return nil, err
	}
	for _, found := range names {
		path := StageFile(folder, found)
		src, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading the stage: %w", err)
		}
		stage, err := decode(path, src, Given{})
		if err != nil {
			return nil, err
		}
		stages = append(stages, stage)
	}
	return stages, nil
}

// stageNames returns the one name if a folder has that stage, and otherwise the names that
// it has beside the error.
func stageNames(folder, one string) (names []string, err error) {
	files, _ := filepath.Glob(StageFile(folder, "*")) // a folder with a bad pattern has no file
	for _, file := range files {
		names = append(names, stageName(file))
	}
	switch {
	case slices.Contains(names, one):
		return []string{one}, nil
	case len(names) == 0:
		return nil, NoStage("there is no stage file in " + folder + ": is this the project's folder?")
	}
	return names, NoStage(fmt.Sprintf("there is no stage %q in %s; the stages are: %s", one, folder, strings.Join(names, ", ")))
}
