package sweep

import (
	"fmt"
	"math"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// The rates, in calls a second. AWS allows an account and Region 30 ListUsers, for
// all pools together and not adjustably, and 120 of the category that AdminGetUser
// is in, which sign-ins need too (developer guide, "Quotas in Amazon Cognito").
const (
	DefaultListRate = 10
	MaxListRate     = 30
	MaxGetRate      = 40
)

// Unlimited is a rate without a limit, for a pool that is not on AWS.
var Unlimited = math.Inf(1)

// Options say how a pass is made. The zero value of each member but Pool is its
// default.
type Options struct {
	// Pool is the pool's id.
	Pool string
	// Mirror is the policy's; nil copies user name and e-mail address only.
	Mirror *users.Mirror
	// DryRun writes nothing and asks for nobody.
	DryRun bool
	// ListRate is the calls of List a second, DefaultListRate unless given, and
	// GetRate those of Get, MaxGetRate unless given.
	ListRate, GetRate float64
	// Workers is how many rows are written at the same time, and, up to four, how
	// many pages are worked on: 16 unless given. 1 does one thing after the other.
	Workers int
	// Limit is how many rows of users who are not listed may be asked for and
	// buried: unless given, the larger of 1,000 and one in a hundred listed users.
	// With more of them the pass stops with TooMany before it buries any, for then
	// table and pool more likely do not belong together.
	Limit int
	// Clock is the machine's unless given.
	Clock Clock
	// Save is given the pass as it stands after each page, or after each page for
	// which SaveEvery has passed, and when the pass ends, however it does. What it
	// keeps must be written or copied before it returns. An error ends the pass.
	Save      func(Checkpoint) error
	SaveEvery time.Duration
	// Found is told of every user of whom something differed.
	Found func(Drift)
	// Advanced is told after every page how far the pass is.
	Advanced func(Progress)
}

// Drift is one user of whom something differed.
type Drift struct {
	Kind Kind
	Sub  string
	// Fields are the names of the attributes that differed, for Stale and Disabled.
	Fields []string
	// Write is what became of the row; users.None where nothing was written.
	Write users.Write
	// Address is the user's e-mail address, for those who ask for it.
	Address string
}

// Progress is how far a pass is. Its counts are to be read, not kept.
type Progress struct {
	Phase  Phase
	Counts Counts
	// Left is how many users are still to be asked for, in the last phase.
	Left int
}

// TooMany ends a pass that found more rows without a listed user than its limit.
type TooMany struct{ Found, Limit int }

// Error says what to do.
func (t TooMany) Error() string {
	return fmt.Sprintf("%d rows or more are of users whom the pool does not list, and %d may be buried in one sweep: "+
		"do table and pool belong together? If they do, raise the limit", t.Found, t.Limit)
}

func (o Options) withDefaults() Options {
	if o.ListRate == 0 {
		o.ListRate = DefaultListRate
	}
	if o.GetRate == 0 {
		o.GetRate = MaxGetRate
	}
	if o.Workers < 1 {
		o.Workers = 16
	}
	if o.Clock == nil {
		o.Clock = wall{}
	}
	if o.Save == nil {
		o.Save = func(Checkpoint) error { return nil }
	}
	if o.Found == nil {
		o.Found = func(Drift) {}
	}
	if o.Advanced == nil {
		o.Advanced = func(Progress) {}
	}
	return o
}

// limit is how many users may be asked for.
func (o Options) limit(listed int) int {
	if o.Limit > 0 {
		return o.Limit
	}
	return max(1000, listed/100)
}
