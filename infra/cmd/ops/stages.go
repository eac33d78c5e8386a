package main

import (
	"cmp"
	"context"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// theStage reads the stage: --stage-file, or the file of its name in infra/stages.
func (t *target) theStage(ctx context.Context) (settings.Stage, error) {
	if t.stageFile != "" {
		return settings.LoadStage(t.stageFile)
	}
	name, err := t.stageName(ctx)
	if err != nil {
		return settings.Stage{}, err
	}
	return settings.FindStage(stagesFolder, name)
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
