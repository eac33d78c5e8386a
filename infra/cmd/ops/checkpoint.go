package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// begin returns where the sweep begins: at its start, or with --resume where another one
// stopped. It refuses a file that no sweep wrote: this sweep would overwrite it and
// finally remove it.
func (s *sweeping) begin(t terminal) (sweep.Checkpoint, error) {
	if s.checkpoint == "" {
		s.checkpoint = filepath.Join("dist", "reconcile."+s.pool+".checkpoint")
	}
	at, err := readCheckpoint(s.checkpoint)
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.resume:
		return at, fmt.Errorf("there is no sweep to continue in %s: leave --resume out", s.checkpoint)
	case errors.Is(err, fs.ErrNotExist):
		return at, nil
	case err != nil:
		return at, err
	case !s.resume && at.Report.Incomplete: // which was told to sweep again
		return sweep.Checkpoint{}, nil
	case !s.resume:
		fmt.Fprintf(t.err, "(the sweep that stopped in %s is not continued: --resume does that)\n", s.checkpoint)
		return sweep.Checkpoint{}, nil
	}
	if err := at.Fits(s.pool, s.dryRun); err != nil {
		return at, fmt.Errorf("%s: %w (without --resume one begins; --checkpoint names another file)", s.checkpoint, err)
	}
	return at, nil
}

// readCheckpoint reads what keep wrote.
func readCheckpoint(name string) (sweep.Checkpoint, error) {
	file, err := os.Open(name)
	if err != nil {
		return sweep.Checkpoint{}, fmt.Errorf("reading the checkpoint: %w", err)
	}
	defer file.Close()
	at, err := sweep.DecodeCheckpoint(file)
	if err == nil && at.Version == 0 {
		err = errors.New("it has no version")
	}
	if err != nil {
		return sweep.Checkpoint{}, fmt.Errorf("%s is not the whole checkpoint of a sweep (%w): remove it if it was one, or name another file by --checkpoint", name, err)
	}
	return at, nil
}

// keep writes a checkpoint under another name and then moves it over the previous one. A
// kill in between leaves the previous one.
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

// forget removes the checkpoint of a completed sweep.
func forget(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the checkpoint: %w", err)
	}
	return nil
}
