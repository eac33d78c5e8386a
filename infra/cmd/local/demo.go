package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/infra/support/token"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// demo starts the local cloud, takes the journey and writes its account. The error says
// how many steps failed.
func demo(ctx context.Context, args []string) (err error) {
	opts, err := options("demo", args)
	if err != nil {
		return err
	}
	return demonstrate(ctx, opts, os.Stdout)
}

func demonstrate(ctx context.Context, opts localcloud.Options, out io.Writer) (err error) {
	stack, err := template.Read(opts.AssemblyDir, opts.StackName, opts.Tolerate...)
	if err == nil {
		err = cast.Whole(stack)
	}
	if err != nil {
		return err
	}
	return onStage(ctx, opts, out, func(a *account, cloud *localcloud.Cloud, seen *steps) error {
		to, err := cast.Target(cloud)
		if err != nil {
			return err
		}
		j := journey.New(to)
		a.title("+ marks what the suite adds to a token.")
		a.tellAll(ctx, cloud, seen, j.Steps())
		return a.rows(ctx, j)
	})
}

// onStage starts the cloud, lets the play be told and stops it.
func onStage(ctx context.Context, opts localcloud.Options, out io.Writer, play func(*account, *localcloud.Cloud, *steps) error) (err error) {
	seen := &steps{Timeline: timeline.New(timeline.Limits{})}
	opts.Timeline = seen.Timeline
	began := time.Now()
	cloud, err := localcloud.Start(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cloud.Close()) }()
	if err := cloud.Settle(ctx); err != nil {
		return err
	}
	seen.take() // without the stack's own functions, which ran to create it
	a := &account{out: out}
	a.title("The stack %s, from its synthesized template, up in %s on localhost.", cloud.Stack.Name, ms(time.Since(began)))
	for _, line := range cloud.Unsupported() {
		a.title("Not as on AWS: %s.", line)
	}
	if err := play(a, cloud, seen); err != nil {
		return err
	}
	if a.failed > 0 {
		return fmt.Errorf("%d of %d steps did not go as they should: see ✗ above", a.failed, a.step)
	}
	a.title("All %d steps went as they should.", a.step)
	return nil
}

func (a *account) tellAll(ctx context.Context, cloud *localcloud.Cloud, seen *steps, all []journey.Step) {
	for _, step := range all {
		if !a.tell(ctx, cloud, seen, step) {
			a.failed++
		}
	}
}

// tell takes one step, writes what happened and reports whether all was well.
func (a *account) tell(ctx context.Context, cloud *localcloud.Cloud, seen *steps, step journey.Step) bool {
	began := time.Now()
	result, err := step.Run(ctx)
	took := time.Since(began)
	if settled := cloud.Settle(ctx); err == nil {
		err = settled
	}
	triggers := seen.take()
	if err == nil {
		err = unexpected(step.Fires, triggers)
	}
	a.call(step.Title, step.Call, result.Note, took, err)
	a.triggers(triggers...)
	var id, access token.Changes
	for _, t := range triggers {
		if t.Said != nil && strings.HasPrefix(t.Source, "TokenGeneration_") {
			id, access = token.ChangesOf(t.Reply)
		}
	}
	if result.IDToken != "" {
		a.token("ID token", result.IDToken, id)
	}
	if result.AccessToken != "" {
		a.token("access token", result.AccessToken, access)
	}
	return err == nil
}

// unexpected returns an error if other triggers fired than should.
func unexpected(want []string, got []timeline.Invocation) error {
	var sources []string
	for _, in := range got {
		sources = append(sources, in.Source)
	}
	if slices.Equal(want, sources) {
		return nil
	}
	return fmt.Errorf("it fired %v, and should have fired %v", sources, want)
}

func (a *account) rows(ctx context.Context, j *journey.Journey) error {
	a.title("What the table holds now:")
	subs := j.Subs()
	for _, name := range []string{"Ada", "Grace"} {
		for _, kind := range table.UserRows() {
			row, err := j.Row(ctx, subs[name], kind)
			if err != nil {
				return err
			}
			if row != nil {
				a.row(name+"  "+kind, row)
			}
		}
	}
	return nil
}

// steps are a timeline, read from step to step.
type steps struct {
	*timeline.Timeline
	last string
}

// take returns the triggers that were fired since the last take.
func (s *steps) take() (fired []timeline.Invocation) {
	for i, e := range s.Entries(s.last, 0) {
		if i == 0 {
			s.last = e.ID
		}
		if c, known := s.Call(e.ID); known { // newest first
			fired = append(c.Invocations, fired...)
		}
	}
	return fired
}
