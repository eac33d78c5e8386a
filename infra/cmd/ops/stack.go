package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
)

// stack is what CloudFormation says of a stage's stack.
type stack struct {
	name    string
	account string
	status  string // "" if there is none
	guarded bool   // termination protection
	watched bool   // alarms of an earlier deployment still roll it back
	outputs map[string]string
}

// first reports whether the next deployment makes the stack: there is none, or nothing but
// the remains of one that could not be made, which the CDK command line deletes.
func (s stack) first() bool {
	return slices.Contains([]types.StackStatus{"", types.StackStatusReviewInProgress, types.StackStatusRollbackComplete, types.StackStatusRollbackFailed}, types.StackStatus(s.status))
}

// settled reports whether nothing happens to the stack, and nothing is half done.
func (s stack) settled() bool { return strings.HasSuffix(s.status, "_COMPLETE") }

// describe asks for a stack.
func describe(ctx context.Context, api *cloudformation.Client, name string) (stack, error) {
	s := stack{name: name, outputs: map[string]string{}}
	out, err := api.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	refusal, _ := errors.AsType[smithy.APIError](err)
	switch {
	case refusal != nil && strings.Contains(refusal.ErrorMessage(), "does not exist"):
		return s, nil
	case refusal != nil && strings.HasPrefix(refusal.ErrorCode(), "AccessDenied"):
		return s, fmt.Errorf("these credentials need cloudformation:DescribeStacks: %w", err)
	case err != nil:
		return s, fmt.Errorf("asking for the stack %s: %w", name, err)
	case len(out.Stacks) != 1:
		return s, fmt.Errorf("%d stacks have the name %s", len(out.Stacks), name)
	}
	found := out.Stacks[0]
	s.status, s.guarded = string(found.StackStatus), aws.ToBool(found.EnableTerminationProtection)
	if id := strings.Split(aws.ToString(found.StackId), ":"); len(id) > 4 { // an ARN
		s.account = id[4]
	}
	s.watched = found.RollbackConfiguration != nil && len(found.RollbackConfiguration.RollbackTriggers) > 0
	for _, output := range found.Outputs {
		s.outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	return s, nil
}

// stackTemplate is a template as far as somebody asks it what holds data.
type stackTemplate struct {
	Resources map[string]resource
	Outputs   map[string]struct{ Value any }
}

type resource struct {
	Type, DeletionPolicy string
	Properties           map[string]any
}

// kept reports whether the resource stays when its stack goes.
func (r resource) kept() bool { return strings.HasPrefix(r.DeletionPolicy, "Retain") }

// guarded reports whether a pool or a table refuses to be deleted.
func (r resource) guarded() bool {
	if r.Type == poolType {
		return r.Properties["DeletionProtection"] == "ACTIVE"
	}
	replicas, _ := r.Properties["Replicas"].([]any)
	return !slices.ContainsFunc(replicas, func(each any) bool {
		replica, _ := each.(map[string]any)
		return replica["DeletionProtectionEnabled"] != true
	})
}

// deployed returns the template that the stack has.
func deployed(ctx context.Context, api *cloudformation.Client, name string) (tpl stackTemplate, err error) {
	out, err := api.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &name, TemplateStage: types.TemplateStageOriginal})
	if err == nil {
		err = json.Unmarshal([]byte(aws.ToString(out.TemplateBody)), &tpl)
	}
	if err != nil {
		return tpl, fmt.Errorf("reading the template of %s: %w", name, err)
	}
	return tpl, nil
}

// has reports whether a template has a resource of a type.
func (tpl stackTemplate) has(kind string) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(tpl.Resources)), func(r resource) bool { return r.Type == kind })
}

// synthesized returns the template that an assembly has for the stack.
func synthesized(assembly, name string) (tpl stackTemplate, err error) {
	text, err := os.ReadFile(filepath.Join(assembly, name+".template.json"))
	if err == nil {
		err = json.Unmarshal(text, &tpl)
	}
	if err != nil {
		return tpl, fmt.Errorf("reading what was synthesized: %w", err)
	}
	return tpl, nil
}

// unguarded returns what of a stack that keeps its data can be deleted with one call.
func (s stack) unguarded(tpl stackTemplate) (names []string) {
	keeps := false
	for _, id := range sortedKeys(tpl.Resources) {
		if r := tpl.Resources[id]; (r.Type == poolType || r.Type == tableType) && r.kept() {
			if keeps = true; !r.guarded() {
				names = append(names, kinds[r.Type].name+":"+id)
			}
		}
	}
	if keeps && !s.guarded {
		names = append(names, "stack:"+s.name)
	}
	return names
}
