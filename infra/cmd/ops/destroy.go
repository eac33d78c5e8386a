package main

import (
	"context"
	"fmt"
)

const destroyHelp = `
destroy: remove a stage from AWS

  go run ./infra/cmd/ops destroy --stage NAME

Names what goes and what stays, and asks. What a kept stage stores stays: user pool,
table and log groups; its app clients, groups and domain go. A stack that is protected
against deletion is left alone. Of a pool that somebody else makes and hooks, take the hooks
out first: they are named.

Destroying:
  --stage NAME      a file of infra/stages
  --yes STACK       do not ask; the name is CognitoTriggers-NAME. Hooks are added with commas
  --region, --profile
                    as everywhere on AWS (AWS_REGION, AWS_PROFILE)

Exit status: 0 done, 1 failed or refused, 2 a wrong call, or nobody agreed.

Example:
  make destroy STAGE=dev
`

func destroy(ctx context.Context, args []string, t terminal) error {
	p, flags := &place{t: t}, newFlags("destroy")
	p.flags(flags)
	yes := flags.String("yes", "", "")
	if err := p.parseOnly(flags, args); err != nil {
		return err
	}
	if err := p.enter(ctx, "destroyed"); err != nil {
		return err
	}
	s, err := describe(ctx, p.stacks, p.stackName())
	switch {
	case err != nil:
		return err
	case s.status == "":
		return fmt.Errorf("there is no stack %s in %s", s.name, p.cfg.Region)
	case s.guarded:
		return fmt.Errorf("%s is protected against deletion, and nothing was destroyed: if it is to go for good, turn that off first, "+
			"aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name %s", s.name, s.name)
	}
	tpl, err := p.running(ctx)
	if err != nil {
		return err
	}
	goes, stays := tpl.ends()
	fmt.Fprintf(t.err, "stays: %s\ngoes:  %s\n", listed(stays), listed(goes))
	if err := consent(append([]loss{{s.name, "is deleted"}}, unhooked(tpl, stackTemplate{})...), *yes, t); err != nil {
		return err
	}
	return p.cdk(ctx, "destroy", s.name, "--force", "-c", "stage="+p.stage)
}

// ends returns what goes with the stack, and what stays of it.
func (tpl stackTemplate) ends() (goes, stays []string) {
	for _, id := range sortedKeys(tpl.Resources) {
		r := tpl.Resources[id]
		k, told := kinds[r.Type]
		switch {
		case r.kept() && told:
			stays = append(stays, k.label(id, r))
		case r.kept() && r.Type == "AWS::Logs::LogGroup":
			stays = append(stays, "logs:"+id)
		case told:
			goes = append(goes, k.label(id, r))
		}
	}
	return goes, stays
}
