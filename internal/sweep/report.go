package sweep

import (
	"maps"
	"reflect"
	"time"
)

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

// Left returns how long the list of a pass that is open still takes, at its pace since the
// pass began, pauses included. 0 is unknown.
func (r Report) Left() time.Duration {
	if r.Complete || r.Listed == 0 {
		return 0
	}
	return time.Duration(float64(r.CheckedAt.Sub(r.StartedAt)) * float64(max(0, r.Estimate-r.Listed)) / float64(r.Listed))
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
	// Leaves counts the leaves that are done, Splits those that turned out too large.
	Leaves int `json:"leaves,omitempty"`
	Splits int `json:"splits,omitempty"`
	// Completed counts the rows of an older release that got the index's column.
	Completed int `json:"completed,omitempty"`
	// Lists counts the calls of List.
	Lists int `json:"listUsers,omitempty"`
	// Throttled counts the replies that asked for fewer requests.
	Throttled int `json:"throttled,omitempty"`
}

// Units returns about how many units of the table the work took: a row is read consistently,
// and written beside its entries in two indexes. A change that leaves the indexes takes less.
func (c Counts) Units() (reads, writes int) { return c.Listed, 3 * (c.Written + c.Completed) }

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

// relisted returns the counts of work that is done again. What was healed is not found
// again and stays counted. What was only found is found again, so its count is removed.
func (c Counts) relisted(dryRun bool) Counts {
	c.Listed, c.Unconfirmed, c.Rows, c.WouldAsk = 0, 0, 0, 0
	c.Drift = maps.Clone(c.Drift)
	delete(c.Drift, Erased)
	if dryRun {
		c.Drift = nil
	}
	return c
}

// clone returns a copy that does not change when the report does.
func (r Report) clone() Report {
	r.Drift = maps.Clone(r.Drift)
	return r
}
