package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// allowed is the content of an allow file: a reason for each key.
type allowed struct {
	name    string
	reasons map[string]string
	order   []string
}

// readAllowed reads the package's allow file; a package without one allows nothing. A
// file that -allow names must exist.
func readAllowed(o options, t target) (allowed, error) {
	name := o.allow
	if name == "" {
		folder := strings.TrimPrefix(t.dir, t.module+string(filepath.Separator))
		below := strings.TrimPrefix(filepath.ToSlash(folder), "internal/")
		name = filepath.Join(t.module, "internal", "dev", "mutate", "allow", below+".txt")
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) && o.allow == "" {
		return allowed{name: name}, nil
	}
	if err != nil {
		return allowed{}, fmt.Errorf("reading the allow file: %w", err)
	}
	return parseAllowed(name, string(text))
}

// parseAllowed reads entries: a key, and the reason indented below it. Lines that begin
// with # are comments.
func parseAllowed(name, text string) (allowed, error) {
	a := allowed{name: name, reasons: make(map[string]string)}
	at := 0
	for line := range strings.Lines(text) {
		at++
		words := strings.TrimSpace(line)
		switch {
		case words == "" || strings.HasPrefix(line, "#"):
		case words == strings.TrimRight(line, "\r\n"):
			if _, twice := a.reasons[words]; twice {
				return a, fmt.Errorf("%s:%d: the entry is listed twice: %s", name, at, words)
			}
			a.reasons[words] = ""
			a.order = append(a.order, words)
		case len(a.order) == 0:
			return a, fmt.Errorf("%s:%d: a reason stands before the first entry; do not indent keys", name, at)
		default:
			key := a.order[len(a.order)-1]
			a.reasons[key] = strings.TrimSpace(a.reasons[key] + " " + words)
		}
	}
	for _, key := range a.order {
		if a.reasons[key] == "" {
			return a, fmt.Errorf("%s: no reason is given for %q; write one below it, indented", name, key)
		}
	}
	return a, nil
}
