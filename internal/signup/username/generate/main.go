// Command generate refreshes the tables of characters that package username embeds: those
// that PRECIS allows in user names, from the version of golang.org/x/text that go.mod
// names, and what each of them looks like. `make confusables` runs it:
//
//	go run ./internal/signup/username/generate [-version 0.1.2]
//
// The look-alikes are Unicode's confusables.txt (UTS #39). No Go module and no npm
// package has a recent one. The Rust crate unicode-security has, as source that is easy
// to parse, and says which Unicode version it is. cargo only fetches it; nothing of it is
// built or run.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	for name, lines := range map[string][]string{"confusables.txt": lines, "identifiers.txt": ranges()} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, "SOURCE.md"), []byte(source(version, data, len(lines))), 0o644)
}

// identifiers is PRECIS's class of characters that a user name may have, without the
// rules about their order.
var identifiers = precis.NewIdentifier()

// usable reports whether a user name may have the character.
func usable(char rune) bool {
	_, err := identifiers.String(string(char))
	return err == nil
}

// ranges returns the characters beyond ASCII that a user name may have at any place, as
// the first and the last of each range.
func ranges() []string {
	var lines []string
	first := rune(-1)
	for char := rune(0x80); char <= unicode.MaxRune+1; char++ {
		switch in := char <= unicode.MaxRune && utf8.ValidRune(char) && usable(char); {
		case in && first < 0:
			first = char
		case !in && first >= 0:
			lines = append(lines, string(first)+" "+string(char-1))
			first = -1
		}
	}
	return lines
}

// source returns the text of SOURCE.md.
func source(version string, data confusables, kept int) string {
	return fmt.Sprintf(`# Where the tables are from

Written by `+"`make confusables`"+`; do not edit them.

- identifiers.txt: PRECIS IdentifierClass, as golang.org/x/text/secure/precis has it for Unicode %s
- confusables.txt: Unicode confusables.txt (UTS #39), as shipped with the Rust crate unicode-security
- version of Unicode (confusables.txt): %s
- version of the crate: %s
- pairs in the data: %d
- pairs in confusables.txt: %d

A line is the first and the last character of a range, or a character that PRECIS
allows in user names and what it looks like.

## Licences

- The data of both tables; licence: Unicode License V3. It asks that its copyright and
  permission notice stand beside them: [LICENSE.unicode](LICENSE.unicode). The tables are
  made from Unicode's files and are none of them.
- golang.org/x/text, which computed the ranges; licence: BSD-3-Clause,
  [LICENSE.golang](LICENSE.golang).
- The crate, which carried the pairs; licence: MIT or Apache-2.0, taken under the second,
  [LICENSE](../../../LICENSE).
`, precis.UnicodeVersion, data.unicode, version, len(data.pairs), kept)
}
