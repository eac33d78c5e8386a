package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/attach/live"
	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
	doctorlive "github.com/cognito-triggers/cognito-triggers/internal/doctor/live"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

// client calls a service of AWS or of the local cloud, whose address an output has.
func (a *adopting) client(output string) awsraw.Client {
	return awsraw.Client{Credentials: a.cfg.Credentials, Region: a.cfg.Region, Endpoint: aws.ToString(a.at(output, nil))}
}

// Ask asks each service at its own address; what the local cloud does not play, it refuses.
func (a *adopting) Ask(ctx context.Context, service, operation string, input any) (json.RawMessage, error) {
	if service == "iam" || service == "sesv2" {
		at := func(name string) string { return doctorlive.Endpoint(name, a.cfg.Region) }
		if a.local != nil {
			at = func(string) string { return "" }
		}
		return doctorlive.New(a.cfg, at, live.Clock{}).Ask(ctx, service, operation, input)
	}
	output := map[string]string{"cognito-idp": settings.LocalCognitoOutput, "lambda": settings.LocalLambdaOutput}[service]
	return live.Asker{Client: a.client(output)}.Ask(ctx, service, operation, input)
}

// attacher works on the pool; its record is the file, and the row of the stage's table.
func (a *adopting) attacher(t terminal) attach.Attacher {
	row := live.Row{Store: dynamo.Over(a.tableClient(a.cfg), a.table), Pool: a.pool}
	return attach.Attacher{Pool: live.Pool{Client: a.client(settings.LocalCognitoOutput), ID: a.pool}, Records: &adoptionFile{name: a.file, pool: a.pool, row: row}, Clock: t, By: byAdopt}
}

// apply sends what was planned. A pool that has changed since the plan is refused; one that
// a call before this one may have updated is looked at.
func (a *adopting) apply(ctx context.Context, at attach.Attacher, file adoption, t terminal) error {
	if file.Planned.IsZero() {
		return misused("there is no plan in %s: %s", a.file, a.next("plan"))
	}
	at.Check = func(_ context.Context, described json.RawMessage) ([]string, error) {
		now, err := readAdoption(a.file, a.pool) // this call may have sent the update, too
		if err != nil {
			return nil, err
		}
		if names := attach.Moved(file.Described, described); len(names) > 0 && !(now.Record.State != "" && pooledit.Same(described, file.Request)) {
			return nil, fmt.Errorf("the pool has changed since the plan (%s): %s", strings.Join(names, ", "), a.next("plan"))
		}
		return nil, nil
	}
	done, err := at.Attach(ctx, file.Want, file.Options)
	if err != nil {
		return a.ended("apply", err, t)
	}
	a.show(done, t)
	fmt.Fprintf(t.out, "The pool %s calls the suite. To take that back: %s\n", a.pool, a.next("undo"))
	return nil
}

// undo takes the hooks out.
func (a *adopting) undo(ctx context.Context, at attach.Attacher, _ adoption, t terminal) error {
	record, err := at.Records.Load(ctx)
	if err == nil && !a.fromStack && a.ofStack(record) {
		return fmt.Errorf("the stack attaches the pool %s, and nothing was changed: deploy the stage with pool: {mode: owner}, which takes the hooks out. Where that is not possible any more: --from-stack", a.pool)
	}
	done, err := at.Undo(ctx)
	if err != nil {
		return a.ended("undo", err, t)
	}
	a.show(done, t)
	switch {
	case done.Gone:
		fmt.Fprintf(t.out, "The pool %s is gone.\n", a.pool)
	case len(done.Plan.Changes) == 0:
		fmt.Fprintf(t.out, "The pool %s holds nothing of the suite that this could take out.\n", a.pool)
	default:
		fmt.Fprintf(t.out, "The hooks of the pool %s are as they were before the suite.\n", a.pool)
	}
	return nil
}

// ended says whether the pool may have changed, and what to call next.
func (a *adopting) ended(step string, err error, t terminal) error {
	err = a.advisePoolCode(err)
	if !errors.As(err, &attach.Uncertain{}) {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	fmt.Fprintf(t.err, "ops adopt: the pool %s may have changed: %v\nNext: %s says what became of it and goes on; %s takes it back\n", a.pool, err, a.next(step), a.next("undo"))
	return concluded(misuse)
}
