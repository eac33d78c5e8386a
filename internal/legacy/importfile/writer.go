package importfile

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
)

// The most of a file: 500,000 users, and 100 MB, which are read as 100,000,000 bytes.
const (
	MaxRows  = 500_000
	MaxBytes = 100_000_000
)

// Writer writes the files of one algorithm.
type Writer struct {
	Header Header
	// Begin opens the file with a number, from 1.
	Begin func(number int) (io.WriteCloser, error)

	mostRows, mostBytes int // 0 is Cognito's; tests have less
	number, rows, bytes int
	file                io.WriteCloser
	text                *bufio.Writer
}

// Add adds a person. It returns the number of the file and the line there, which Cognito's log names
// (it does not say whether the header is line 1; here it is). An Unfit error adds nothing.
func (w *Writer) Add(p Person) (file, line int, err error) {
	text, err := w.Header.Line(p)
	if err != nil {
		return 0, 0, err
	}
	if w.file == nil || w.rows == cmp.Or(w.mostRows, MaxRows) || w.bytes+len(text)+1 > cmp.Or(w.mostBytes, MaxBytes) {
		if err := w.next(); err != nil {
			return 0, 0, err
		}
	}
	w.rows++
	return w.number, w.rows + 1, w.line(text)
}

func (w *Writer) next() error {
	if err := w.Close(); err != nil {
		return err
	}
	w.number++
	file, err := w.Begin(w.number)
	if err != nil {
		return fmt.Errorf("beginning import file %d: %w", w.number, err)
	}
	w.file, w.text, w.rows, w.bytes = file, bufio.NewWriterSize(file, 64<<10), 0, 0
	return w.line(w.Header.String())
}

func (w *Writer) line(text string) error {
	w.bytes += len(text) + 1
	_, err := w.text.WriteString(text + "\n")
	if err != nil {
		return fmt.Errorf("writing import file %d: %w", w.number, err)
	}
	return nil
}

// Close ends the last file. Without a person there is none.
func (w *Writer) Close() error {
	if w.file == nil {
		return nil
	}
	err := errors.Join(w.text.Flush(), w.file.Close())
	w.file = nil
	if err != nil {
		return fmt.Errorf("ending import file %d: %w", w.number, err)
	}
	return nil
}
