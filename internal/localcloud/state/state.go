// Package state keeps what a local cloud remembers in a folder, from one process to the next.
//
//	pool.json   the user pools, as package userpool writes them; mode 0600
//	table       the rows, dynalite's own folder
//	lock        locked while a process uses the folder (flock(2)); it says which one
//	unfinished  is there until the first pool.json is
//
// Pool and table belong together: a user is in both. A folder that has one of them is refused,
// and so is one with other things in it.
//
// pool.json is replaced as a whole: a file beside it is written, synced and renamed, and then
// the folder is synced. So it is always whole. It is written at the first change, then at most
// every [Pause], and at the end. A process that is killed loses what is younger than that and
// two writes: less than 200 ms with some thousand users. A pool of tens of thousands of users takes longer to write, and is written a
// third less often than it could be. dynalite writes each row before it answers; what it has
// written survives the end of its process, not of its machine.
//
// If a write fails, as on a full disk, the file before it stays, the owner is told once, and
// it is tried again until it works.
package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The names in the folder.
const (
	poolFile   = "pool.json"
	tableDir   = "table"
	lockFile   = "lock"
	unfinished = "unfinished"
)

// Pause is how long a change may wait for the next write.
const Pause = 50 * time.Millisecond

// Folder is a folder that this process has locked.
type Folder struct {
	path  string
	lock  *os.File
	pools []byte

	write   func(path string, text []byte, mode fs.FileMode) error
	changed chan struct{}
	stop    chan struct{}
	ended   chan error
}

// Open makes the folder if it is not there, and locks it. An error says what to do. The caller
// must Close it.
func Open(path string) (*Folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("finding the folder of --data: %w", err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, cannot(path, err)
	}
	if err := foreign(path); err != nil {
		return nil, err
	}
	lock, err := Lock(filepath.Join(path, lockFile))
	if busy, ok := errors.AsType[*Busy](err); ok {
		return nil, fmt.Errorf("%s is in use by another local cloud (process %s): stop it, or name another folder with --data", path, busy.Owner)
	}
	if err != nil {
		return nil, cannot(path, err)
	}
	f := &Folder{path: path, lock: lock, write: Replace, changed: make(chan struct{}, 1), stop: make(chan struct{})}
	if err := f.begin(); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return f, nil
}

func cannot(path string, err error) error {
	return fmt.Errorf("%s cannot be written: make it a folder of yours, or name another one with --data: %w", path, err)
}

// foreign refuses a folder that others may fill, and one that has something else in it: a
// link would let the local cloud write to where it leads.
func foreign(path string) error {
	info, err := os.Stat(path)
	if err == nil && !isOwn(info) {
		return fmt.Errorf("%s belongs to another user, or all users may write to it: make it a folder of yours alone (chmod 700), or name another one with --data", path)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return cannot(path, err)
	}
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() && (name != tableDir || !e.IsDir()) {
			return fmt.Errorf("%s has %s in it, which is a link or of another kind than the local cloud makes: name another folder with --data", path, name)
		}
		if !slices.Contains([]string{poolFile, tableDir, lockFile, unfinished}, name) && !strings.HasPrefix(name, poolFile) {
			return fmt.Errorf("%s has %s in it and is no folder of the local cloud: name an empty one with --data, or one that is not there yet", path, name)
		}
	}
	return nil
}

// begin reads what is there. A first start that did not come to its end has left nothing.
func (f *Folder) begin() error {
	text, err := os.ReadFile(f.at(poolFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading what was kept: %w", err)
	}
	f.removeLeft()
	hasPool, hasTable, wasBegun := err == nil, f.has(tableDir), f.has(unfinished)
	switch {
	case hasPool && hasTable:
		f.pools = text
		return f.probe(poolFile + ".probe")
	case hasPool || hasTable && !wasBegun:
		has, lacks := poolFile, tableDir
		if hasTable {
			has, lacks = lacks, has
		}
		return fmt.Errorf("%s has %s and no %s, and they belong together: put it back, or remove the folder to begin anew", f.path, has, lacks)
	}
	if err := os.RemoveAll(f.at(tableDir)); err != nil {
		return cannot(f.path, err)
	}
	if err := f.probe(unfinished); err != nil {
		return err
	}
	if err := os.Mkdir(f.at(tableDir), 0o700); err != nil {
		return cannot(f.path, err)
	}
	return nil
}

// removeLeft removes what a process that was killed was writing, and no copy that its user
// made of pool.json.
func (f *Folder) removeLeft() {
	entries, _ := os.ReadDir(f.path)
	for _, e := range entries {
		if _, err := strconv.ParseUint(strings.TrimPrefix(e.Name(), poolFile+"."), 10, 64); err == nil {
			_ = os.Remove(f.at(e.Name()))
		}
	}
}

// probe shows now that files can be made, not at the first change.
func (f *Folder) probe(name string) error {
	if err := f.write(f.at(name), nil, 0o600); err != nil {
		return cannot(f.path, err)
	}
	if name == unfinished {
		return nil
	}
	return os.Remove(f.at(name))
}

func (f *Folder) at(name string) string { return filepath.Join(f.path, name) }

func (f *Folder) has(name string) bool {
	_, err := os.Lstat(f.at(name))
	return err == nil
}

// Pools returns what was kept of the user pools, nil in a new folder.
func (f *Folder) Pools() []byte { return f.pools }

// Path returns the folder's absolute path.
func (f *Folder) Path() string { return f.path }

// Table returns the path of the table's folder.
func (f *Folder) Table() string { return f.at(tableDir) }

// Lock returns the file of the lock, for a child that uses the folder, too: the lock ends with
// the last of them.
func (f *Folder) Lock() *os.File { return f.lock }
