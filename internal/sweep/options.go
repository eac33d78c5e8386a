package sweep

import (
	"cmp"
	"fmt"
	"math"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// These are rates in calls a second. AWS allows an account and Region 30 calls of
// ListUsers, for all pools together and not adjustable, and 120 in the category of
// AdminGetUser, which sign-ins need, too (developer guide, "Quotas in Amazon Cognito").
const (
	DefaultListRate = 10
	MaxListRate     = 30
	MaxGetRate      = 40
)

// Unlimited is a rate without a limit, for a pool that is not on AWS.
var Unlimited = math.Inf(1)

// Options configure a pass. The zero value of each member but Pool is its default.
type Options struct {
	// Pool is the pool's id.
	Pool string
	// Mirror is the policy's; nil copies user name and e-mail address only.
	Mirror *users.Mirror
	// DryRun writes nothing and asks for no user.
	DryRun bool
	// ListRate is the calls of List a second, by default DefaultListRate; GetRate those
	// of Get, by default MaxGetRate.
	ListRate, GetRate float64
	// Workers is how many rows are written in parallel and, up to eight, how many leaves
	// are at work. The default is 16; with 1, nothing runs in parallel.
	Workers int
	// Holder names the holder of the lease to others who would take it.
	Holder string
	// Fresh begins a new pass where another one is open.
	Fresh bool
	// Limit is how many rows of unlisted users a pass may ask for and bury. The default
	// is the larger of 1,000 and one in a hundred listed users. Beyond it the pass
	// stops with TooMany before it buries any: table and pool then probably do not
	// belong together. A pass that finds more than a list of the estimated length would
	// allow stops at once.
	Limit int
	// AcceptEstimate continues where Incomplete would end the pass: after many users were
	// deleted, the pool's estimate is too high for a while.
	AcceptEstimate bool
	leafUsers      int // of tests
	// Clock is the machine's by default.
	Clock Clock
	// SaveEvery is the least time between two writes of the pass into its book. By default
	// each leaf is written; a leaf that is done and not written is done again after a kill.
	SaveEvery time.Duration
	// Found is called for every user with drift; in a dry run again for the users of a leaf
	// that is listed again. Calls of Found and Advanced come one at a time.
	Found func(Drift)
	// Advanced is called after every page with the progress of the pass.
	Advanced func(Progress)
}

// Drift is one user whose row differed.
type Drift struct {
	Kind Kind
	Sub  string
	// Fields are the names of the attributes that differed, for Stale and Disabled.
	Fields []string
	// Write is the result of the write; users.None if nothing was written.
	Write users.Write
	// Address is the user's e-mail address, for callers that show it.
	Address string
}

// Progress is how far a pass is.
type Progress struct {
	Phase Phase
	// Counts are those of the leaves that are done and of those at work.
	Counts Counts
	// Estimate is the pool's own estimate of its number of users; 0 is unknown.
	Estimate int
	// Left is how many users are still to be asked for, in the last phase.
	Left int
}

// TooMany ends a pass that found more rows of unlisted users than its limit.
type TooMany struct{ Found, Limit int }

// Error says what to do.
func (t TooMany) Error() string {
	return fmt.Sprintf("at least %d rows belong to users that the pool does not list, and one sweep may bury %d: "+
		"do table and pool belong together? If they do, raise the limit", t.Found, t.Limit)
}

// Incomplete ends a pass whose list is too short to prove that a user is gone.
type Incomplete struct{ Listed, Estimate int }

// Error says what to do.
func (i Incomplete) Error() string {
	return fmt.Sprintf("the pool listed %d users and estimates %d, so no row is buried. The list may lag: sweep again later. "+
		"If so many users were deleted, accept the estimate", i.Listed, i.Estimate)
}

// A list is incomplete if it is short by both. The estimate is not a count: AWS does not
// say how it is made or how old it may be, and 700 were reported for 600 users
// (github.com/aws/aws-cli/issues/7604). In a small pool a few users are a large share.
const (
	leastListed  = 90 // % of the estimate
	leastMissing = 10 // users
)

// incomplete reports whether the pool has shown too few of its users. Without an
// estimate it has not.
func (o Options) incomplete(listed, estimate int) bool {
	return !o.AcceptEstimate && estimate-listed >= leastMissing && 100*listed < leastListed*estimate
}

func (o Options) withDefaults() Options {
	o.ListRate, o.GetRate, o.Clock = cmp.Or(o.ListRate, DefaultListRate), cmp.Or(o.GetRate, MaxGetRate), cmp.Or[Clock](o.Clock, wall{})
	if o.Workers < 1 {
		o.Workers = 16
	}
	return o
}

// limit returns how many users the pass may ask for.
func (o Options) limit(listed int) int {
	if o.Limit > 0 {
		return o.Limit
	}
	return max(1000, listed/100)
}

// leaf returns how many users a leaf may have.
func (o Options) leaf() int { return cmp.Or(o.leafUsers, leafUsers) }
