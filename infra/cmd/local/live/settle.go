package live

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// How often the stage file is read, and how many reads in a row must say the same: for an
// edit that acts, and for one that is told because it cannot. An editor that writes in
// place or removes the file first needs milliseconds for it.
const (
	pollMillis = 80
	toAct      = 2
	toTell     = 6
)

// mostBytes is more than a stage file may have (package strict), which says so.
const mostBytes = 64<<10 + 1

// seen is what a read of the stage file found.
type seen struct {
	text string
	err  string // "" if there is a text
}

// look reads the stage file. It waits for nothing and reads no more than is needed: the
// name may be of a pipe, a device or of anything else now.
func look(path string) seen {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return seen{err: "the file is not there"}
	}
	if err != nil {
		return seen{err: problem(err)}
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return seen{err: "this is no file"}
	}
	text, err := io.ReadAll(io.LimitReader(f, mostBytes))
	if err != nil {
		return seen{err: problem(err)}
	}
	return seen{text: string(text)}
}

// problem returns the error without the path, which is said already.
func problem(err error) string {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		err = at.Err
	}
	return fmt.Sprintf("it cannot be read: %v", err)
}

// settling says when what is seen of a file counts.
type settling struct {
	now     seen
	count   int  // reads in a row that found it
	settled seen // what counted last
}

// see adds a read and returns how many found the same, 0 if that counted already.
func (s *settling) see(found seen) int {
	if found != s.now {
		s.now, s.count = found, 0
	}
	if s.count++; found == s.settled {
		s.count = 0
	}
	return s.count
}

// done says that what is seen now has counted.
func (s *settling) done() { s.settled = s.now }
