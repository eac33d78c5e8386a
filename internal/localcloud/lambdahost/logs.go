package lambdahost

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// logPipe collects what one process prints, stdout and stderr in one order.
//
// The host keeps the pipe's writing end too. It writes a marker there, which arrives
// after everything printed before. So flush knows when the log is complete, without
// guessing a delay.
type logPipe struct {
	reader, writer *os.File
	marker         string
	echo           io.Writer
	marked, ended  chan struct{}

	mu    sync.Mutex
	lines []string
}

func newLogPipe(echo io.Writer) (*logPipe, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("opening a log pipe: %w", err)
	}
	pipe := &logPipe{
		reader: reader, writer: writer, echo: echo, marker: "end of log " + newRequestID(),
		marked: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	go pipe.read()
	return pipe, nil
}

func (p *logPipe) read() {
	defer close(p.ended)
	lines := bufio.NewReader(p.reader)
	for {
		line, err := lines.ReadString('\n')
		p.keep(strings.TrimRight(line, "\r\n"))
		if err != nil {
			return
		}
	}
}

func (p *logPipe) keep(line string) {
	switch line {
	case "":
		return
	case p.marker:
		p.marked <- struct{}{}
		return
	}
	p.mu.Lock()
	p.lines = append(p.lines, line)
	p.mu.Unlock()
	if p.echo != nil {
		_, _ = fmt.Fprintln(p.echo, line)
	}
}

// flush waits for everything printed so far and takes it.
func (p *logPipe) flush() []string {
	p.sync()
	return p.take()
}

// sync ends an unfinished line, which then counts as one.
func (p *logPipe) sync() {
	if _, err := p.writer.WriteString("\n" + p.marker + "\n"); err != nil {
		return
	}
	select {
	case <-p.marked:
	case <-p.ended:
	}
}

// take returns the lines since the last take.
func (p *logPipe) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := p.lines
	p.lines = nil
	return lines
}

// close drains and ends the pipe; the process must have ended.
func (p *logPipe) close() error {
	p.sync()
	err := errors.Join(p.writer.Close(), p.reader.Close())
	<-p.ended
	return err
}
