// Package waiting is the file by which presignup knows who waits to be moved: the digests of
// the names by which the old app knows its people. A stranger who signs up first with such a
// name would own it in the pool, and the person would never be moved (Cognito asks the user migration
// trigger only for names that the pool lacks).
//
// The file is 16 bytes, the magic word and the number of digests, and then the digests in
// order: of each name, as package table folds it, the first 8 bytes of the SHA-256. A function
// loads nothing of it at its start and reads some 20 places of it for a name, so that its size
// costs neither memory nor time of an init. Two million names are 16 MB, of the 250 MB that
// Lambda takes with the program (developer guide, "Lambda quotas"). A name of nobody is taken
// for one of two million once in 9 * 10^12 names.
//
// Anybody who holds the file can test whether a name is in it, as with any hashes of names. It is
// personal data, and belongs in no repository.
package waiting

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// FileName is the name of the file beside a function's binary.
const FileName = "waiting.bin"

// Most is how many names a file holds.
const Most = 2_000_000

// ErrTooMany says that there are more than Most different names.
var ErrTooMany = fmt.Errorf("more than %d names wait: load those alone who signed in lately", Most)

// errBroken is an error of a file that Write did not write, or that is cut off.
var errBroken = errors.New("is no whole file of waiting names; let `migrate load` write it again")

const (
	magic  = "WAITING1"
	header = int64(len(magic) + width)
	width  = 8 // of the count, and of a digest
)

// digest returns the digest of a name, in any of the spellings that the pool may take for one. AWS
// does not say how its pools take capital letters for small ones beyond ASCII, such as Σ for ς: here
// letters with the same capital letter are one, so that no spelling takes somebody's name.
func digest(name string) uint64 {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.ToUpper(table.FoldName(name)))))
	return binary.BigEndian.Uint64(sum[:])
}

// Write writes the file of these names, each in any spelling and as often as it likes. An empty
// name is nobody's. The error is ErrTooMany before anything is written.
func Write(w io.Writer, names iter.Seq[string]) error {
	var all []uint64
	for name := range names {
		if table.FoldName(name) != "" {
			all = append(all, digest(name))
		}
	}
	if all = sorted(all); len(all) > Most {
		return ErrTooMany
	}
	out := bufio.NewWriter(w)
	_, _ = out.WriteString(magic)
	for _, value := range slices.Insert(all, 0, uint64(len(all))) {
		_, _ = out.Write(binary.BigEndian.AppendUint64(nil, value))
	}
	if err := out.Flush(); err != nil { // has the first error of all
		return fmt.Errorf("writing the waiting names: %w", err)
	}
	return nil
}

func sorted(digests []uint64) []uint64 {
	slices.Sort(digests)
	return slices.Compact(digests)
}

// File is an open file. Its methods may be called concurrently.
type File struct {
	file  *os.File
	count int64
}

// Open opens a file and reads its header alone.
func Open(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the waiting names, which `migrate load` writes: %w", err)
	}
	f := &File{file: file}
	if err := f.start(); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("opening the waiting names: %s %w", path, err)
	}
	return f, nil
}

// start reads the header.
func (f *File) start() error {
	var first [header]byte
	_, unread := f.file.ReadAt(first[:], 0)
	info, unknown := f.file.Stat()
	if errors.Join(unread, unknown) != nil || string(first[:len(magic)]) != magic {
		return errBroken
	}
	count := binary.BigEndian.Uint64(first[len(magic):])
	if count > Most || info.Size() != header+width*int64(count) {
		return errBroken
	}
	f.count = int64(count)
	return nil
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// HasAny reports whether one of the names waits; an empty one does not.
func (f *File) HasAny(names []string) (found bool, err error) {
	for i := 0; i < len(names) && !found && err == nil; i++ {
		if names[i] != "" {
			found, err = f.Has(names[i])
		}
	}
	return found, err
}

// Has reports whether a name waits, in any of its spellings.
func (f *File) Has(name string) (bool, error) {
	wanted, from, to := digest(name), int64(0), f.count
	var value [width]byte
	for from < to {
		middle := (from + to) / 2
		switch found, err := f.at(middle, value[:]); {
		case err != nil:
			return false, err
		case found == wanted:
			return true, nil
		case found < wanted:
			from = middle + 1
		default:
			to = middle
		}
	}
	return false, nil
}

// at returns a digest by its place. It reads into value.
func (f *File) at(place int64, value []byte) (uint64, error) {
	if _, err := f.file.ReadAt(value, header+width*place); err != nil {
		return 0, fmt.Errorf("reading the waiting names: %w", err)
	}
	return binary.BigEndian.Uint64(value), nil
}
