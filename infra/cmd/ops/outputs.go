package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// stackOutputs returns those of the suite, without the prefix of its own: out of --outputs,
// out of the file that a deployment left, which is a cache, or of the stack itself. otherwise
// says how to do without them.
func (t *target) stackOutputs(ctx context.Context, otherwise string) (map[string]string, error) {
	if t.known != nil {
		return t.known, nil
	}
	outputs, err := t.allOutputs(ctx, otherwise)
	if err != nil {
		return nil, err
	}
	own := map[string]string{}
	for name, value := range outputs {
		if name, ok := strings.CutPrefix(name, t.prefix); ok {
			own[name] = value
		}
	}
	t.known = t.found(own)
	return t.known, nil
}

// allOutputs returns those of the stack, and notes where they are from.
func (t *target) allOutputs(ctx context.Context, otherwise string) (map[string]string, error) {
	file := t.outputs
	if file == "" {
		file = outputsOf(t.stage)
	}
	if t.from = file; t.outputs == "" && t.stage != settings.LocalStage && (t.live || t.stage == "" || !isFile(file)) {
		return t.liveOutputs(ctx, otherwise)
	}
	stacks, err := readOutputs(file, otherwise)
	if err != nil {
		return nil, err
	}
	if t.stage+t.stack == "" && len(stacks) == 1 {
		for _, outputs := range stacks {
			return outputs, nil
		}
	}
	outputs, ok := stacks[t.stackName()]
	if !ok {
		return nil, fmt.Errorf("%s has no stack %s: pass the --stage that it is of, its --stack, or %s", file, t.stackName(), otherwise)
	}
	return outputs, nil
}

// stackName returns the name of the stack: an app of its own chooses another one.
func (t *target) stackName() string {
	if t.stack != "" {
		return t.stack
	}
	return settings.StackName(t.stage)
}

// outputsOf is the file in which a deployment leaves the outputs of a stage.
func outputsOf(stage string) string { return filepath.Join("dist", "outputs."+stage+".json") }

// readOutputs reads what cdk deploy --outputs-file wrote: outputs by stack.
func readOutputs(file, otherwise string) (map[string]map[string]string, error) {
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && file == outputsOf(settings.LocalStage):
		return nil, fmt.Errorf("there is no %s: it is there while make local runs (with --files FOLDER: pass --outputs FOLDER/%s)", file, filepath.Base(file))
	case err != nil:
		return nil, fmt.Errorf("reading the stack's outputs: %w", err)
	}
	var stacks map[string]map[string]string
	if err := json.Unmarshal(text, &stacks); err != nil {
		return nil, fmt.Errorf("%s is not what cdk deploy --outputs-file writes, outputs by stack (%w): deploy again, or %s", file, err, otherwise)
	}
	return stacks, nil
}

// liveOutputs asks the stack, which must be in the account that the stage's file pins.
func (t *target) liveOutputs(ctx context.Context, otherwise string) (map[string]string, error) {
	absent := ""
	if !t.live && t.stage != "" {
		absent = "the stack's outputs are not in " + t.from + ", and "
	}
	t.from = "the stack " + t.stackName()
	cfg, err := t.session(ctx)
	var s stack
	if err == nil {
		s, err = describe(ctx, cloudformation.NewFromConfig(cfg), t.stackName())
	}
	switch {
	case err != nil:
	case s.status == "":
		err = fmt.Errorf("it is not in %s with these credentials (--stage or --stack, --region, --profile)", cfg.Region)
	default:
		err = t.belongs(s.account)
	}
	if err != nil {
		return nil, fmt.Errorf("%sasking %s for them: %w; deploy it, or %s", absent, t.from, err, otherwise)
	}
	return s.outputs, nil
}
