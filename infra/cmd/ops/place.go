package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// place is where a stage belongs: what deploys and destroys enters it first.
type place struct {
	target
	t      terminal
	cfg    aws.Config
	stacks *cloudformation.Client
}

// flags are those that say where the stage belongs: which stage it is, its file says.
func (p *place) flags(flags *flag.FlagSet) {
	flags.StringVar(&p.stage, "stage", "", "")
	flags.StringVar(&p.region, "region", "", "")
	flags.StringVar(&p.profile, "profile", "", "")
}

// enter reads the stage's file and checks that the credentials are those of its account.
// done says what did not happen otherwise.
func (p *place) enter(ctx context.Context, done string) (err error) {
	if p.stage == settings.LocalStage {
		return misused("the local cloud has no stack, and nothing was %s: make local starts it", done)
	}
	if _, err := settings.FindStage(stagesFolder, p.stage); err != nil {
		return err
	}
	if p.cfg, err = p.session(ctx); err != nil {
		return err
	}
	p.stacks = cloudformation.NewFromConfig(p.cfg)
	caller, err := sts.NewFromConfig(p.cfg).GetCallerIdentity(ctx, nil)
	if err != nil {
		return fmt.Errorf("asking whose credentials these are: %w", err)
	}
	if err := p.belongs(aws.ToString(caller.Account)); err != nil {
		return fmt.Errorf("%w: nothing was %s", err, done)
	}
	return nil
}

// running returns the template that the stack has, which another program's stack of the same
// name has not.
func (p *place) running(ctx context.Context) (stackTemplate, error) {
	tpl, err := deployed(ctx, p.stacks, p.stackName())
	if err == nil && !(tpl.has(poolType) && tpl.has(tableType)) {
		err = fmt.Errorf("the stack %s has no user pool or no table: it is not of this suite, and nothing was changed", p.stackName())
	}
	return tpl, err
}

// cdk runs the CDK command line with the caller's credentials, in the stage's Region.
func (p *place) cdk(ctx context.Context, args ...string) error {
	if p.profile != "" {
		args = append(args, "--profile", p.profile)
	}
	if err := p.t.cdk(ctx, []string{"AWS_REGION=" + p.cfg.Region, "AWS_DEFAULT_REGION=" + p.cfg.Region}, args...); err != nil {
		return fmt.Errorf("cdk %s: %w", args[0], err)
	}
	return nil
}
