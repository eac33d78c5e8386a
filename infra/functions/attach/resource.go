package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/customresource"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

// properties are those that the stack sets on the resource.
type properties struct {
	// Pool is the pool's id.
	Pool string
	// Hooks are the aliases by trigger, as in LambdaConfig.
	Hooks map[string]string
	// TokenVersion is the version of the event for PreTokenGeneration.
	TokenVersion string
	// Replace, Carry and Drop are those of pooledit.Options.
	Replace, Carry, Drop []string
	// Deployed are the functions' versions. They change with every deployment of another policy:
	// what was lost since is then set again, which CloudFormation does not do by itself.
	Deployed []string
}

// resource serves the requests.
type resource struct {
	// open returns the attacher of a pool, for a request.
	open func(pool, request string) attach.Attacher
	// ask and role are those of attach.Preconditions.
	ask  attach.Asker
	role string
	log  *slog.Logger
}

// suffix ends a resource's physical id.
const suffix = "/hooks"

func (r resource) handle(ctx context.Context, in customresource.Request) error {
	return customresource.Server{PhysicalID: physicalID, Apply: r.apply, Log: r.log}.Handle(ctx, in)
}

// physicalID names the pool, in failures too: the Delete that follows a failed Create undoes
// what that did, and another pool is another resource, whose old one CloudFormation deletes
// after the update.
func physicalID(in customresource.Request) string {
	var now properties
	_ = customresource.Decode(in.ResourceProperties, &now)
	if in.RequestType == "Delete" || now.Pool == "" {
		return cmp.Or(in.PhysicalResourceID, now.Pool+suffix)
	}
	return now.Pool + suffix
}

// apply serves a request once: one that comes again is told what it was told. A late copy of
// a Create would attach the pool behind its Delete.
func (r resource) apply(ctx context.Context, in customresource.Request) error {
	var now, before properties
	unread := customresource.Decode(in.ResourceProperties, &now)
	_ = customresource.Decode(in.OldResourceProperties, &before) // an earlier deployment judged them
	pool, named := strings.CutSuffix(physicalID(in), suffix)
	if !named || pool == "" {
		return errors.Join(unread, fmt.Errorf("the resource %q names no pool", physicalID(in)))
	}
	a := r.open(pool, in.RequestID)
	record, err := a.Records.Load(ctx)
	if given, again := record.Answered(in.RequestID); err == nil && again {
		return given.Err()
	}
	switch {
	case in.RequestType == "Delete":
		err = undo(ctx, a, now)
	case unread != nil:
		err = unread
	case in.RequestType == "Create":
		err = r.attach(ctx, a, now)
	case in.RequestType == "Update":
		err = r.update(ctx, a, in, now, before)
	default:
		return fmt.Errorf("the request type %q is none of Create, Update and Delete", in.RequestType)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_ = a.Answer(ctx, attach.Told(in.RequestID, err)) // what is not remembered is done again
	return err
}

// attach asks what speaks against it, and attaches the pool.
func (r resource) attach(ctx context.Context, a attach.Attacher, p properties) error {
	a.Check = attach.Preconditions{Asker: r.ask, Hooks: p.Hooks, Role: r.role}.Check
	_, err := a.Attach(ctx, pooledit.Want{Hooks: p.Hooks, TokenVersion: p.TokenVersion}, pooledit.Options{Replace: p.Replace, Carry: p.Carry, Drop: p.Drop})
	return err
}

// update attaches the pool. If that is another one, CloudFormation deletes the old resource
// later, which the role must still be able to: a role that names one pool is not. Where an
// update to another pool failed, its rollback takes that out again.
func (r resource) update(ctx context.Context, a attach.Attacher, in customresource.Request, now, before properties) error {
	if before.Pool == "" || before.Pool == now.Pool {
		return r.attach(ctx, a, now)
	}
	other := r.open(before.Pool, in.RequestID)
	if in.PhysicalResourceID == physicalID(in) {
		return errors.Join(r.attach(ctx, a, now), undo(ctx, other, before))
	}
	if _, err := other.Calls(ctx, nil); err != nil {
		return fmt.Errorf("the hooks could not be taken out of the pool %s: deploy the stage with pool.mode owner and that pool first, which takes them out, and then attach %s: %w", before.Pool, now.Pool, err)
	}
	return r.attach(ctx, a, now)
}

// undo fails only where the pool may still call functions that go with the stack. Otherwise
// a Delete succeeds, whatever made the Create before it fail.
func undo(ctx context.Context, a attach.Attacher, p properties) error {
	_, err := a.Undo(ctx)
	if err == nil {
		return nil
	}
	still, unknown := a.Calls(ctx, slices.Collect(maps.Values(p.Hooks)))
	if !still && unknown == nil {
		return nil
	}
	return fmt.Errorf("the pool may still call the suite, whose functions would go with this resource (delete again, or take them out by ops adopt undo or the console): %w", errors.Join(err, unknown))
}
