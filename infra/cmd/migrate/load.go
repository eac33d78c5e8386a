package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

const (
	workers = 16
	// chunk is how many people are written between two writings of the book.
	chunk = 400
)

// load brings people to the pool and to the table. A fault in the export changes nothing.
func load(ctx context.Context, c *call) error {
	b, s, err := c.prepare(ctx)
	if err != nil {
		return err
	}
	if c.asksOldApp() {
		return misused("the stage's migration.oldApp checks the passwords, and nobody waits in the table: there is nothing to load (csv writes the file for migration.waiting)")
	}
	b.Prepared.Plan.print(c.out)
	if err := c.checked(maps.Clone(b.Prepared.Plan.Kinds)); err != nil {
		return err
	}
	if c.dryRun {
		fmt.Fprintln(c.out, "Nothing is loaded: leave --dry-run out.")
		return nil
	}
	if err := c.jobs(ctx, b, s); err != nil {
		return fmt.Errorf("%w\n(what is done stays done: repeat the call)", err)
	}
	if err := c.writeRows(ctx, b, s); err != nil {
		return fmt.Errorf("%w\n(what is done stays done: repeat the call)", err)
	}
	if b.Loaded.IsZero() {
		b.Loaded = c.now()
	}
	b.Prepared, b.Rows = prepared{}, 0
	if err := errors.Join(b.save(), b.clear()); err != nil {
		return err
	}
	fmt.Fprintln(c.out, "Loaded. migrate status says how the move goes on.")
	return nil
}

// jobs imports the files, one after the other.
func (c *call) jobs(ctx context.Context, b *book, s sorter) error {
	for _, f := range b.Prepared.Files {
		j, is := b.Jobs[f.Job]
		if !is {
			var err error
			if j, err = c.importFile(ctx, f.Job, f.Algorithm, b.path(f.Name), f.People); err != nil {
				return err
			}
			if !j.whole(f.People) {
				return fmt.Errorf("%s: %s: %s (its log: %s, stream %s/%s)", f.Job, j.Status, j.CompletionMessage, s.log, j.JobID, f.Job)
			}
			if j.FailedUsers > 0 {
				if j.Failed, err = c.failedRows(ctx, s.log, j); err != nil {
					return err
				}
			}
			b.Jobs[f.Job] = j
			if err = b.save(); err != nil {
				return err
			}
		}
		fmt.Fprintf(c.out, "%s: %d imported, %d are in the pool already, %d failed\n", f.Job, j.ImportedUsers, j.SkippedUsers, j.FailedUsers)
	}
	return nil
}

// writeRows writes the row of everybody who comes along. Whom Cognito did not import waits, as others do.
func (c *call) writeRows(ctx context.Context, b *book, s sorter) error {
	failed, err := b.failed()
	if err != nil {
		return err
	}
	l, kinds, shown, next := loader{c, dynamo.Over(c.rows, c.table), s, failed}, map[string]int{}, c.now(), make([]found, 0, chunk)
	write := func() error {
		if err := l.all(ctx, next); err != nil || len(next) == 0 {
			return err
		}
		b.Rows = next[len(next)-1].N + 1
		if next = next[:0]; c.now().Sub(shown) >= c.every {
			shown = c.now()
			fmt.Fprintf(c.err, "loading %d of %d people\n", b.Rows, b.Prepared.Plan.People)
		}
		return b.save()
	}
	err = c.everybody(ctx, func(who person, row inTable) error {
		if failed[who.N] {
			kinds[who.hash.Kind.String()]++
		}
		if who.N < b.Rows {
			return nil
		}
		if next = append(next, found{who, row}); len(next) < chunk {
			return nil
		}
		return write()
	})
	if err == nil {
		err = write()
	}
	if err != nil || len(kinds) == 0 {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(c.out, "%d people with %s, whom Cognito did not import, wait until the first sign-in\n", kinds[kind], kind)
	}
	return c.checked(kinds)
}

// found is a person and what the table has.
type found struct {
	person
	row inTable
}

// loader writes rows.
type loader struct {
	*call
	store  *dynamo.Store
	sorter sorter
	failed map[int]bool
}

// all writes some rows, at once.
func (l loader) all(ctx context.Context, people []found) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work := make(chan found)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for p := range work {
				if err := l.one(ctx, p); err != nil {
					stop(err)
				}
			}
		})
	}
	for _, p := range people {
		if ctx.Err() == nil {
			work <- p
		}
	}
	close(work)
	group.Wait()
	return context.Cause(ctx)
}

// one writes the row of a person. That of somebody who is imported has no hash and counts as
// proved, as Cognito itself checks the password: the first sign-in moves it.
func (l loader) one(ctx context.Context, p found) error {
	to, _, _, _ := l.sorter.again(p.person, p.row)
	row := table.Legacy{LoadedAt: l.now(), Username: p.username}
	if to == imported && !l.failed[p.N] || to == known && p.row.ProvedAt.IsZero() {
		_, err := l.store.Load(ctx, l.pool, p.name, row)
		if err == nil {
			_, err = l.store.Prove(ctx, l.pool, p.name, "", l.now())
		}
		return err
	}
	if to == known || to == stuck {
		return nil
	}
	if row.Attributes = p.attributes; p.hash.Kind != (hash.Kind{}) {
		row.Hash = p.stored
	}
	_, err := l.store.Load(ctx, l.pool, p.name, row)
	return err
}
