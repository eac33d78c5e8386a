package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// theStage returns the stage: --stage-file, the file of its name in infra/stages, or, with
// --live, for a stack without a stage and in a folder without stage files, what runs. Of what
// runs it has the policy alone.
func (t *target) theStage(ctx context.Context) (settings.Stage, error) {
	if t.stageFile != "" {
		return settings.LoadStage(t.stageFile)
	}
	if t.runs() {
		return t.runningStage(ctx)
	}
	name, err := t.stageName(ctx)
	if err != nil {
		return settings.Stage{}, err
	}
	stage, err := settings.FindStage(stagesFolder, name)
	if _, absent := errors.AsType[settings.NoStage](err); absent {
		err = fmt.Errorf("%w; --stage-file names another file, and --live reads what runs", err)
	}
	return stage, err
}

// tokenStage returns the stage with everything that tokens need.
func (t *target) tokenStage(ctx context.Context) (settings.Stage, error) {
	stage, err := t.theStage(ctx)
	if err == nil && stage.Runs() {
		return t.withClients(ctx, stage)
	}
	return stage, err
}

// runs reports whether the stage is read from what runs.
func (t *target) runs() bool {
	files, _ := filepath.Glob(settings.StageFile(stagesFolder, "*"))
	return t.live || t.stage == "" && t.stack != "" || t.stage != "" && t.stage != settings.LocalStage && len(files) == 0
}

// decoded returns the stages that a refusal is explained with, unjudged: one that is named or
// runs, or every one of the folder.
func (t *target) decoded(ctx context.Context) ([]settings.Stage, error) {
	if t.stageFile != "" {
		return settings.DecodeStages(filepath.Split(strings.TrimSuffix(t.stageFile, ".yaml")))
	}
	if t.runs() {
		stage, err := t.runningStage(ctx)
		return []settings.Stage{stage}, err
	}
	name, err := t.stageName(ctx)
	if err != nil {
		return nil, err
	}
	return settings.DecodeStages(stagesFolder, name)
}

// pin keeps to the Region of the stage's file, where one is at hand and names one. What else
// is wrong with the file is said by what needs it.
func (t *target) pin() error {
	folder, name := stagesFolder, t.stage
	if t.stageFile != "" {
		folder, name = filepath.Split(strings.TrimSuffix(t.stageFile, ".yaml"))
	}
	if name == "" || t.live {
		return nil
	}
	stages, err := settings.DecodeStages(folder, name)
	if err != nil || len(stages) != 1 {
		return nil
	}
	t.file = stages[0]
	if pinned := t.file.Region; t.region == "" {
		t.region = pinned
	} else if pinned != "" && t.region != pinned {
		return misused("--region %s: the stage %s belongs to %s (%s)", t.region, name, pinned, t.file.Place("region"))
	}
	return nil
}

// belongs returns an error if the stage's file pins another account.
func (t *target) belongs(account string) error {
	if t.file.Account == "" || t.file.Account == account {
		return nil
	}
	return fmt.Errorf("these credentials are of account %s, and the stage %s belongs to %s (%s)", account, t.file.Name, t.file.Account, t.file.Place("account"))
}

// stageName returns the name of the stage's file: for the local cloud, of the one that it
// serves.
func (t *target) stageName(ctx context.Context) (string, error) {
	if t.stage != settings.LocalStage {
		return t.stage, nil
	}
	outputs, err := t.stackOutputs(ctx, "name a stage that has a file")
	if err != nil {
		return "", err
	}
	return cmp.Or(outputs[settings.LocalStageOutput], t.stage), nil
}
