// Command generate refreshes the table of look-alike characters that package
// username embeds. `make confusables` runs it:
//
//	go run ./internal/signup/username/generate [-version 0.1.2]
//
// The data is Unicode's confusables.txt (UTS #39). No Go module and no npm
// package carries a recent one; the Rust crate unicode-security does, as source
// that is easily read, and says of which Unicode version it is. cargo fetches it
// and is needed for nothing else; nothing of it is built or run.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/secure/precis"
)

func main() {
	version := flag.String("version", "0.1.2", "the version of the crate unicode-security")
	folder := flag.String("o", "internal/signup/username", "the folder of package username")
	flag.Parse()
	if err := refresh(*folder, *version); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func refresh(folder, version string) error {
	text, err := fetch(version)
	if err != nil {
		return err
	}
	data, err := read(text)
	if err != nil {
		return fmt.Errorf("reading unicode-security %s: %w", version, err)
	}
	var lines []string
	for char, looks := range data.pairs {
		if usable(char) {
			lines = append(lines, string(char)+" "+looks)
		}
	}
	slices.Sort(lines)
	blob := strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(filepath.Join(folder, "confusables.txt"), []byte(blob), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "SOURCE.md"), []byte(source(version, data, len(lines))), 0o644)
}

// identifiers is PRECIS's class of characters that a user name can have, without
// the rules about their order.
var identifiers = precis.NewIdentifier()

// usable reports whether a user name can have the character at all.
func usable(char rune) bool {
	_, err := identifiers.String(string(char))
	return err == nil
}

// source writes down where the table is from.
func source(version string, data confusables, kept int) string {
	return fmt.Sprintf(`# Where confusables.txt is from

Written by `+"`make confusables`"+`; do not edit either file.

- data: Unicode confusables.txt (UTS #39), as shipped with the Rust crate unicode-security
- version of Unicode: %s
- version of the crate: %s
- licence: Unicode License V3 (the data; © Unicode, Inc., https://www.unicode.org/license.txt), MIT or Apache-2.0 (the crate)
- pairs in the data: %d
- pairs in confusables.txt: %d

A line is a character that PRECIS allows in user names, and what it looks like.
`, data.unicode, version, len(data.pairs), kept)
}
