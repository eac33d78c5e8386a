package grants

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Head is the first line of a journal: what it is of.
type Head struct {
	File  string `json:"sha256"`
	Table string `json:"table"`
	Pool  string `json:"pool"`
}

// Journal notes what was done, a line for each step of a row: N>REV before a change is sent,
// and N=OUTCOME. A kill leaves at most a part of a line at its end, which is cut off. The
// kernel keeps what was written when the process dies; when the machine dies, rows whose lines are
// lost are read again.
type Journal struct {
	file    *os.File
	done    []uint64 // a bit for each row with a lasting outcome
	sent    map[int]int64
	Outcome map[Outcome]int // of earlier calls
}

// OpenJournal opens or makes a journal. Again begins a new one.
func OpenJournal(name string, head Head, again bool) (j *Journal, err error) {
	flags := os.O_RDWR | os.O_CREATE | os.O_APPEND
	if again {
		flags |= os.O_TRUNC
	}
	file, err := os.OpenFile(name, flags, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	j = &Journal{file: file, sent: map[int]int64{}, Outcome: map[Outcome]int{}}
	if err := j.read(head); err != nil {
		return nil, fmt.Errorf("%s: %w", name, errors.Join(err, file.Close()))
	}
	return j, nil
}

// Close brings the journal to the disk.
func (j *Journal) Close() error { return errors.Join(j.file.Sync(), j.file.Close()) }

func (j *Journal) read(head Head) error {
	text, whole, first := bufio.NewReader(j.file), int64(0), true
	for {
		line, err := text.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading the journal: %w", err)
		}
		whole += int64(len(line))
		if line = bytes.TrimSpace(line); first {
			if err := head.fits(line); err != nil {
				return err
			}
			first = false
			continue
		}
		j.take(string(line))
	}
	if err := j.file.Truncate(whole); err != nil {
		return fmt.Errorf("cutting the journal's last line off: %w", err)
	}
	if first {
		line, _ := json.Marshal(head) // strings are always JSON
		return j.line(string(line))
	}
	return nil
}

// fits compares the heads.
func (h Head) fits(line []byte) error {
	var of Head
	switch err := json.Unmarshal(line, &of); {
	case err != nil || of.File == "":
		return errors.New("it is not the journal of an import: remove it if it was one")
	case of.File != h.File:
		return errors.New("it is the journal of the file as it was before somebody changed it: pass --again to begin a new one; rows that are as the file says are not written again")
	case of != h:
		return fmt.Errorf("it is the journal of an import into the table %s and the pool %s: pass --again to begin a new one", of.Table, of.Pool)
	}
	return nil
}

// take takes a line of the journal in.
func (j *Journal) take(line string) {
	if n, rev, sent := strings.Cut(line, ">"); sent {
		if at, err := strconv.Atoi(n); err == nil {
			j.sent[at], _ = strconv.ParseInt(rev, 10, 64)
		}
		return
	}
	n, outcome, _ := strings.Cut(line, "=")
	if at, err := strconv.Atoi(n); err == nil && at >= 0 {
		delete(j.sent, at)
		if o := Outcome(outcome); o.lasting() && !j.Done(at) {
			j.mark(at)
			j.Outcome[o]++
		}
	}
}

// Done reports whether a row has a lasting outcome.
func (j *Journal) Done(n int) bool { return n/64 < len(j.done) && j.done[n/64]>>(n%64)&1 == 1 }

func (j *Journal) mark(n int) {
	for n/64 >= len(j.done) {
		j.done = append(j.done, 0)
	}
	j.done[n/64] |= 1 << (n % 64)
}

// before returns the rev with which an earlier call may have sent a change.
func (j *Journal) before(n int) (rev int64, sent bool) {
	rev, sent = j.sent[n]
	return rev, sent
}

// line writes a line by one call, so that those of two processes do not mix.
func (j *Journal) line(text string) error {
	if _, err := j.file.WriteString(text + "\n"); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	return nil
}

func (j *Journal) sending(n int, rev int64) error { return j.line(fmt.Sprintf("%d>%d", n, rev)) }

func (j *Journal) ended(n int, o Outcome) error { return j.line(fmt.Sprintf("%d=%s", n, o)) }
