package support

import (
	"errors"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
)

// Checked is what synth says about a stage file.
type Checked struct {
	Stage string `json:"stage"`
	File  string `json:"file"`
	// Sound reports whether there is no fault: synth goes on.
	Sound    bool          `json:"sound"`
	Faults   strict.Faults `json:"faults"`
	Warnings strict.Faults `json:"warnings"`
}

// Check returns everything that synth says about a stage's file, faults and warnings, in
// the order of its lines. Whether the functions are built it does not say. The error is
// that of a file that is not there or cannot be read.
func Check(folder, stage string) (Checked, error) {
	loaded, err := settings.FindStage(folder, stage)
	if err == nil {
		err = loaded.Beside()
	}
	found, ok := errors.AsType[strict.Faults](err)
	if err != nil && !ok {
		return Checked{}, err
	}
	return Checked{
		Stage: stage, File: settings.StageFile(folder, stage), Sound: err == nil,
		Faults: append(strict.Faults{}, found...), Warnings: append(strict.Faults{}, loaded.Found()...),
	}, nil
}
