package state

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Keep writes what save returns, now and after each Changed, until Close. save runs in another
// goroutine, one call at a time. told, if not nil, is called with the error of a write that
// fails, once, and with nil when one works again. Call Keep once.
func (f *Folder) Keep(save func() ([]byte, error), told func(error)) error {
	k := &keeping{folder: f, save: save, told: told}
	if k.told == nil {
		k.told = func(error) {}
	}
	if err := k.write(); err != nil {
		return fmt.Errorf("%s cannot be written: %w", f.path, err)
	}
	f.ended = make(chan error, 1)
	go func() { f.ended <- k.run() }()
	return nil
}

// Changed says that save may return something else. It never waits.
func (f *Folder) Changed() {
	select {
	case f.changed <- struct{}{}:
	default:
	}
}

// Close writes a last time and unlocks the folder. An error says that the last changes are
// lost.
func (f *Folder) Close() error {
	var err error
	if f.ended != nil {
		close(f.stop)
		err = <-f.ended
		f.ended = nil
	}
	return errors.Join(err, f.lock.Close())
}

// keeping is the state of Keep.
type keeping struct {
	folder  *Folder
	save    func() ([]byte, error)
	told    func(error)
	written []byte
	failed  bool
}

// again is how long after a failed write the next one begins.
const again = time.Second

func (k *keeping) run() error {
	for {
		retry := make(<-chan time.Time)
		if k.failed {
			retry = time.After(again)
		}
		select {
		case <-k.folder.changed:
		case <-retry:
		case <-k.folder.stop:
			if err := k.write(); err != nil {
				return fmt.Errorf("%s does not have the last changes: %w", k.folder.path, err)
			}
			return nil
		}
		began := time.Now()
		k.try()
		took := time.Since(began)
		select {
		case <-time.After(max(Pause-took, took/2)):
		case <-k.folder.stop:
		}
	}
}

// try writes, and tells if that has begun to fail or to work.
func (k *keeping) try() {
	err := k.write()
	switch {
	case err != nil && !k.failed:
		k.told(fmt.Errorf("%s is not up to date, a restart would lose what has changed: %w", k.folder.path, err))
	case err == nil && k.failed:
		k.told(nil)
	}
	k.failed = err != nil
}

// write leaves the file alone if nothing has changed.
func (k *keeping) write() error {
	text, err := k.save()
	if err != nil {
		return err
	}
	if k.written != nil && bytes.Equal(text, k.written) {
		return nil
	}
	if err := k.folder.write(k.folder.at(poolFile), text, 0o600); err != nil {
		return err
	}
	if k.written == nil {
		_ = os.Remove(k.folder.at(unfinished)) // a folder with both parts is finished anyway
	}
	k.written = text
	return nil
}

// Replace writes a file as a whole, or leaves the one before it, also where the process is
// killed or the machine loses its power.
func Replace(path string, text []byte, mode fs.FileMode) error {
	folder := filepath.Dir(path)
	made, err := os.CreateTemp(folder, filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	_, err = made.Write(text)
	if err = errors.Join(err, made.Chmod(mode), made.Sync(), made.Close()); err == nil {
		err = os.Rename(made.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(made.Name()))
	}
	return syncFolder(folder)
}

// syncFolder makes a rename last.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
