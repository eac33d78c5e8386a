package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/attach/live"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

// adoption is what adopt-POOL.json holds: what the pool was, what apply sends, and how far that
// is.
type adoption struct {
	Pool    string    `json:"pool"`
	Planned time.Time `json:"planned,omitzero"`
	// Described and MFA are the pool as plan saw it.
	Described json.RawMessage  `json:"described,omitempty"`
	MFA       json.RawMessage  `json:"mfa,omitempty"`
	Want      pooledit.Want    `json:"want"`
	Options   pooledit.Options `json:"options"`
	Request   json.RawMessage  `json:"request,omitempty"`
	Record    attach.Record    `json:"record"`
	// Row is the revision of the table's row that has the same record.
	Row int64 `json:"row,omitempty"`
}

// readAdoption reads a pool's file; an absent one is an adoption that nobody planned.
func readAdoption(name, pool string) (a adoption, err error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return adoption{Pool: pool}, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	switch {
	case err != nil:
		return a, fmt.Errorf("reading %s, which ops adopt plan writes: %w", name, err)
	case a.Pool != pool:
		return a, fmt.Errorf("%s is of the pool %s, not of %s: pass another --file", name, a.Pool, pool)
	}
	return a, nil
}

// keep writes the file, for its owner only, under another name, and then moves it: a crash
// leaves the file as it was or as it is to be.
func (a adoption) keep(name string) (err error) {
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*") // 0600
	if err != nil {
		return err
	}
	_, err = temporary.Write(append(text, '\n'))
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	folder, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// adoptionFile is the record in a file and in the table's row, where the tripwire and a stack
// that attaches the pool see it. The row is written first and wins if somebody else wrote it
// since; the file is enough where the table is gone with its stack.
type adoptionFile struct {
	name, pool string
	row        live.Row
	seen       attach.Record // the row's, when it was read or written last
	gone       bool          // the table
}

// Load returns the newer one of both.
func (f *adoptionFile) Load(ctx context.Context) (attach.Record, error) {
	file, err := readAdoption(f.name, f.pool)
	if err != nil {
		return attach.Record{}, err
	}
	f.seen, err = f.row.Load(ctx)
	if f.gone = doctor.Code(err) == "ResourceNotFoundException" && file.Record.Rev > 0; f.gone {
		return file.Record, nil
	}
	record := f.seen
	switch {
	case err != nil:
		return attach.Record{}, err
	case file.Record.Rev > 0 && f.seen.Rev <= file.Row:
		record = file.Record
	case file.Record.Rev > 0:
		record.Rev = file.Record.Rev
	}
	return record, nil
}

// Save writes both.
func (f *adoptionFile) Save(ctx context.Context, record attach.Record) error {
	file, err := readAdoption(f.name, f.pool)
	if err != nil {
		return err
	}
	if file.Record.Rev > 0 && file.Record.Rev != record.Rev-1 {
		return attach.ErrOther
	}
	if !f.gone {
		row := record
		row.Answers, row.Rev = f.seen.Answers, f.seen.Rev+1
		if err := f.row.Save(ctx, row); err != nil {
			return err
		}
		f.seen, file.Row = row, row.Rev
	}
	file.Record = record
	return file.keep(f.name)
}
