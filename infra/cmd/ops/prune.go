package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

const pruneHelp = `
prune: delete old versions of the functions

  go run ./infra/cmd/ops prune --stage NAME [--keep 10] [--older 30d]

Every deployment that changes a function publishes a version of it, and none is deleted,
so that it can be taken back. This deletes versions that are neither among the newest
nor young, and spares every one that an alias or the stack names. It runs only while
nothing happens to the stack: a rollback may need any of them.
` + suiteHelp + `
  --keep N          keep at least the newest N, 2 or more (default: 10)
  --older TIME      keep what is younger, such as 12h or 30d (default: 30d)
  --dry-run         say what would be deleted, and delete nothing

Exit status: 0 done, 1 failed, 2 a wrong call.

Example:
  go run ./infra/cmd/ops prune --stage prod --dry-run
`

// pruning is one call of the verb.
type pruning struct {
	selection
	keep   int
	older  time.Duration
	dryRun bool
}

// pruned is what is deleted of one function.
type pruned struct {
	Trigger string      `json:"trigger"`
	Name    string      `json:"function"`
	Deleted []published `json:"deleted"`
	Kept    int         `json:"kept"`
}

func prune(ctx context.Context, args []string, t terminal) error {
	p, err := readPruning(args)
	if err != nil {
		return err
	}
	cfg, err := p.session(ctx)
	if err != nil {
		return err
	}
	named, err := p.ofStack(ctx, cloudformation.NewFromConfig(cfg))
	if err != nil {
		return err
	}
	api := p.lambdaClient(cfg)
	found, err := p.functions(ctx, api)
	if err != nil {
		return err
	}
	var done []pruned
	for _, f := range found {
		aliased, err := aliased(ctx, api, f.Name)
		if err != nil {
			return err
		}
		old := p.old(f, t.now(), func(v published) bool {
			return slices.Contains(aliased, v.Number) || slices.Contains(named, f.Name+":"+strconv.Itoa(v.Number))
		})
		if err := p.delete(ctx, api, f, old); err != nil {
			return err
		}
		done = append(done, pruned{f.Trigger, f.Name, old, len(f.Versions) - len(old)})
	}
	if p.json {
		return writeJSON(t.out, done)
	}
	verb := "deleted"
	if p.dryRun {
		verb = "would delete"
	}
	for _, d := range done {
		line, mark := fmt.Sprintf("%s: %s %d of %d versions", d.Trigger, verb, len(d.Deleted), len(d.Deleted)+d.Kept), ": "
		for _, v := range d.Deleted {
			line, mark = line+mark+strconv.Itoa(v.Number), ", "
		}
		fmt.Fprintln(t.out, line)
	}
	return nil
}

func readPruning(args []string) (*pruning, error) {
	p, flags := &pruning{}, newFlags("prune")
	p.flags(flags)
	flags.IntVar(&p.keep, "keep", 10, "")
	flags.BoolVar(&p.dryRun, "dry-run", false, "")
	older := flags.String("older", "30d", "")
	if err := p.parseOnly(flags, args); err != nil {
		return nil, err
	}
	var wrong error
	switch p.older, wrong = support.LogSpan(*older); {
	case wrong != nil:
		return nil, misused("--older %v", wrong)
	case p.keep < 2:
		return nil, misused("--keep takes 2 or more: what is live, and what to go back to")
	case p.stage == settings.LocalStage:
		return nil, misused("the local cloud forgets its versions by itself: name a deployed stage")
	}
	return p, nil
}

// ofStack returns the versions that the stack names, each as function:version, while nothing
// happens to the stack.
func (p *pruning) ofStack(ctx context.Context, api *cloudformation.Client) (names []string, err error) {
	s, err := describe(ctx, api, p.stackName())
	if err == nil && !s.settled() {
		err = fmt.Errorf("the stack %s is %s, and nothing was deleted: prune when a deployment has ended", s.name, cmp.Or(s.status, "not there"))
	}
	if err != nil {
		return nil, err
	}
	pages := cloudformation.NewListStackResourcesPaginator(api, &cloudformation.ListStackResourcesInput{StackName: &s.name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing what the stack %s has: %w", s.name, err)
		}
		for _, r := range page.StackResourceSummaries {
			if _, version, ok := strings.Cut(aws.ToString(r.PhysicalResourceId), ":function:"); ok && aws.ToString(r.ResourceType) == "AWS::Lambda::Version" {
				names = append(names, version)
			}
		}
	}
	return names, nil
}

// aliased returns the versions that the function's aliases send calls to.
func aliased(ctx context.Context, api *lambda.Client, name string) (numbers []int, err error) {
	pages := lambda.NewListAliasesPaginator(api, &lambda.ListAliasesInput{FunctionName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing the aliases of %s: %w", name, advised(err))
		}
		for _, alias := range page.Aliases {
			versions := []string{aws.ToString(alias.FunctionVersion)}
			if alias.RoutingConfig != nil {
				versions = append(versions, sortedKeys(alias.RoutingConfig.AdditionalVersionWeights)...)
			}
			for _, version := range versions {
				if number, err := strconv.Atoi(version); err == nil {
					numbers = append(numbers, number)
				}
			}
		}
	}
	return numbers, nil
}

// old returns the versions to delete, oldest first. One whose age is not known is young.
func (p *pruning) old(f function, now time.Time, spared func(published) bool) (old []published) {
	for _, v := range f.Versions[:max(0, len(f.Versions)-p.keep)] {
		if !v.At.IsZero() && now.Sub(v.At) > p.older && !spared(v) {
			old = append(old, v)
		}
	}
	return old
}

func (p *pruning) delete(ctx context.Context, api *lambda.Client, f function, old []published) error {
	if p.dryRun {
		return nil
	}
	for _, v := range old {
		if _, err := api.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: &f.Name, Qualifier: new(strconv.Itoa(v.Number))}); err != nil {
			return fmt.Errorf("deleting version %d of %s: %w", v.Number, f.Name, advised(err))
		}
	}
	return nil
}
