package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

const deployHelp = `
deploy: bring a stage to AWS, in a way that can fail and be repeated

  go run ./infra/cmd/ops deploy --stage NAME [-- ARGUMENTS OF cdk deploy]

Nothing is written before all of this is known: the stage is sound and has no
placeholder, the credentials are those of its account, the stack is in a state in which
it can be deployed, and what would be destroyed was named and asked for: groups, app
clients, the domain, scopes, identity providers.

A stage that is kept is made in two passes: without protection against deletion, so that
a failure can be taken back and repeated; and, when everything is there, once more with
it, which changes nothing else. If the second pass fails, the stack is UNPROTECTED: deploy
again (ops status says so until then). A stack that could not be made is replaced.

Which stage:
  --stage NAME      a file of infra/stages; its account and region are the ones that
                    count, where it has them
  --region, --profile
                    as everywhere on AWS (AWS_REGION, AWS_PROFILE)
Deploying:
  --yes NAMES       what may be lost, with commas, as this verb names it: group:admins
  --watch MINUTES   1 to 180: CloudFormation takes the deployment back if within that time
                    one of the alarms rings that say sign-up or sign-in is broken. Not
                    for a first deployment, and not while one of them is red

The outputs are written to dist/outputs.NAME.json.

Exit status: 0 done, 1 failed or refused, 2 a wrong call, or a loss that was not agreed to,
8 the stack is there and UNPROTECTED.

Example:
  make deploy STAGE=prod
  go run ./infra/cmd/ops deploy --stage prod --watch 15 -- --require-approval never
`

// deployment is one call of the verb.
type deployment struct {
	place
	yes     string
	minutes int
	extra   []string // for the CDK command line
	stack   stack
}

func deploy(ctx context.Context, args []string, t terminal) error {
	d, err := readDeployment(args, t)
	if err != nil {
		return err
	}
	if err := d.enter(ctx, "deployed"); err != nil {
		return err
	}
	if found := d.file.Placeholders(); found != nil {
		return fmt.Errorf("the stage %s still has placeholders, and nothing was changed:\n%w", d.stage, found)
	}
	if d.stack, err = describe(ctx, d.stacks, d.stackName()); err != nil {
		return err
	}
	if err := d.stack.deployable(); err != nil {
		return err
	}
	if err := d.synth(ctx); err != nil {
		return err
	}
	if err := d.agree(ctx); err != nil {
		return err
	}
	watch, err := d.watch(ctx)
	if err != nil {
		return err
	}
	if err := d.run(ctx, watch); err != nil {
		return err
	}
	// CloudFormation does not see the aliases that a rollback moved.
	err = status(ctx, []string{"--stage", d.stage, "--region", d.region, "--profile", d.profile}, t)
	if _, answered := errors.AsType[concluded](err); err != nil && !answered {
		fmt.Fprintf(t.err, "deployed; what is live could not be looked up: %v\n", err)
		return nil
	}
	return err
}

func readDeployment(args []string, t terminal) (*deployment, error) {
	d, flags := &deployment{place: place{t: t}}, newFlags("deploy")
	if i := slices.Index(args, "--"); i >= 0 {
		args, d.extra = args[:i], args[i+1:]
	}
	d.flags(flags)
	flags.StringVar(&d.yes, "yes", "", "")
	flags.IntVar(&d.minutes, "watch", 0, "")
	if err := d.parseOnly(flags, args); err != nil {
		return nil, err
	}
	if given(flags, "watch") && (d.minutes < 1 || d.minutes > 180) {
		return nil, misused("--watch takes 1 to 180 minutes")
	}
	return d, nil
}

// deployable returns why the stack cannot be deployed now, and what to do.
func (s stack) deployable() error {
	if s.first() || s.settled() {
		return nil
	}
	todo := "roll it back first: `npx --prefix infra cdk rollback " + s.name + "` (infra/cmd/README.md has more)"
	switch {
	case strings.HasSuffix(s.status, "_IN_PROGRESS"):
		todo = "wait until that has ended"
	case s.status == string(types.StackStatusDeleteFailed):
		todo = "end its removal first: make destroy"
	}
	return fmt.Errorf("the stack %s is in %s, and nothing was changed: %s", s.name, s.status, todo)
}

// assembly is the folder of what is deployed, and of what the first pass deploys.
func (d *deployment) assembly(protected bool) string {
	if protected {
		return filepath.Join("dist", "deploy", d.stage)
	}
	return filepath.Join("dist", "deploy", d.stage+".unprotected")
}

// passes returns what is deployed one after the other, by whether it is protected.
func (d *deployment) passes() []bool {
	if d.stack.first() && !d.file.Disposable {
		return []bool{false, true}
	}
	return []bool{true}
}

// synth makes the assemblies of all passes before the first of them is deployed.
func (d *deployment) synth(ctx context.Context) error {
	for _, protected := range d.passes() {
		err := d.cdk(ctx, "synth", "--quiet", "-c", "stage="+d.stage, "-c", fmt.Sprint("protected=", protected), "-o", d.assembly(protected))
		if err != nil {
			return fmt.Errorf("nothing was changed: %w", err)
		}
	}
	return nil
}

// agree names what would be lost, and asks.
func (d *deployment) agree(ctx context.Context) error {
	if d.stack.first() {
		return nil
	}
	before, err := d.running(ctx)
	if err != nil {
		return err
	}
	after, err := synthesized(d.assembly(true), d.stack.name)
	if err != nil {
		return err
	}
	return consent(losses(before, after), d.yes, d.t)
}

// run deploys. A stack that could not be made may have the protection of a call of the CDK
// command line by hand; it could not be replaced.
func (d *deployment) run(ctx context.Context, watch []string) error {
	if d.stack.first() && d.stack.guarded {
		_, err := d.stacks.UpdateTerminationProtection(ctx, &cloudformation.UpdateTerminationProtectionInput{
			StackName: &d.stack.name, EnableTerminationProtection: new(false),
		})
		if err != nil {
			return fmt.Errorf("turning off the termination protection of %s: %w", d.stack.name, err)
		}
		d.stack.guarded = false
	}
	for _, protected := range d.passes()[:len(d.passes())-1] {
		cut := d.cdk(ctx, d.arguments(protected, d.extra)...)
		made, err := describe(ctx, d.stacks, d.stack.name)
		switch {
		case cut != nil && made.status != string(types.StackStatusCreateComplete):
			return cut
		case cut != nil || err != nil: // it may also end after the stack was made
			return d.open(errors.Join(cut, err))
		case made.status != string(types.StackStatusCreateComplete):
			return fmt.Errorf("the first pass left %s in %s: deploy again when it is made", made.name, made.status)
		}
		// The second changes nothing but the protections.
		watch, d.extra = []string{"--require-approval", "never"}, nil
	}
	err := d.cdk(ctx, d.arguments(true, slices.Concat(watch, d.extra))...)
	if err != nil && !d.stack.guarded && !d.file.Disposable { // also one whose second pass failed before
		return d.open(err)
	}
	return err
}

// open says that the stack is there, and what is missing.
func (d *deployment) open(err error) error {
	fmt.Fprintf(d.t.err, "ops deploy: %s is made and UNPROTECTED: deploy again (%v)\n", d.stack.name, err)
	return concluded(unprotected)
}

// arguments returns the call of the CDK command line for one pass. What was synthesized is
// deployed, so that both passes have the same code; nothing is built again.
func (d *deployment) arguments(protected bool, more []string) []string {
	return append([]string{"deploy", d.stack.name, "--app", d.assembly(protected), "--build", "true", "--outputs-file", outputsOf(d.stage)}, more...)
}
