package live

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// folderPrefix begins the name of a process's folder.
const folderPrefix = "edited-functions-"

// ownFolder removes the folders below parent that processes have left which ended, and
// makes one for this process. The lock ends with the process.
func ownFolder(parent string) (folder string, lock io.Closer, err error) {
	if parent, err = filepath.Abs(parent); err != nil {
		return "", nil, fmt.Errorf("making a folder for edited functions: %w", err)
	}
	sweep(parent)
	for range 10 { // another process may take it for a folder of before, until it is locked
		if folder, err = os.MkdirTemp(parent, folderPrefix); err != nil {
			return "", nil, fmt.Errorf("making a folder for edited functions: %w", err)
		}
		lock, err := locked(folder)
		if _, gone := os.Stat(folder); gone == nil && lock != nil && !errors.Is(err, syscall.EWOULDBLOCK) {
			return folder, lock, nil // also where there are no locks: then nobody sweeps it
		}
		_ = lock.Close()
	}
	return "", nil, fmt.Errorf("making a folder for edited functions in %s: another process removes it", parent)
}

// sweep removes what it can.
func sweep(parent string) {
	entries, _ := os.ReadDir(parent)
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), folderPrefix) {
			continue
		}
		folder := filepath.Join(parent, e.Name())
		lock, err := locked(folder)
		if err == nil {
			_ = os.RemoveAll(folder)
		}
		_ = lock.Close()
	}
}

// locked opens a folder and locks it for this process (flock(2)). The error is
// syscall.EWOULDBLOCK if another process has it.
func locked(folder string) (*os.File, error) {
	f, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	return f, syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// fill makes a function's folder from a program and a policy, which may be nil. It links
// the program if that is never written in place.
func fill(parent, room, program string, link bool, section []byte) (folder string, err error) {
	if folder, err = os.MkdirTemp(parent, room+"-"); err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(folder)
		}
	}()
	bootstrap := filepath.Join(folder, bootstrapFile)
	if !link || os.Link(program, bootstrap) != nil {
		if err := copyFile(program, bootstrap); err != nil {
			return "", err
		}
	}
	if section == nil {
		return folder, nil
	}
	return folder, os.WriteFile(filepath.Join(folder, policy.FileName), section, 0o644)
}

// bootstrapFile is the name of a function's program (Lambda developer guide, "Building a
// custom runtime").
const bootstrapFile = "bootstrap"

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// sectionIn returns the policy.json in a folder, nil if there is none.
func sectionIn(folder string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(folder, policy.FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}
