package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// begin gives where the sweep goes on: at its beginning, or with --resume where
// another one was stopped.
func (s *sweeping) begin(t terminal) (sweep.Checkpoint, error) {
	if s.checkpoint == "" {
		s.checkpoint = filepath.Join("dist", "reconcile."+s.pool+".checkpoint")
	}
	var at sweep.Checkpoint
	file, err := os.Open(s.checkpoint)
	if err == nil {
		defer file.Close()
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.resume:
		return at, fmt.Errorf("there is no sweep to go on with in %s: leave --resume out", s.checkpoint)
	case errors.Is(err, fs.ErrNotExist):
		return at, nil
	case err != nil:
		return at, fmt.Errorf("reading the checkpoint: %w", err)
	case !s.resume:
		fmt.Fprintf(t.err, "(the sweep that stopped in %s is not gone on with: --resume would have)\n", s.checkpoint)
		return at, nil
	}
	if at, err = sweep.DecodeCheckpoint(file); err != nil {
		return at, fmt.Errorf("%s: %w", s.checkpoint, err)
	}
	return at, nil
}

// keep writes a checkpoint: whole under another name, and then in place of the last
// one. Whoever is killed in between leaves the last one.
func keep(file string, at sweep.Checkpoint) (err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary.Name())
		}
	}()
	if err := errors.Join(at.Encode(temporary), temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}

// forget removes the checkpoint of a sweep that came to its end.
func forget(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the checkpoint: %w", err)
	}
	return nil
}
