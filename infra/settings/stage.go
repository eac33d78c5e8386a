package settings

import (
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
	// Name is the file's name without .yaml, and the end of the stack's name.
	Name     string `yaml:"-"`
	Settings `yaml:",inline"`

	given    Given
	warnings []string
}

// Warnings has a line, with file and line number, for everything in the stage
// that is allowed and its author should know of; nil when there is nothing, or
// when the stage was not read from a file.
func (s *Stage) Warnings() []string { return slices.Clone(s.warnings) }

// Validate gives every fault of the stage as one error, policy.Faults whose paths are
// the keys of its file; nil when there is none. LoadStage has done so already, and
// knows the lines.
func (s *Stage) Validate() error { return s.Faults(s.given).Err() }

// LoadStage reads a stage file, whole and strictly: every unknown key, wrong
// type, missing or bad value, in the settings as in the policy, comes back in
// one error, a line for each with file and line number.
func LoadStage(path string) (Stage, error) { return LoadStageFor(path, Given{}) }

// LoadStageFor reads the stage file of a suite to which the code of an app hands
// something over: for a pool that the app makes, a file has no domainPrefix,
// webClient and resourceServer, which LoadStage would miss.
func LoadStageFor(path string, given Given) (Stage, error) {
	stage := Stage{Name: strings.TrimSuffix(filepath.Base(path), ".yaml"), given: given}
	src, err := os.ReadFile(path)
	if err != nil {
		return stage, fmt.Errorf("reading the stage: %w", err)
	}
	lines, decoding := strict.Decode(path, src, &stage)
	if found := lines.Locate(stage.Settings.Warnings(given).Err()); found != nil {
		stage.warnings = strings.Split(found.Error(), "\n")
	}
	return stage, lines.Locate(decoding, unless(lines, decoding, stage.Faults(given)))
}

// unless takes those faults away that stand where the file could not even be
// decoded: a number where a text was meant is not a missing text as well, and of a
// file that is no YAML nobody knows what is missing.
func unless(lines strict.Lines, decoding error, faults policy.Faults) error {
	undecoded, _ := decoding.(strict.Faults)
	return slices.DeleteFunc(faults, func(f policy.Fault) bool {
		at := lines.Holds(f.Path)
		return slices.ContainsFunc(undecoded, func(u strict.Fault) bool { return u.Path == at })
	}).Err()
}

// FindStage loads the stage with this name from a folder of stage files. A name
// without a file gives one line with the names that there are.
func FindStage(folder, name string) (Stage, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return Stage{}, fmt.Errorf("looking for stages: %w", err)
	}
	var names []string
	for _, file := range files {
		found := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if found == name {
			return LoadStage(file)
		}
		names = append(names, found)
	}
	if len(names) == 0 {
		return Stage{}, fmt.Errorf("there is no stage file in %s: is this the project's folder?", folder)
	}
	return Stage{}, fmt.Errorf("there is no stage %q in %s; the stages are: %s", name, folder, strings.Join(names, ", "))
}
