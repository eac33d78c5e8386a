//go:build unix

package state

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Busy is a lock that another process has. Owner is the process's id.
type Busy struct{ Owner string }

// Error says who has the lock.
func (b *Busy) Error() string { return "process " + b.Owner + " has the lock" }

// patience is how long a lock may stay after its owner's end: until a killed process's
// children have ended as well.
const patience = 10 * time.Second

// isOwn reports whether a folder is this user's and not for all to write; root takes
// anybody's.
func isOwn(folder fs.FileInfo) bool {
	of, known := folder.Sys().(*syscall.Stat_t)
	return folder.Mode()&0o002 == 0 && (!known || os.Geteuid() == 0 || int(of.Uid) == os.Geteuid())
}

// Lock makes the file, which may be no link, locks it and writes this process's id into it. The lock ends when the
// file is closed, at the latest with the process; the file stays. The error is a *Busy if
// another process has it.
func Lock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	for ends := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		owner := ownerOf(file)
		if errors.Is(err, syscall.EWOULDBLOCK) && !isAlive(owner) && time.Now().Before(ends) {
			continue
		}
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = &Busy{cmp.Or(owner, "unknown")}
		}
		return nil, errors.Join(err, file.Close())
	}
	if err := own(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func own(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

func ownerOf(file *os.File) string {
	text, _ := io.ReadAll(io.NewSectionReader(file, 0, 20))
	return strings.TrimSpace(string(text))
}

// isAlive reports whether a process is there, also one of another user.
func isAlive(owner string) bool {
	pid, err := strconv.Atoi(owner)
	if err != nil || pid <= 0 {
		return false
	}
	err = syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
