package grants

import (
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// File is a file that was validated. It stays open: another one under its name is not read.
type File struct {
	Rows   int
	SHA256 string
	file   *os.File
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// Invalid is the number of faults of a file.
type Invalid int

// Error says that nothing was changed.
func (i Invalid) Error() string {
	return fmt.Sprintf("%d faults; nothing was changed: correct the file", int(i))
}

// maxRepeated is how many users that are named twice are looked up again, so that a file of
// copies does not fill the memory.
const maxRepeated = 1000

// Validate reads the whole file and reports every fault, in the order of the lines, those of
// users who are named twice last. Its error is Invalid, or that the file cannot be read. It
// keeps eight bytes a row.
func Validate(name string, report func(Fault)) (*File, error) {
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() { // to open a pipe would wait for its writer
		return nil, errors.New("it is read twice: pass a regular file")
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening the file: %w", err)
	}
	f := &File{file: file}
	if err := f.validate(report); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return f, nil
}

func (f *File) validate(report func(Fault)) error {
	invalid, seed, hashes, first := 0, maphash.MakeSeed(), []uint64(nil), ""
	sum, err := each(f.file, func(r Row, faults []Fault) error {
		f.Rows++
		if len(faults) == 0 {
			faults = r.otherwise(&first)
		}
		for _, fault := range faults {
			report(fault)
		}
		if invalid += len(faults); len(faults) == 0 {
			hashes = append(hashes, maphash.String(seed, identity(r)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	f.SHA256 = hex.EncodeToString(sum)
	twice, err := f.repeated(seed, repeats(hashes), report)
	switch invalid += twice; {
	case err != nil:
		return err
	case invalid > 0:
		return Invalid(invalid)
	case f.Rows == 0:
		return errors.New("the file has no row")
	}
	return nil
}

// otherwise returns the fault of a row that names its user by another column than the first
// one: only the table could tell whether two such rows name one user.
func (r Row) otherwise(first *string) []Fault {
	if by := identity(r)[:1]; *first == "" {
		*first = by
	} else if *first != by {
		return []Fault{r.fault("", "it names its user by another column than the rows before", "name all users of a file by sub, or all by email")}
	}
	return nil
}

// identity returns what two rows of one user share.
func identity(r Row) string {
	if r.Sub != nil {
		return "s" + *r.Sub
	}
	return "e" + email.Lower(*r.Email)
}

// repeats returns the hashes that occur twice or more.
func repeats(hashes []uint64) map[uint64]bool {
	slices.Sort(hashes)
	twice := map[uint64]bool{}
	for i := 1; i < len(hashes) && len(twice) < maxRepeated; i++ {
		if hashes[i] == hashes[i-1] {
			twice[hashes[i]] = true
		}
	}
	return twice
}

// repeated reports users who are named twice. It reads the file again if a hash occurs twice.
func (f *File) repeated(seed maphash.Seed, twice map[uint64]bool, report func(Fault)) (count int, err error) {
	if len(twice) == 0 {
		return 0, nil
	}
	first := map[string]int{}
	_, err = each(f.file, func(r Row, faults []Fault) error {
		if len(faults) > 0 || !twice[maphash.String(seed, identity(r))] {
			return nil
		}
		line, there := first[identity(r)]
		if !there {
			first[identity(r)] = r.Line
			return nil
		}
		column := "sub"
		if r.Sub == nil {
			column = "email"
		}
		count++
		report(r.fault(column, fmt.Sprintf("line %d names this user, too", line), "say all of a user in one row"))
		return nil
	})
	return count, err
}
