package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// selection says which functions are meant.
type selection struct {
	target
	one  string // a trigger's name, or a function's
	json bool
}

const suiteHelp = `
Which functions:
  --stage NAME      those of the stage, as the stack's outputs name them: in
                    dist/outputs.NAME.json, which make deploy writes, or else of the
                    stack itself; local is what make local serves
  --stack, --prefix the stack of an app of your own, and what AddOutputs puts before the
                    names of the suite's outputs
  --outputs FILE    another file of outputs
  --function NAME   one of them by its trigger, such as PreSignUp (status prints all);
                    or the function's own name or ARN, for which no outputs are
                    needed
  --region, --profile
                    as everywhere on AWS (AWS_REGION, AWS_PROFILE)
  --json            for programs
`

func (s *selection) flags(flags *flag.FlagSet) {
	s.stackFlags(flags)
	flags.StringVar(&s.one, "function", "", "")
	flags.BoolVar(&s.json, "json", false, "")
}

// named is a function that is asked for.
type named struct{ trigger, name string }

// names returns the selected functions, in the order of the triggers.
func (s *selection) names(ctx context.Context) ([]named, error) {
	all := triggers.Names()
	if s.one != "" && !slices.Contains(all, s.one) {
		if near := policy.Meant(s.one, all, ""); near != "" && s.stage+s.stack+s.outputs != "" {
			return nil, misused("there is no trigger %s; %s", s.one, near)
		}
		return []named{{s.one, s.one}}, nil
	}
	if s.stage+s.stack+s.outputs == "" {
		return nil, misused("name the functions: --stage, or --function with a function's own name")
	}
	outputs, err := s.stackOutputs(ctx, "pass --function with a function's own name")
	if err != nil {
		return nil, err
	}
	var list []named
	for _, trigger := range all {
		if s.one != "" && s.one != trigger {
			continue
		}
		if name := outputs[trigger+settings.FunctionNameOutput]; name != "" { // else the stage does without the trigger
			list = append(list, named{trigger, name})
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s has no output %s: deploy the stage, with that trigger", s.from, s.prefix+cmp.Or(s.one, all[0])+settings.FunctionNameOutput)
	}
	return list, nil
}

// functions looks up all selected functions.
func (s *selection) functions(ctx context.Context, api aliases) ([]function, error) {
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	var found []function
	for _, n := range names {
		f, err := look(ctx, api, n.trigger, n.name)
		if err != nil {
			return nil, s.unanswered(err)
		}
		found = append(found, f)
	}
	return found, nil
}

// open returns Lambda with the caller's credentials, or what make local serves of it. As every
// AWS SDK it honours AWS_ENDPOINT_URL_LAMBDA for a deployment.
func (s *selection) open(ctx context.Context) (aliases, error) {
	if s.stage == settings.LocalStage {
		if _, err := s.stackOutputs(ctx, "name a deployed stage"); err != nil {
			return nil, err
		}
	}
	cfg, err := s.session(ctx)
	if err != nil {
		return nil, err
	}
	return s.lambdaClient(cfg), nil
}
