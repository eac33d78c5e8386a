package main

import (
	"cmp"
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
	b.Prepared = prepared{}
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
			if j, err = c.importFile(ctx, f.Job, f.Algorithm, b.path(f.Name), len(f.Rows)); err != nil {
				return err
			}
			if !j.whole(len(f.Rows)) {
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

// writeRows writes the row of everybody who comes along, sixteen at a time. People whom Cognito did not
// import wait, as others do.
func (c *call) writeRows(ctx context.Context, b *book, s sorter) error {
	failed, err := b.failed()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	store, work, kinds, shown := dynamo.Over(c.rows, c.table), make(chan func() error), map[string]int{}, c.now()
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for write := range work {
				if err := write(); err != nil {
					stop(err)
				}
			}
		})
	}
	err = c.everybody(ctx, func(who person, row inTable) error {
		if failed[who.N] {
			kinds[who.hash.Kind.String()]++
		}
		if c.now().Sub(shown) >= c.every {
			shown = c.now()
			fmt.Fprintf(c.err, "loading %d of %d people\n", who.N, b.Prepared.Plan.People)
		}
		select {
		case work <- func() error { return c.writeRow(ctx, store, s, who, row, failed[who.N]) }:
		case <-ctx.Done():
		}
		return context.Cause(ctx)
	})
	close(work)
	group.Wait()
	if err := cmp.Or(context.Cause(ctx), err); err != nil || len(kinds) == 0 {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(c.out, "%d people with %s, whom Cognito did not import, wait until the first sign-in\n", kinds[kind], kind)
	}
	return c.checked(kinds)
}

// writeRow writes the row of a person. That of somebody who is imported has no hash and counts as
// proved, as Cognito itself checks the password: the first sign-in moves it.
func (c *call) writeRow(ctx context.Context, store *dynamo.Store, s sorter, p person, before inTable, failed bool) error {
	to, _, _, _ := s.again(p, before)
	row := table.Legacy{LoadedAt: c.now(), Username: p.username}
	switch {
	case to == imported && !failed, to == known && before.ProvedAt.IsZero():
		_, err := store.Load(ctx, c.pool, p.name, row)
		if err == nil {
			_, err = store.Prove(ctx, c.pool, p.name, "", c.now())
		}
		return err
	case to == known, to == stuck:
		return nil
	}
	if row.Attributes = p.attributes; p.hash.Kind != (hash.Kind{}) {
		row.Hash = p.stored
	}
	_, err := store.Load(ctx, c.pool, p.name, row)
	return err
}
