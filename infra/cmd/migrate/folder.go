package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

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
