package attach

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"
)

// ErrOther says that somebody else changed the record since it was loaded.
var ErrOther = errors.New("somebody else attaches or detaches this pool at the same time")

// Records keeps the record of one pool.
type Records interface {
	// Load returns the record; the zero one if there is none.
	Load(context.Context) (Record, error)
	// Save replaces the loaded record by one whose Rev is the next, or returns ErrOther.
	Save(context.Context, Record) error
}

// State is how far the last change went.
type State string

// The states. Of a pool with the state Sent, nobody knows whether the update was sent: the
// pool itself says it.
const (
	Sent     State = "sent"
	Verified State = "verified"
	Undone   State = "undone"
)

// Record is what the suite did to a pool. The zero value is a pool that it never touched.
type Record struct {
	State State `json:"state,omitempty"`
	// By and At say who changed the record last, and when: the id of a CloudFormation request,
	// or a command.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`
	// Places are the members of LambdaConfig that the suite has taken.
	Places map[string]Place `json:"places,omitempty"`
	// Carry and Drop are what was said of unknown members, for the undo.
	Carry []string `json:"carry,omitempty"`
	Drop  []string `json:"drop,omitempty"`
	// Answers are the last requests of CloudFormation, the oldest first.
	Answers []Answer `json:"answers,omitempty"`
	// Heals are the times when package tripwire filled places again, in the last day.
	Heals []time.Time `json:"heals,omitempty"`
	// Rev counts the changes; 0 is no record.
	Rev int64 `json:"rev,omitempty"`
}

// Place is one member of LambdaConfig.
type Place struct {
	// Before is what was there before the suite came; nil or null for nothing.
	Before json.RawMessage `json:"before,omitempty"`
	// Ours is all that the suite has put there since, the last one last.
	Ours []json.RawMessage `json:"ours"`
	// Free says that the place was given back. It stays in the record, since an update that a
	// dying process sent may still arrive.
	Free bool `json:"free,omitempty"`
}

// holds reports whether the suite put this value into the place, or emptied it: the older name
// of a hook goes when the newer one is set.
func (p Place) holds(value json.RawMessage) bool {
	return slices.ContainsFunc(p.Ours, func(ours json.RawMessage) bool { return equal(ours, value) })
}

// with returns the place after the suite put a value there.
func (p Place) with(value json.RawMessage) Place {
	if !p.holds(value) {
		p.Ours = append(slices.Clip(p.Ours), value)
	}
	return p
}

// Attached reports whether the pool calls the suite as far as the record knows.
func (r Record) Attached() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(r.Places)), func(p Place) bool { return !p.Free })
}

// taking returns the record with the places that a change from today's hooks to the next ones
// takes. arns are the functions of the suite, unwanted the places that are given back.
func (r Record) taking(today, next map[string]json.RawMessage, arns []string, unwanted map[string]Place) Record {
	places := maps.Clone(r.Places)
	if places == nil {
		places = map[string]Place{}
	}
	for name := range complete(today, next) {
		place, known := places[name]
		_, freed := unwanted[name]
		switch {
		case freed, equal(today[name], next[name]) && !calls(next[name], arns):
			continue // or somebody else's
		case calls(today[name], arns): // if it is not known, by hand or by a record that is lost
			place = place.with(today[name])
		case known && (place.holds(today[name]) || today[name] == nil && r.State == Verified && !place.Free):
		default:
			place.Before = today[name]
		}
		place.Free = false
		places[name] = place.with(next[name])
	}
	r.Places = places
	return r
}

// unwanted returns the places that the suite has taken and whose triggers it no longer wants.
func (r Record) unwanted(wanted map[string]string) map[string]Place {
	unwanted := maps.Clone(r.Places)
	for name := range wanted {
		delete(unwanted, name)
		delete(unwanted, name+"Config")
	}
	return unwanted
}

// without returns the record once these places are given back.
func (r Record) without(places map[string]Place) Record {
	r.Places = maps.Clone(r.Places)
	for name := range places {
		place := r.Places[name]
		place.Free = true
		r.Places[name] = place
	}
	return r
}

// Answer is what CloudFormation was told.
type Answer struct {
	RequestID string `json:"requestId"`
	// Failure is empty if the request succeeded.
	Failure string `json:"failure,omitempty"`
}

// answers is how many requests are remembered: one that Lambda repeats is the last or the one
// before.
const answers = 8

// Answered returns what a request was told, if it was answered.
func (r Record) Answered(id string) (Answer, bool) {
	i := slices.IndexFunc(r.Answers, func(a Answer) bool { return a.RequestID == id })
	if i < 0 {
		return Answer{}, false
	}
	return r.Answers[i], true
}

// Answer remembers what a request is told.
func (a Attacher) Answer(ctx context.Context, answer Answer) error {
	record, err := a.Records.Load(ctx)
	if err != nil {
		return err
	}
	record.Answers = append(slices.Clone(record.Answers), answer)
	record.Answers = record.Answers[max(0, len(record.Answers)-answers):]
	return a.save(ctx, &record)
}

// Told returns the answer to a request that ended with err.
func Told(id string, err error) Answer {
	if err != nil {
		return Answer{id, err.Error()}
	}
	return Answer{RequestID: id}
}

// Err returns the failure as an error; nil for a success.
func (a Answer) Err() error {
	if a.Failure == "" {
		return nil
	}
	return errors.New(a.Failure)
}
