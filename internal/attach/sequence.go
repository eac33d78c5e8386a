package attach

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

// The limits of a change: how often it is tried, how often of these since somebody edited the
// pool, the first pause between two, which doubles, and how long the pool may take to show it.
const (
	tries    = 9
	edits    = 3
	pause    = 200 * time.Millisecond
	patience = 10 * time.Second
)

// change runs the sequence until it is done, or cannot be.
func (a Attacher) change(ctx context.Context, plan func(Record, json.RawMessage) (step, error)) (Result, error) {
	var sent *step // an update without a known end
	for try, moves := 1, 0; ; try++ {
		result, err := a.once(ctx, plan, &sent)
		if errors.Is(err, errMoved) {
			moves++
		}
		if err == nil {
			return result, nil
		}
		if moves < edits && try < tries && passes(err) {
			if err = a.Clock.Sleep(ctx, pause<<(try-1)); err == nil {
				continue
			}
		}
		if sent != nil {
			err = Uncertain{err}
		}
		return result, err
	}
}

// once runs the sequence. It sets sent before it sends an update, so that the next run knows
// one of which it does not know the end.
func (a Attacher) once(ctx context.Context, plan func(Record, json.RawMessage) (step, error), sent **step) (Result, error) {
	record, err := a.Records.Load(ctx)
	if err != nil {
		return Result{}, fmt.Errorf("reading the record: %w", err)
	}
	seen, mfa, err := a.look(ctx)
	if err != nil {
		return Result{}, err
	}
	next, err := plan(record, seen)
	if err != nil {
		return Result{}, Refused{err}
	}
	next.mfa = mfa
	if len(next.Plan.Changes) == 0 {
		if *sent != nil { // done, and its reply was lost
			next.Result = (*sent).Result
			err = a.verify(ctx, **sent)
		}
		return next.Result, errors.Join(err, a.conclude(ctx, record, next.done))
	}
	next.sent.State = Sent
	if err := a.save(ctx, &next.sent); err != nil {
		return Result{}, err
	}
	if err := a.unmoved(ctx, seen, mfa); err != nil {
		return Result{}, err
	}
	before := *sent
	*sent = &next
	if err := a.Pool.Update(ctx, next.Plan.Request); err != nil {
		err = ofPool{"updating the pool", err}
		if !passes(err) { // refused
			*sent = before
		}
		return Result{}, err
	}
	if err := a.verify(ctx, next); err != nil {
		return next.Result, err
	}
	next.done.Rev = next.sent.Rev
	return next.Result, a.conclude(ctx, next.sent, next.done)
}

// unmoved describes the pool again.
func (a Attacher) unmoved(ctx context.Context, seen, mfa json.RawMessage) error {
	again, mfaAgain, err := a.look(ctx)
	if err != nil {
		return err
	}
	names := Moved(seen, again)
	if !equal(mfa, mfaAgain) {
		names = append(names, "MFA")
	}
	if len(names) > 0 {
		return fmt.Errorf("%w: %s", errMoved, strings.Join(names, ", "))
	}
	return nil
}

// look describes the pool.
func (a Attacher) look(ctx context.Context) (described, mfa json.RawMessage, err error) {
	if described, err = a.Pool.Describe(ctx); err != nil {
		return nil, nil, ofPool{"describing the pool", err}
	}
	if mfa, err = a.Pool.MFA(ctx); err != nil {
		return nil, nil, ofPool{"reading the pool's second factors", err}
	}
	return described, mfa, nil
}

// save writes the record as the next one of the loaded one.
func (a Attacher) save(ctx context.Context, r *Record) error {
	r.By, r.At = a.By, a.Clock.Now().UTC()
	r.Rev++
	if err := a.Records.Save(ctx, *r); err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	return nil
}

// conclude writes what is done, unless the record says it already.
func (a Attacher) conclude(ctx context.Context, was, done Record) error {
	if was.State == done.State && reflect.DeepEqual(was.Places, done.Places) {
		return nil
	}
	return a.save(ctx, &done)
}

// verify waits until the pool is as the step's request says.
func (a Attacher) verify(ctx context.Context, s step) error {
	for end, wait := a.Clock.Now().Add(patience), pause; ; wait *= 2 {
		described, mfa, err := a.look(ctx)
		names := pooledit.Differences(described, s.Plan.Request)
		if err == nil && !equal(mfa, s.mfa) {
			names = append(names, "MFA")
		}
		if err == nil && len(names) == 0 {
			return nil
		}
		if err != nil && !passes(err) {
			return err
		}
		if !a.Clock.Now().Add(wait).Before(end) {
			if err == nil {
				err = Unverified{names}
			}
			return err
		}
		if err := a.Clock.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}
