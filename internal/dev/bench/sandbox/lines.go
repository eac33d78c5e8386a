package sandbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
)

// lines reads what a process prints, through a pipe, as Lambda does.
type lines struct {
	reader, writer *os.File
	done           chan struct{}
	faults         atomic.Int64
	newest         atomic.Pointer[string]
}

func newLines() (*lines, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("opening a pipe: %w", err)
	}
	l := &lines{reader: reader, writer: writer, done: make(chan struct{})}
	go l.read()
	return l, nil
}

func (l *lines) read() {
	defer close(l.done)
	in := bufio.NewReaderSize(l.reader, 1<<16)
	for {
		line, err := in.ReadSlice('\n')
		if len(line) > 0 {
			l.note(line)
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// note judges one of the suite's lines by its metrics.
func (l *lines) note(line []byte) {
	if bytes.Contains(line, []byte(`"failed":1`)) || bytes.Contains(line, []byte(`"degraded":1`)) {
		l.faults.Add(1)
	}
	l.newest.Store(new(string(bytes.TrimSpace(line))))
}

func (l *lines) last() string {
	if line := l.newest.Load(); line != nil {
		return *line
	}
	return "nothing"
}

func (l *lines) close() error {
	err := l.writer.Close()
	<-l.done
	return errors.Join(err, l.reader.Close())
}
