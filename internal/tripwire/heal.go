package tripwire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

// The limits of healing.
const (
	hourly = time.Hour
	daily  = 24 * time.Hour
	aDay   = 3
)

// heal fills the empty places among the findings, or says why not.
func (w Watch) heal(ctx context.Context, r *Report) {
	var empty []string
	for _, f := range r.Wrong {
		if f.Check == 1 && f.Found == "" {
			empty = append(empty, f.Subject)
		}
	}
	if w.Attacher == nil || len(empty) == 0 {
		return
	}
	if err := w.fill(ctx, empty); err != nil {
		r.Unhealed = err.Error()
		return
	}
	r.Healed = empty
}

// fill reserves a heal in the record and attaches.
func (w Watch) fill(ctx context.Context, empty []string) error {
	record, err := w.Attacher.Records.Load(ctx)
	if err != nil {
		return fmt.Errorf("reading the record: %w", err)
	}
	now := w.Clock.Now().UTC()
	want := w.want(record)
	if err := may(record, want, empty, now); err != nil {
		return err
	}
	record.Heals = append(recent(record.Heals, now), now)
	record.Rev++
	if err := w.Attacher.Records.Save(ctx, record); err != nil {
		return fmt.Errorf("noting the heal: %w", err)
	}
	a := *w.Attacher
	options := pooledit.Options{Carry: record.Carry, Drop: record.Drop}
	a.Check = func(_ context.Context, described json.RawMessage) ([]string, error) {
		return nil, onlyFills(described, want, options)
	}
	_, err = a.Attach(ctx, want, options)
	return err
}

// may returns why an empty place is left empty, or nil.
func may(record attach.Record, want pooledit.Want, empty []string, now time.Time) error {
	for _, name := range empty {
		if want.Hooks[name] == "" {
			return fmt.Errorf("%s is not recorded as the suite's: deploy the stage, which attaches it", name)
		}
	}
	for name, place := range record.Places {
		if trigger := strings.TrimSuffix(name, "Config"); !place.Free && want.Hooks[trigger] == "" {
			return fmt.Errorf("%s is recorded as the suite's, and the stage does not have it: deploy the stage", trigger)
		}
	}
	heals := recent(record.Heals, now)
	switch {
	case record.State != attach.Verified:
		return errors.New("an attach is under way or did not end: deploy the stage again")
	case len(heals) >= aDay:
		return fmt.Errorf("healed %d times in a day, and the hook is taken out again: a pipeline owns this pool; put the hooks into its code and set pool.mode: owner", len(heals))
	case len(heals) > 0 && now.Sub(heals[len(heals)-1]) < hourly:
		return fmt.Errorf("healed at %s, and once an hour is the most", heals[len(heals)-1].Format(time.TimeOnly))
	}
	return nil
}

// recent returns the heals of the last day. One of the future, by a clock that was wrong, counts.
func recent(heals []time.Time, now time.Time) []time.Time {
	return slices.DeleteFunc(slices.Clone(heals), func(at time.Time) bool { return now.Sub(at) >= daily })
}

// taken reports whether the record holds a trigger's place, under either of its names.
func taken(record attach.Record, name string) bool {
	for _, as := range []string{name, name + "Config"} {
		if place, ok := record.Places[as]; ok && !place.Free {
			return true
		}
	}
	return false
}

// want is the stack's hooks, as far as the record holds them: a place that was never taken is not
// taken by the way.
func (w Watch) want(record attach.Record) pooledit.Want {
	want := pooledit.Want{Hooks: map[string]string{}, TokenVersion: w.Subject.TokenVersion}
	for _, t := range w.Subject.Triggers {
		if taken(record, t.Name) {
			want.Hooks[t.Name] = t.ARN(w.PoolARN)
		}
	}
	return want
}

// onlyFills returns an error if the edit would change a place that is not empty. What Edit refuses,
// Attach says.
func onlyFills(described json.RawMessage, want pooledit.Want, options pooledit.Options) error {
	plan, err := pooledit.Edit(described, want, options)
	for _, c := range plan.Changes {
		if err == nil && c.Before != nil {
			return fmt.Errorf("%s is not empty, and only what is empty is healed", c.Hook)
		}
	}
	return nil
}
