package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/forecast"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/importfile"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
)

// prepared is an export that was read whole, without a fault, and its files. The book keeps it until load
// is done: who was imported meanwhile would make other files of the same export.
type prepared struct {
	// Of says which export it is, read and sorted how.
	Of   string         `json:"of"`
	Plan plan           `json:"plan"`
	Ages forecast.Tally `json:"ages"`
	// Files are the import files, in their order.
	Files []*importFile `json:"files"`
}

// writeFiles writes the import files, and the digests of everybody whom the pool does not have yet: a job comes
// later, and may fail.
func writeFiles(ctx context.Context, c *call) error {
	b, _, err := c.prepare(ctx)
	if err != nil {
		return err
	}
	b.Prepared.Plan.print(c.out)
	for _, f := range b.Prepared.Files {
		fmt.Fprintf(c.out, "%s: with password hashes, for you alone\n", b.path(f.Name))
	}
	fmt.Fprintf(c.out, "%s: for the stage file's migration.waiting\n", b.path(waiting.FileName))
	return c.checked(maps.Clone(b.Prepared.Plan.Kinds))
}

// prepare opens the book, and prepares the export unless that is done. A fault leaves no file.
func (c *call) prepare(ctx context.Context) (*book, sorter, error) {
	if err := c.connect(ctx); err != nil {
		return nil, sorter{}, err
	}
	b, err := c.openBook()
	if err != nil {
		return nil, sorter{}, err
	}
	s, err := newSorter(ctx, c)
	if err != nil {
		return nil, sorter{}, err
	}
	c.fits = s.fits
	sum, err := digest(c.file)
	if err != nil {
		return nil, sorter{}, err
	}
	of := fmt.Sprintf("%s %s %v", sum, c.says, c.noImport)
	if b.Prepared.Of == of && b.intact() {
		return b, s, nil
	}
	b.Prepared = prepared{}
	if err := errors.Join(b.save(), b.clear()); err != nil {
		return nil, sorter{}, err
	}
	p, err := c.writeAll(ctx, b, s)
	if err != nil {
		return nil, sorter{}, errors.Join(err, b.clear())
	}
	if p.Of = of; b.Ages.People() == 0 {
		b.Ages = p.Ages
	}
	b.Prepared = p
	return b, s, b.save()
}

// writeAll reads the export and writes the import files and the digests of those who wait.
func (c *call) writeAll(ctx context.Context, b *book, s sorter) (p prepared, err error) {
	p.Plan = newPlan()
	f := folder{book: b, header: s.header.String(), mostRows: importfile.MaxRows, mostBytes: importfile.MaxBytes}
	asOf, err := c.asOf()
	if err != nil {
		return p, err
	}
	each := c.everybody
	if b.Loaded.IsZero() { // nobody is there
		each = func(_ context.Context, do func(person, inTable) error) error {
			return c.people(func(who person) error { return do(who, inTable{}) })
		}
	}
	var read error
	names := func(yield func(string) bool) {
		read = each(ctx, func(who person, row inTable) error {
			to, algorithm, line, why := s.again(who, row)
			p.Ages.Add(asOf.Sub(who.last))
			p.Plan.add(who, to, algorithm, why)
			if to == known {
				return nil
			}
			for _, name := range []string{who.name, who.username, who.attributes["email"], who.attributes["phone_number"]} {
				yield(name)
			}
			if to == imported {
				return f.add(algorithm, line, who.N)
			}
			return nil
		})
	}
	err = keep(b.path(waiting.FileName), func(w io.Writer) error {
		return errors.Join(waiting.Write(w, names), read)
	})
	p.Files, err = f.files, errors.Join(err, f.end())
	return p, err
}
