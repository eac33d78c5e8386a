package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/forecast"
)

// book is how far load is: a file of a folder for the caller alone, beside the import files. It
// holds nothing of a person. Without it a load is begun again: rows stay as they are, and a job skips users
// whom the pool has.
type book struct {
	Pool string `json:"pool"`
	// ID is of the book: the same file is another job in another book, as its users may be gone.
	ID       string   `json:"id"`
	Prepared prepared `json:"prepared,omitzero"`
	// Jobs are the import jobs that have ended, by name.
	Jobs map[string]job `json:"jobs,omitempty"`
	// Ages are the times since the last sign-in when the first load began, and Loaded is when it
	// ended.
	Ages   forecast.Tally `json:"ages,omitzero"`
	Loaded time.Time      `json:"loaded,omitzero"`

	folder string
}

// openBook makes the folder, and reads the book if it is there.
func (c *call) openBook() (*book, error) {
	if c.book == "" {
		c.book = filepath.Join("dist", "migrate-"+c.pool)
	}
	if err := os.MkdirAll(c.book, 0o700); err != nil {
		return nil, fmt.Errorf("making the book's folder: %w", err)
	}
	b := &book{Pool: c.pool, ID: rand.Text()[:8], Jobs: map[string]job{}, folder: c.book}
	text, err := os.ReadFile(b.path("book.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return b, b.save()
	}
	if err == nil {
		err = json.Unmarshal(text, b)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the book: %w", err)
	case b.Pool != c.pool:
		return nil, fmt.Errorf("%s is the book of the pool %s, not of %s: pass another --book", c.book, b.Pool, c.pool)
	}
	return b, nil
}

func (b *book) path(name string) string { return filepath.Join(b.folder, name) }

func (b *book) save() error {
	if err := keep(b.path("book.json"), func(w io.Writer) error { return json.NewEncoder(w).Encode(b) }); err != nil {
		return fmt.Errorf("writing the book: %w", err)
	}
	return nil
}

// failed returns the numbers of the people whom Cognito did not import.
func (b *book) failed() (map[int]bool, error) {
	failed := map[int]bool{}
	for _, f := range b.Prepared.Files {
		for _, row := range b.Jobs[f.Job].Failed {
			if row < 0 || row >= len(f.Rows) {
				return nil, fmt.Errorf("the log of %s names row %d, and the file has %d", f.Job, row, len(f.Rows))
			}
			failed[f.Rows[row]] = true
		}
	}
	return failed, nil
}

// digest returns the SHA-256 of a file.
func digest(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading it: %w", err)
	}
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return hex.EncodeToString(sum.Sum(nil)), errors.Join(err, file.Close())
}

// keep writes a file for the caller alone, under another name, and then moves it: a kill leaves it as it was
// or as it is to be.
func keep(path string, write func(io.Writer) error) error {
	file, err := create(path + "~")
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(path+"~"))
	}
	return os.Rename(path+"~", path)
}

// create makes a file for the caller alone. One that is there goes: it would keep its mode, and a link
// would lead somewhere else.
func create(path string) (*os.File, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}
