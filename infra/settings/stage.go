package settings

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
)

// Stage is one deployment of the suite: dev, prod.
type Stage struct {
	// Name is the file's name without .yaml, and ends the stack's name.
	Name     string `yaml:"-"`
	Settings `yaml:",inline"`

	given    Given
	warnings strict.Faults
	path     string
	lines    strict.Lines
}

// Place returns where a key of the file stands, as file:line; the key is a path such as
// policy.signUp.domains. It is "" for a key that is not written down, or if the stage was
// not read from a file.
func (s *Stage) Place(path string) string {
	if s.path == "" || s.lines.Holds(path) != path {
		return ""
	}
	return fmt.Sprintf("%s:%d", filepath.ToSlash(s.path), s.lines.Line(path))
}

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

// LoadStage reads a stage file strictly: every unknown key, wrong type, missing or bad
// value, in the settings and in the policy, is in one error, a line each with file and
// line number.
func LoadStage(path string) (Stage, error) { return LoadStageFor(path, Given{}) }

// LoadStageFor reads the stage file of a suite to which an app passes constructs: for a
// pool that the app makes, a file has no domainPrefix, webClient and resourceServer,
// which LoadStage requires.
func LoadStageFor(path string, given Given) (Stage, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return Stage{Name: stageName(path), given: given}, fmt.Errorf("reading the stage: %w", err)
	}
	return ReadStage(path, src, given)
}

// ReadStage reads the text of a stage file as LoadStageFor does; path is for its name and
// its faults.
func ReadStage(path string, src []byte, given Given) (Stage, error) {
	stage := Stage{Name: stageName(path), given: given}
	lines, decoding := strict.Decode(path, src, &stage)
	stage.path, stage.lines = path, lines
	stage.warnings, _ = errors.AsType[strict.Faults](lines.Locate(stage.Settings.Warnings(given).Err()))
	return stage, lines.Locate(decoding, unless(lines, decoding, stage.Faults(given)))
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

// FindStage loads the stage with this name from a folder of stage files. For a name
// without a file, the error lists the names that exist.
func FindStage(folder, name string) (Stage, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*"+fileEnd))
	if err != nil {
		return Stage{}, fmt.Errorf("looking for stages: %w", err)
	}
	var names []string
	for _, file := range files {
		found := stageName(file)
		if found == name {
			return LoadStage(file)
		}
		names = append(names, found)
	}
	if len(names) == 0 {
		return Stage{}, fmt.Errorf("there is no stage file in %s: is this the project's folder?", folder)
	}
	return Stage{}, NewNoStage(folder, name, names)
}

// NoStage is the error of a name without a stage file; it says which there are.
type NoStage string

// Error implements error.
func (n NoStage) Error() string { return string(n) }

// NewNoStage returns the error of a name beside the names that a folder has.
func NewNoStage(folder, name string, names []string) NoStage {
	return NoStage(fmt.Sprintf("there is no stage %q in %s; the stages are: %s", name, folder, strings.Join(names, ", ")))
}
