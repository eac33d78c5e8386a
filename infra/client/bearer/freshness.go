package bearer

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Rows returns the number of changes of a user's rights and whether the user may act: neither
// suspended nor deleted. A user without a row has 0 and may. directory.Directory.Standing is one.
// It must be safe for concurrent use.
type Rows func(ctx context.Context, sub string) (version int64, active bool, err error)

// rowLimit is the longest wait for a row.
const rowLimit = 2 * time.Second

// fresh refuses a token that is older than what is known of its user's rights. Machines have
// no row. A version above the row's is an old read and accepted. A token without a version is not
// compared with others: while the table is down tokens say nothing of the row, no role either, and
// a profile may leave the version out. The row knows better.
func (v *Verifier) fresh(r *http.Request, who *Principal, route *route) *denial {
	if who.Machine {
		return nil
	}
	versioned := who.Claims[v.config.Version] != nil
	if versioned && !v.config.IgnoreVersions && newest(&v.seen, who.Subject, who.Version) > who.Version {
		return v.refuse(r, errOld)
	}
	if !route.asksRow {
		return nil
	}
	version, active, err := v.rows.standing(r.Context(), who.Subject, route.maxRow)
	if err != nil {
		v.config.Failed(fmt.Errorf("reading the user's row: %w", err))
		return noRow
	}
	if !active || version > who.Version {
		return v.refuse(r, errRow)
	}
	return nil
}

// generation is how many users recent keeps at least. It keeps at most twice as many: 64 K.
const generation = 32 << 10

// recent remembers something of the users that were seen last. The zero value is empty and
// ready. It forgets in two generations, which needs no list.
type recent[V any] struct {
	mu         sync.Mutex
	young, old map[string]V
}

func (r *recent[V]) get(sub string) (V, bool) {
	if value, ok := r.young[sub]; ok {
		return value, true
	}
	value, ok := r.old[sub]
	return value, ok
}

func (r *recent[V]) put(sub string, value V) {
	if _, there := r.young[sub]; !there && len(r.young) >= generation {
		r.young, r.old = nil, r.young
	}
	if r.young == nil {
		r.young = map[string]V{}
	}
	r.young[sub] = value
}

// newest returns the highest version that was seen of a user, this one included. Who calls with the
// newest one is remembered longer.
func newest(r *recent[int64], sub string, version int64) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if seen, ok := r.get(sub); ok && seen > version {
		return seen
	}
	r.put(sub, version)
	return version
}

// rows asks for a user's row once for all requests that want it at the same time.
type rows struct {
	ask Rows
	recent[*reading]
}

// reading is one read of a row. Its results may be read when done is closed.
type reading struct {
	done    chan struct{}
	began   time.Time
	version int64
	active  bool
	err     error
}

// standing returns what a row said at most maxAge ago. A failure is asked for again.
func (r *rows) standing(ctx context.Context, sub string, maxAge time.Duration) (int64, bool, error) {
	read := r.read(ctx, sub, maxAge)
	ctx, cancel := context.WithTimeout(ctx, rowLimit)
	defer cancel()
	select {
	case <-read.done:
		return read.version, read.active, read.err
	case <-ctx.Done():
		return 0, false, ctx.Err()
	}
}

// read returns a reading that is young enough, also one under way. A request that is broken
// off does not end it for the others.
func (r *rows) read(ctx context.Context, sub string, maxAge time.Duration) *reading {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.get(sub); ok && time.Since(known.began) <= maxAge && !known.failed() {
		return known
	}
	begun := &reading{done: make(chan struct{}), began: time.Now()}
	r.put(sub, begun)
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rowLimit)
		defer cancel()
		defer close(begun.done)
		begun.version, begun.active, begun.err = r.ask(ctx, sub)
	}()
	return begun
}

func (r *reading) failed() bool {
	select {
	case <-r.done:
		return r.err != nil
	default:
		return false
	}
}
