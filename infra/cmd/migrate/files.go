package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/forecast"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/importfile"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
)

// prepared is an export that was read whole, without a fault, and its files. The book keeps it until load
// is done: who was imported meanwhile would make other files of the same export.
type prepared struct {
	// Of says which export it is, read and sorted how.
	Of   string         `json:"of"`
	Plan plan           `json:"plan"`
	Ages forecast.Tally `json:"ages"`
	// Files are the import files, in their order.
	Files []*importFile `json:"files"`
}

// importFile is a file for one job. The job's name is made of the book and the content: the call
// after a kill finds it.
type importFile struct {
	Name      string `json:"name"`
	Algorithm string `json:"algorithm"`
	Job       string `json:"job"`
	// Rows are the numbers of the people in the export, by the rows of the file.
	Rows []int `json:"rows"`

	text  *bufio.Writer
	file  *os.File
	bytes int
}

// writeFiles writes the import files, and the digests of everybody whom the pool does not have yet: a job comes
// later, and may fail.
func writeFiles(ctx context.Context, c *call) error {
	b, _, err := c.prepare(ctx)
	if err != nil {
		return err
	}
	b.Prepared.Plan.print(c.out)
	for _, f := range b.Prepared.Files {
		fmt.Fprintf(c.out, "%s: with password hashes, for you alone\n", b.path(f.Name))
	}
	fmt.Fprintf(c.out, "%s: for the stage file's migration.waiting\n", b.path(waiting.FileName))
	return c.checked(maps.Clone(b.Prepared.Plan.Kinds))
}

// prepare opens the book, and prepares the export unless that is done. A fault leaves no file.
func (c *call) prepare(ctx context.Context) (*book, sorter, error) {
	if err := c.connect(ctx); err != nil {
		return nil, sorter{}, err
	}
	b, err := c.openBook()
	if err != nil {
		return nil, sorter{}, err
	}
	s, err := newSorter(ctx, c)
	if err != nil {
		return nil, sorter{}, err
	}
	c.fits = s.fits
	sum, err := digest(c.file)
	if err != nil {
		return nil, sorter{}, err
	}
	of := fmt.Sprintf("%s %s %v", sum, c.says, c.noImport)
	if b.Prepared.Of == of && b.intact() {
		return b, s, nil
	}
	b.Prepared = prepared{}
	if err := errors.Join(b.save(), b.clear()); err != nil {
		return nil, sorter{}, err
	}
	p, err := c.writeAll(ctx, b, s)
	if err != nil {
		return nil, sorter{}, errors.Join(err, b.clear())
	}
	if p.Of = of; b.Ages.People() == 0 {
		b.Ages = p.Ages
	}
	b.Prepared = p
	return b, s, b.save()
}

// writeAll reads the export and writes the import files and the digests of those who wait.
func (c *call) writeAll(ctx context.Context, b *book, s sorter) (p prepared, err error) {
	p.Plan = newPlan()
	f := folder{book: b, header: s.header.String(), mostRows: importfile.MaxRows, mostBytes: importfile.MaxBytes}
	asOf, err := c.asOf()
	if err != nil {
		return p, err
	}
	each := c.everybody
	if b.Loaded.IsZero() { // nobody is there
		each = func(_ context.Context, do func(person, inTable) error) error {
			return c.people(func(who person) error { return do(who, inTable{}) })
		}
	}
	var read error
	names := func(yield func(string) bool) {
		read = each(ctx, func(who person, row inTable) error {
			to, algorithm, line, why := s.again(who, row)
			p.Ages.Add(asOf.Sub(who.last))
			p.Plan.add(who, to, algorithm, why)
			if to == known {
				return nil
			}
			for _, name := range []string{who.name, who.username, who.attributes["email"], who.attributes["phone_number"]} {
				yield(name)
			}
			if to == imported {
				return f.add(algorithm, line, who.N)
			}
			return nil
		})
	}
	err = keep(b.path(waiting.FileName), func(w io.Writer) error {
		return errors.Join(waiting.Write(w, names), read)
	})
	p.Files, err = f.files, errors.Join(err, f.end())
	return p, err
}

// folder writes import files. Each is of one algorithm, since a job is ("All password hashes in a single
// import job must use the same algorithm"), and no larger than Cognito takes.
type folder struct {
	book                *book
	header              string
	mostRows, mostBytes int
	files               []*importFile
}

// add adds the line of the person with a number in the export.
func (f *folder) add(algorithm, line string, n int) error {
	var at *importFile
	count := 1
	for _, i := range f.files {
		if i.Algorithm == algorithm {
			at = i
			count++
		}
	}
	if at == nil || len(at.Rows) == f.mostRows || at.bytes+len(line)+1 > f.mostBytes {
		at = &importFile{Name: fmt.Sprintf("import-%s-%d.csv", algorithm, count), Algorithm: algorithm}
		var err error
		if at.file, err = create(f.book.path(at.Name)); err != nil {
			return fmt.Errorf("beginning %s: %w", at.Name, err)
		}
		f.files, at.text = append(f.files, at), bufio.NewWriter(at.file)
		at.write(f.header)
	}
	at.write(line)
	at.Rows = append(at.Rows, n)
	return nil
}

// write writes a line. An error comes back from end.
func (i *importFile) write(line string) {
	n, _ := i.text.WriteString(line + "\n")
	i.bytes += n
}

// end ends the files, and names their jobs.
func (f *folder) end() (err error) {
	for _, i := range f.files {
		failed := errors.Join(i.text.Flush(), i.file.Close())
		sum, unread := digest(f.book.path(i.Name))
		i.Job = strings.TrimSuffix(i.Name, ".csv") + "-" + f.book.ID + "-" + sum[:min(16, len(sum))]
		err = errors.Join(err, failed, unread)
	}
	return err
}

// intact reports whether the import files are those that were prepared: whoever looks at one may save
// it, and a kill may have left half of one.
func (b *book) intact() bool {
	for _, f := range b.Prepared.Files {
		if sum, err := digest(b.path(f.Name)); err != nil || !strings.HasSuffix(f.Job, sum[:16]) {
			return false
		}
	}
	return true
}

// clear removes the import files, which hold hashes.
func (b *book) clear() (err error) {
	files, err := fs.Glob(os.DirFS(b.folder), "import-*.csv") // the folder's name is no pattern
	for _, name := range files {
		err = errors.Join(err, os.Remove(b.path(name)))
	}
	return err
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
