package support

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
)

// Checked is what synth says about a stage file.
type Checked struct {
	Stage string `json:"stage"`
	File  string `json:"file"`
	// Sound reports whether there is no fault: synth goes on.
	Sound    bool      `json:"sound"`
	Faults   []Finding `json:"faults"`
	Warnings []Finding `json:"warnings"`
}

// Finding is one fault or warning.
type Finding struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Path    string `json:"path"`
	Problem string `json:"problem"`
	Fix     string `json:"fix,omitempty"`
}

// String returns the finding as synth prints it.
func (f Finding) String() string {
	text := fmt.Sprintf("%s:%d: ", f.File, f.Line)
	if f.Path != "" {
		text += f.Path + ": "
	}
	text += f.Problem
	if f.Fix != "" {
		text += "; " + f.Fix
	}
	return text
}

// Check returns everything that synth says about a stage's file, faults and warnings, in
// the order of its lines. Whether the functions are built it does not say. The error is
// that of a file that is not there or cannot be read.
func Check(folder, stage string) (Checked, error) {
	loaded, err := settings.FindStage(folder, stage)
	found, ok := errors.AsType[strict.Faults](err)
	if err != nil && !ok {
		return Checked{}, err
	}
	return Checked{
		Stage: stage, File: filepath.ToSlash(settings.StageFile(folder, stage)), Sound: err == nil, Faults: findings(found), Warnings: findings(loaded.Found()),
	}, nil
}

func findings(faults strict.Faults) []Finding {
	all := []Finding{}
	for _, f := range faults {
		all = append(all, Finding{filepath.ToSlash(f.File), f.Line, f.Path, f.Problem, f.Fix})
	}
	return all
}
