package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// LeaseLife is how long a lease lasts that is not renewed. A pass renews it long before,
// also while it waits.
const LeaseLife = 3 * time.Minute

// ErrLost says that another pass has taken the lease, so nothing was written.
var ErrLost = errors.New("another sweep has taken over")

// Held says that another pass holds the lease.
type Held struct {
	Holder       string
	Since, Until time.Time // by the clock of its holder
}

// Error says who works, since when, and until when at least.
func (h Held) Error() string {
	return fmt.Sprintf("another sweep of this pool is at work: %s, since %s, until %s at least", h.Holder, h.Since.UTC().Format(time.RFC3339), h.Until.UTC().Format(time.RFC3339))
}

// Lease is the right to write a book. Fence is the fencing token: every taking has a higher
// one than those before it.
type Lease struct {
	Holder string
	Fence  int64
}

// Book keeps a pool's pass and the lease of who makes it. Every write is one write of one
// row whose condition is the lease's fencing token, so a holder that was slow and lost the
// lease changes nothing of the pass.
type Book interface {
	// Take takes the lease until a time and returns the pass as it is then, the zero value
	// if there was none. It returns Held while another lease has not ended.
	Take(ctx context.Context, holder string, now, until time.Time) (Lease, Pass, error)
	// Keep writes the pass, if it is not nil, and renews the lease, or ends it if until is
	// the zero time. It returns ErrLost if the lease is another's.
	Keep(ctx context.Context, lease Lease, until time.Time, pass *Pass) error
	// PutSuspects keeps subs of a leaf, at most MaxSuspects, for as long as a pass takes;
	// Suspects returns them, or none if there are none any more.
	PutSuspects(ctx context.Context, lease Lease, leaf string, subs []string) error
	Suspects(ctx context.Context, leaf string) ([]string, error)
}

// MaxSuspects is the most suspects of a leaf: with 36 bytes each they fit into a row of
// 400 KB.
const MaxSuspects = 6000

// Phase is a part of a pass.
type Phase string

// The phases, in order.
const (
	Scanning Phase = "scan" // the table, once, for rows that an older release wrote
	Listing  Phase = "list" // the leaves: the pool page by page, and the rows of each leaf
	Asking   Phase = "ask"  // for the users of rows that no leaf listed, twice
	Finished Phase = "done"
)

// PassVersion is the version of Pass that this package writes and reads. A pass of another
// version is begun again.
const PassVersion = 2

// Pass is what a book keeps: the last pass, done or under way. The zero value is none. It
// holds no sub.
type Pass struct {
	Version int `json:"version"`
	// Number counts the passes of the pool.
	Number int64 `json:"number"`
	Phase  Phase `json:"phase"`
	// Next is where Table.Complete continues; All says that it reached the table's end.
	Next string `json:"next,omitempty"`
	All  bool   `json:"all,omitempty"`
	// Tree holds the leaves with what is done, as text.
	Tree string `json:"tree"`
	// Report sums up the leaves that are done.
	Report Report `json:"report"`
	// WholeAt is the CheckedAt of the last pass that reached its end; it may be an earlier
	// one than this.
	WholeAt time.Time `json:"wholeAt,omitzero"`
	// Since is when the pool's first pass began, by the operator's clock: no reply may have
	// come since.
	Since time.Time `json:"since,omitzero"`
}

// Open reports whether the pass has begun and not ended.
func (p Pass) Open() bool { return p.Version != 0 && p.Phase != Finished }
