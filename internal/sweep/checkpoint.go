package sweep

import (
	"fmt"
	"maps"
	"reflect"
	"time"
)

// CheckpointVersion is the version of Checkpoint that this package writes and reads.
const CheckpointVersion = 1

// Phase is a part of a pass.
type Phase string

// The phases, in order.
const (
	Listing  Phase = "list" // the pool, page by page
	Scanning Phase = "scan" // the table, for rows of users who were not listed
	Asking   Phase = "ask"  // for those users, twice
	Finished Phase = "done"
)

// Checkpoint is the state of a pass, from which the pass continues as if it had never
// stopped. The zero value is a pass that has not begun. It holds subs and no other
// personal data. Encode writes it.
type Checkpoint struct {
	Version int    `json:"version"`
	Pool    string `json:"pool"`
	DryRun  bool   `json:"dryRun,omitempty"`
	Phase   Phase  `json:"phase"`
	// Next is where the phase continues: a page token of the list, or Scan's position.
	Next string `json:"next,omitempty"`
	// Shown are the users that the list has shown.
	Shown Shown `json:"shown"`
	// Ask are the subs still to ask for.
	Ask    []string `json:"ask,omitempty"`
	Report Report   `json:"report"`
}

// Fits returns why a pass cannot continue from the checkpoint, or nil. Run checks it,
// too.
func (c Checkpoint) Fits(pool string, dryRun bool) error {
	switch {
	case c.Version != CheckpointVersion:
		return fmt.Errorf("the checkpoint has version %d and this program reads %d: begin a new sweep", c.Version, CheckpointVersion)
	case c.Pool != pool:
		return fmt.Errorf("the checkpoint is of the pool %s, not of %s", c.Pool, pool)
	case c.DryRun != dryRun:
		return fmt.Errorf("the checkpoint is of a sweep with dry run %v, not %v: begin a new one", c.DryRun, dryRun)
	}
	switch c.Phase {
	case Listing, Scanning, Asking, Finished:
		return nil
	}
	return fmt.Errorf("the checkpoint has the unknown phase %q", c.Phase)
}

// Report is what a pass has found and done so far.
type Report struct {
	Pool   string `json:"pool"`
	DryRun bool   `json:"dryRun,omitempty"`
	// Complete says that the pass reached its end.
	Complete bool `json:"complete"`
	// Incomplete says that the pass ended early, with the error Incomplete.
	Incomplete bool `json:"incomplete,omitempty"`
	// Estimate is the pool's own estimate of its number of users. With 0 there was none,
	// and nothing says whether the list was complete.
	Estimate int `json:"estimate"`
	// StartedAt and CheckedAt are the Dates of the pool's first and last reply.
	StartedAt time.Time `json:"startedAt"`
	CheckedAt time.Time `json:"checkedAt"`
	Counts
}

// Counts are the numbers of what was seen, found and done.
type Counts struct {
	// Listed counts the users that the list showed, Unconfirmed those among them without
	// a row, because they have confirmed nothing.
	Listed      int `json:"listed"`
	Unconfirmed int `json:"unconfirmed,omitempty"`
	// Rows counts the rows of live users that the table showed.
	Rows int `json:"rows"`
	// Drift counts what was found, by kind. Erased is not healed.
	Drift map[Kind]int `json:"drift"`
	// Written counts the users whose row was created, changed or buried.
	Written int `json:"written"`
	// Overtaken counts the users for whom a trigger wrote something newer meanwhile.
	Overtaken int `json:"overtaken,omitempty"`
	// Asked counts the calls of Get, WouldAsk those that a dry run left out. A call
	// that finds no user would be made twice.
	Asked    int `json:"adminGetUser"`
	WouldAsk int `json:"adminGetUserWithoutDryRun,omitempty"`
	// Unaskable counts the rows of unlisted users without a user name to ask for; the
	// rows stay.
	Unaskable int `json:"unaskable,omitempty"`
	// Throttled counts the replies that asked for fewer requests.
	Throttled int `json:"throttled,omitempty"`
}

// Total returns the drift of all kinds but Erased, which an operator must decide.
func (c Counts) Total() (total int) {
	for kind, n := range c.Drift {
		if kind != Erased {
			total += n
		}
	}
	return total
}

func (c *Counts) found(kind Kind) {
	if c.Drift == nil {
		c.Drift = map[Kind]int{}
	}
	c.Drift[kind]++
}

func (c *Counts) add(more Counts) {
	sum, part := reflect.ValueOf(c).Elem(), reflect.ValueOf(more)
	for i := range sum.NumField() {
		if sum.Field(i).CanInt() {
			sum.Field(i).SetInt(sum.Field(i).Int() + part.Field(i).Int())
		}
	}
	if c.Drift == nil {
		c.Drift = map[Kind]int{}
	}
	for kind, n := range more.Drift {
		c.Drift[kind] += n
	}
}

// clone returns a copy that does not change when the report does.
func (r Report) clone() Report {
	r.Drift = maps.Clone(r.Drift)
	return r
}
