package attach

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

// Pool is a user pool of AWS, in AWS's own JSON. Errors of AWS have the method ErrorCode.
type Pool interface {
	// Describe returns the member UserPool of DescribeUserPool's answer.
	Describe(context.Context) (json.RawMessage, error)
	// MFA returns the answer of GetUserPoolMfaConfig.
	MFA(context.Context) (json.RawMessage, error)
	// Update sends UpdateUserPool.
	Update(ctx context.Context, request json.RawMessage) error
}

// Clock is the time.
type Clock interface {
	Now() time.Time
	Sleep(context.Context, time.Duration) error
}

// Attacher works on one pool. All fields but Check are required. It holds no state: several
// may work on the same pool.
type Attacher struct {
	Pool    Pool
	Records Records
	Clock   Clock
	// By says who works, for the record.
	By string
	// Check, if set, returns what speaks against attaching the described pool, and what could not
	// be asked. Preconditions has one.
	Check func(ctx context.Context, described json.RawMessage) (unasked []string, against error)
}

// Result is what was done.
type Result struct {
	// Plan has the changes of the hooks; none if the pool was as wished.
	Plan pooledit.Plan
	// Left are the places that an undo left, since they hold somebody else's hook.
	Left []string
	// Unasked is what Check could not ask.
	Unasked []string
	// Gone says that there is no such pool.
	Gone bool
}

// step is what a change makes of a described pool: how it changes, and the record before and
// after.
type step struct {
	Result
	sent, done Record
	mfa        json.RawMessage
}

// Attach makes the pool call the suite. A pool that does already is only verified. It takes
// places that are empty, its own, named in options.Replace, or that hold what it replaced there
// before; other refusals are those of
// pooledit.Edit and of Check, and come together as a Refused. A place that an earlier Attach
// took and that want does not name is given back.
func (a Attacher) Attach(ctx context.Context, want pooledit.Want, options pooledit.Options) (Result, error) {
	return a.change(ctx, a.wish(ctx, want, options))
}

// Preview is what Attach would do.
type Preview struct {
	Result
	Described, MFA json.RawMessage
	// Record is the one that is there.
	Record Record
}

// Preview looks at the pool as Attach does, and changes nothing. With a Refused it has what it
// found.
func (a Attacher) Preview(ctx context.Context, want pooledit.Want, options pooledit.Options) (p Preview, err error) {
	if p.Record, err = a.Records.Load(ctx); err != nil {
		return Preview{}, fmt.Errorf("reading the record: %w", err)
	}
	if p.Described, p.MFA, err = a.look(ctx); err != nil {
		return p, err
	}
	next, err := a.wish(ctx, want, options)(p.Record, p.Described)
	if p.Result = next.Result; err != nil {
		return p, Refused{err}
	}
	return p, nil
}

// wish returns what makes a described pool call the suite.
func (a Attacher) wish(ctx context.Context, want pooledit.Want, options pooledit.Options) func(Record, json.RawMessage) (step, error) {
	return func(record Record, described json.RawMessage) (s step, err error) {
		today, replace := pooledit.Hooks(described), slices.Clone(options.Replace)
		for name, place := range record.Places {
			// What an earlier change was told to replace may be replaced again: a rollback asks for
			// the hooks of before without saying so.
			if place.holds(today[name]) || equal(place.Before, today[name]) {
				replace = append(replace, name)
			}
		}
		unwanted := record.unwanted(want.Hooks)
		base, freed, left := restored(described, unwanted)
		s.Plan, err = pooledit.Edit(base, want, pooledit.Options{Carry: options.Carry, Drop: options.Drop, Replace: replace})
		if a.Check != nil {
			unasked, against := a.Check(ctx, described)
			s.Unasked, err = unasked, errors.Join(err, against)
		}
		if err != nil {
			return s, err
		}
		s.Plan.Changes, s.Left = append(freed, s.Plan.Changes...), left
		s.sent = record.taking(today, pooledit.Hooks(s.Plan.Request), slices.Collect(maps.Values(want.Hooks)), unwanted)
		s.sent.Carry, s.sent.Drop = options.Carry, options.Drop
		s.done = s.sent.without(unwanted)
		s.done.State = Verified
		return s, nil
	}
}

// Undo puts into each place of the record that still holds what the suite put there what was there
// before. Members that this release does not know are carried: to refuse them would leave the
// suite in the pool. A pool that is gone has nothing to undo.
func (a Attacher) Undo(ctx context.Context) (Result, error) {
	if record, err := a.Records.Load(ctx); err != nil || len(record.Places) == 0 { // as after a failure to look at the pool
		return Result{}, err
	}
	result, err := a.change(ctx, func(record Record, described json.RawMessage) (s step, err error) {
		s.sent = record
		base, freed, left := restored(described, record.Places)
		s.Plan, err = pooledit.Edit(base, pooledit.Want{}, pooledit.Options{Carry: append(pooledit.Unknown(described), record.Carry...), Drop: record.Drop})
		s.Plan.Changes, s.Left = freed, left
		s.done = record.without(record.Places)
		s.done.State = Undone
		return s, err
	})
	if !Gone(err) {
		return result, err
	}
	record, err := a.Records.Load(ctx)
	if err == nil && record.Attached() {
		record = record.without(record.Places)
		record.State = Undone
		err = a.save(ctx, &record)
	}
	return Result{Gone: true}, err
}

// restored returns a described pool whose places are as they were before the suite, as far as
// they hold what the suite put there, and the names of those that do not.
func restored(described json.RawMessage, places map[string]Place) (base json.RawMessage, changes []pooledit.Change, left []string) {
	members, today := complete(settings(described), nil), pooledit.Hooks(described)
	next := complete(today, nil)
	for _, name := range slices.Sorted(maps.Keys(places)) {
		place := places[name]
		switch {
		case place.holds(today[name]) && place.Before == nil:
			delete(next, name)
		case place.holds(today[name]):
			next[name] = place.Before
		case !place.Free && !equal(today[name], place.Before):
			left = append(left, name)
		}
		if !equal(next[name], today[name]) {
			changes = append(changes, pooledit.Change{Hook: name, Before: today[name], After: next[name]})
		}
	}
	if len(changes) == 0 { // pooledit reads it as it came
		return described, nil, left
	}
	members["LambdaConfig"], _ = json.Marshal(next) // they were JSON before
	base, _ = json.Marshal(members)
	return base, changes, left
}

// Calls reports whether the pool calls one of the functions. A pool that is gone does not.
func (a Attacher) Calls(ctx context.Context, arns []string) (bool, error) {
	described, err := a.Pool.Describe(ctx)
	if doctor.Code(err) == notFound {
		return false, nil
	}
	if err != nil {
		return false, ofPool{"describing the pool", err}
	}
	for _, hook := range pooledit.Hooks(described) {
		if calls(hook, arns) {
			return true, nil
		}
	}
	return false, nil
}
