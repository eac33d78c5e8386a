package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/cognito-triggers/cognito-triggers/internal/customresource"
)

// registry keeps the profiles of app clients. Repeating a call changes nothing.
type registry interface {
	Assign(ctx context.Context, client, profile string) error
	Forget(ctx context.Context, client string) error
}

// properties are those that the stack sets on the resource.
type properties struct {
	// Table is the table's name. The function knows it already; here it turns the
	// replacement of the table into a change of the resource.
	Table   string
	Clients []client
}

// client is an app client and the name of its token profile.
type client struct {
	ID      string `json:"Id"`
	Profile string
}

// resource serves the requests.
type resource struct {
	registry registry
	log      *slog.Logger
}

// handle serves one request. A Delete always succeeds. CloudFormation sends one after a Create
// that failed, with the same properties and often for the same reason
// (github.com/aws/aws-cdk#5525): a second failure would leave a stack that no deployment
// replaces. What may stay is a row of an app client that no longer exists, whose id is never
// used again.
func (r resource) handle(ctx context.Context, in customresource.Request) error {
	return customresource.Server{PhysicalID: physicalID, Apply: r.apply, DeletesAlways: true, Log: r.log}.Handle(ctx, in)
}

// physicalID never changes: with another one CloudFormation would take the rows for new
// ones and delete the old ones, which are the same.
func physicalID(in customresource.Request) string {
	return cmp.Or(in.PhysicalResourceID, "profiles-of-app-clients")
}

// apply makes the rows equal to the request. It writes rows before it removes others, so
// that a client in both always has a profile.
func (r resource) apply(ctx context.Context, in customresource.Request) error {
	now, unread := read(in.ResourceProperties)
	if in.RequestType == "Delete" {
		return errors.Join(unread, r.forget(ctx, now.Clients))
	}
	wanted, err := now.profiles()
	if err := errors.Join(unread, err); err != nil {
		return err
	}
	switch in.RequestType {
	case "Create":
		return r.assign(ctx, wanted)
	case "Update":
		before, _ := read(in.OldResourceProperties) // an earlier deployment judged them
		return errors.Join(r.assign(ctx, wanted), r.forget(ctx, now.vanished(before, wanted)))
	}
	return fmt.Errorf("the request type %q is none of Create, Update and Delete", in.RequestType)
}

func (r resource) assign(ctx context.Context, profiles map[string]string) error {
	var failed []error
	for id, profile := range profiles {
		failed = append(failed, r.registry.Assign(ctx, id, profile))
	}
	return errors.Join(failed...)
}

// forget removes rows. A missing table has none.
func (r resource) forget(ctx context.Context, clients []client) error {
	var failed []error
	for _, c := range clients {
		if c.ID == "" {
			continue
		}
		if err := r.registry.Forget(ctx, c.ID); err != nil && !gone(err) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// gone reports whether the error says that there is no table.
func gone(err error) bool {
	coded, ok := errors.AsType[interface {
		error
		ErrorCode() string
	}](err)
	return ok && coded.ErrorCode() == "ResourceNotFoundException"
}

// profiles returns the profile of each client. It refuses a client without id or profile,
// and one with two profiles.
func (p properties) profiles() (map[string]string, error) {
	profiles := make(map[string]string, len(p.Clients))
	for i, c := range p.Clients {
		if c.ID == "" || c.Profile == "" {
			return nil, fmt.Errorf("client %d of %d has no id or no profile", i+1, len(p.Clients))
		}
		if other, twice := profiles[c.ID]; twice && other != c.Profile {
			return nil, fmt.Errorf("the client %s has the profiles %s and %s: is its id listed beside its name?", c.ID, other, c.Profile)
		}
		profiles[c.ID] = c.Profile
	}
	return profiles, nil
}

// vanished returns the clients that are no longer listed. Those of another table are
// ignored: the function may not touch it.
func (p properties) vanished(before properties, wanted map[string]string) []client {
	if before.Table != p.Table {
		return nil
	}
	var vanished []client
	for _, c := range before.Clients {
		if _, still := wanted[c.ID]; !still {
			vanished = append(vanished, c)
		}
	}
	return vanished
}

// read decodes properties; with an error it returns those that are of the right type.
func read(raw json.RawMessage) (p properties, err error) {
	err = customresource.Decode(raw, &p)
	return p, err
}
