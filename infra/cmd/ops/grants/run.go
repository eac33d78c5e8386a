package grants

import (
	"context"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

// Import is one import.
type Import struct {
	Rules
	Directory *directory.Directory
	// Find returns the sub of the one user who has verified an address. An error that is
	// not the store's leaves the row.
	Find     func(ctx context.Context, address string) (string, error)
	Journal  *Journal // nil is a dry run: nothing is written
	Workers  int      // how many requests are made at once
	Rate     float64  // rows a second at most
	Sleep    func(context.Context, time.Duration) error
	Advanced func(Progress)
	// Decided is called for each row that was changed or left.
	Decided func(r Row, o Outcome, seen, next directory.Authz, why string)

	mu   sync.Mutex
	at   Progress
	next time.Time // of the pace
}

// Progress is how far an import is. Passed are rows that earlier calls have done.
type Progress struct {
	Rows, Passed  int
	Reads, Writes int // units of DynamoDB: a read of up to 4 KB, a write of up to 1 KB
	Outcomes      map[Outcome]int
}

// Seen returns how many rows are behind.
func (p Progress) Seen() int {
	n := p.Passed
	for _, count := range p.Outcomes {
		n += count
	}
	return n
}

// work is a row with its user.
type work struct {
	Row
	sub string
}

// Run imports the rows that the journal does not have. Its error is the store's, the
// journal's or ctx's: then calling it again continues.
func (i *Import) Run(ctx context.Context, f *File) (Progress, error) {
	i.at = Progress{Rows: f.Rows, Outcomes: map[Outcome]int{}}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	batches := make(chan []Row)
	var workers sync.WaitGroup
	for range max(1, i.Workers) {
		workers.Go(func() {
			for batch := range batches {
				if err := i.batch(ctx, batch); err != nil {
					stop(err)
				}
			}
		})
	}
	err := i.rows(ctx, f, batches)
	close(batches)
	workers.Wait()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return i.at, err
}

// rows sends the rows to the workers.
func (i *Import) rows(ctx context.Context, f *File, to chan<- []Row) error {
	var batch []Row
	send := func() error {
		select {
		case to <- batch:
			batch = nil
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	sum, err := each(f.file, func(r Row, faults []Fault) error {
		if len(faults) > 0 {
			return errors.New("the file was changed meanwhile")
		}
		if i.Journal != nil && i.Journal.Done(r.N) {
			i.passed()
			return nil
		}
		if batch = append(batch, r); len(batch) < directory.MaxUsers {
			return nil
		}
		return send()
	})
	if err == nil && len(batch) > 0 {
		err = send()
	}
	if err == nil && hex.EncodeToString(sum) != f.SHA256 {
		err = errors.New("the file was changed meanwhile")
	}
	return err
}

func (i *Import) passed() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.at.Passed++
}

// batch imports some rows: by one read, and a change for each that differs.
func (i *Import) batch(ctx context.Context, rows []Row) error {
	all, subs := make([]work, 0, len(rows)), make([]string, 0, len(rows))
	for _, r := range rows {
		if err := i.pace(ctx); err != nil {
			return err
		}
		sub, err := i.sub(ctx, r)
		if err != nil && ofStore(err) {
			return err
		}
		if err != nil {
			if err := i.end(r, directory.Authz{}, decision{outcome: Unknown, why: err.Error()}); err != nil {
				return err
			}
			continue
		}
		all, subs = append(all, work{r, sub}), append(subs, sub)
	}
	if len(all) == 0 {
		return nil
	}
	found, err := i.read(ctx, subs...)
	if err != nil {
		return err
	}
	for _, w := range all {
		if err := i.row(ctx, w, found[w.sub]); err != nil {
			return err
		}
	}
	return nil
}

func (i *Import) sub(ctx context.Context, r Row) (string, error) {
	if r.Sub != nil {
		return *r.Sub, nil
	}
	i.count(2, 0) // the index and PROFILE
	return i.Find(ctx, *r.Email)
}

func (i *Import) read(ctx context.Context, subs ...string) (map[string]directory.Found, error) {
	i.count(2*len(subs), 0)
	return i.Directory.AuthzOf(ctx, subs...)
}

func (i *Import) count(reads, writes int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.at.Reads += reads
	i.at.Writes += writes
}

// row changes AUTHZ of one user, if that is to be done.
func (i *Import) row(ctx context.Context, w work, found directory.Found) error {
	var sent *int64
	if i.Journal != nil {
		if rev, is := i.Journal.before(w.N); is {
			sent = &rev
		}
	}
	d := i.decide(w.Row, found, sent)
	if d.outcome == Written && i.Journal != nil {
		if err := i.Journal.sending(w.N, found.Rev); err != nil {
			return err
		}
		i.count(0, 1)
		_, err := i.Directory.Change(ctx, found.Authz, i.By, d.changes...)
		if err != nil && (ofStore(err) || ctx.Err() != nil) {
			return err
		}
		if err != nil {
			if d, err = i.again(ctx, w, err); err != nil {
				return err
			}
		}
	}
	return i.end(w.Row, found.Authz, d)
}

// again finds out what a change has met: its own row, since an earlier process had sent the
// same, or another writer's.
func (i *Import) again(ctx context.Context, w work, failed error) (decision, error) {
	met := failure(failed)
	if met.outcome != Changed {
		return met, nil
	}
	found, err := i.read(ctx, w.sub)
	if err != nil {
		return met, err
	}
	if now := i.decide(w.Row, found[w.sub], nil); now.outcome == Same {
		return now, nil
	}
	return met, nil
}

// end notes and reports an outcome.
func (i *Import) end(r Row, seen directory.Authz, d decision) error {
	if i.Journal != nil {
		if err := i.Journal.ended(r.N, d.outcome); err != nil {
			return err
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.at.Outcomes[d.outcome]++
	if d.outcome != Same {
		i.Decided(r, d.outcome, seen, d.next, d.why)
	}
	i.Advanced(i.at)
	return nil
}

// pace waits for the row's turn.
func (i *Import) pace(ctx context.Context) error {
	i.mu.Lock()
	now := time.Now()
	if i.next.Before(now) {
		i.next = now
	}
	wait := i.next.Sub(now)
	i.next = i.next.Add(time.Duration(float64(time.Second) / i.Rate))
	i.mu.Unlock()
	return i.Sleep(ctx, wait)
}

// ofStore reports whether an error is that of a call, or of its end.
func ofStore(err error) bool {
	_, call := errors.AsType[*smithy.OperationError](err)
	return call || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
