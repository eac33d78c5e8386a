package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// event is one of those that go test -json writes (go doc test2json), or that the
// go command writes of a build (go help buildjson).
type event struct {
	Action, Package, Test, Output string
}

// line is a piece of output, and the test that made it; "" is the package.
type line struct{ test, text string }

// report is what is known of a package whose tests run.
type report struct {
	lines []line
	ended map[string]string // tests that are at an end, and how it was
}

// tell reads the events of go test -json and writes what go test writes without
// -v, and the tests that were skipped. Packages come in the order in which they
// end, each in one piece.
func tell(events io.Reader, out io.Writer) error {
	packages := make(map[string]*report)
	skipped := 0
	for lines := bufio.NewReader(events); ; {
		text, err := lines.ReadString('\n')
		if text == "" && err == io.EOF {
			break
		}
		if err != nil && err != io.EOF {
			return fmt.Errorf("reading what go test says: %w", err)
		}
		var e event
		if json.Unmarshal([]byte(text), &e) != nil {
			fmt.Fprint(out, text) // no event, and not for this command to keep back
			continue
		}
		if e.Action == "build-output" {
			fmt.Fprint(out, e.Output)
		}
		if e.Package == "" {
			continue
		}
		if packages[e.Package] == nil {
			packages[e.Package] = &report{ended: make(map[string]string)}
		}
		if packages[e.Package].add(e) {
			skipped += packages[e.Package].write(out, e)
			delete(packages, e.Package)
		}
	}
	for name, r := range packages { // go test was killed
		skipped += r.write(out, event{Action: "fail", Package: name})
	}
	if skipped > 0 {
		fmt.Fprintf(out, "%d skipped, as the SKIP lines say\n", skipped)
	}
	return nil
}

// add takes an event and reports whether it ends the package.
func (r *report) add(e event) bool {
	switch e.Action {
	case "output":
		r.lines = append(r.lines, line{e.Test, e.Output})
	case "pass", "fail", "skip":
		r.ended[e.Test] = e.Action
		return e.Test == ""
	}
	return false
}

// write says what became of a package and gives the number of tests that were
// skipped.
func (r *report) write(out io.Writer, end event) (skipped int) {
	seen := make(map[string]bool)
	for _, l := range r.lines {
		if r.ended[l.test] == "skip" && l.test != "" && !seen[l.test] {
			seen[l.test] = true
			fmt.Fprintf(out, "SKIP\t%s\t%s: %s\n", end.Package, l.test, r.reason(l.test))
		}
	}
	for _, l := range r.lines {
		if r.shows(l, end.Action == "fail") {
			fmt.Fprint(out, l.text)
		}
	}
	return len(seen)
}

// reason is what a test said, in one line.
func (r *report) reason(test string) string {
	var words []string
	for _, l := range r.lines {
		if l.test == test && !framing(l.text) {
			words = append(words, strings.Fields(l.text)...)
		}
	}
	if len(words) == 0 {
		return "no reason is given"
	}
	return strings.Join(words, " ")
}

// shows reports whether go test shows a line without -v: all that a package says
// itself but PASS, and of tests that failed, or did not come to an end, what they
// said.
func (r *report) shows(l line, failed bool) bool {
	if l.test == "" {
		return l.text != "PASS\n"
	}
	end := r.ended[l.test]
	return failed && (end == "fail" || end == "") && !strings.HasPrefix(l.text, "=== ")
}

// framing reports whether a line of output is package testing's own.
func framing(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "=== ") || strings.HasPrefix(text, "--- ")
}
