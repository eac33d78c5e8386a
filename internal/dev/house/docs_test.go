package house

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Whoever meets the project reads README.md whole, or not at all.
func TestTheREADMEIsShort(t *testing.T) {
	const most = 10 << 10
	if n := len(text(t, "README.md")); n > most {
		t.Errorf("README.md has %d bytes, %d are allowed: move what it explains to the README or package comment of its room", n, most)
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// documents lists every Markdown file.
func documents(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && slices.Contains(notOurs, entry.Name()) {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".md") {
			all = append(all, strings.TrimPrefix(filepath.ToSlash(path), root+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// code is what a document sets as code: a block, or a few words in backquotes.
var code = regexp.MustCompile("(?s)```.*?\n```|`[^`\n]+`")

// The targets that a document names, and those that the Makefile has.
var (
	named  = regexp.MustCompile("(?m)(?:^|`)make ([a-z][a-z0-9-]*)")
	target = regexp.MustCompile(`(?m)^([a-z0-9-]+):`)
)

// place is a path of the repository. A name that the reader chooses stands in angle
// brackets.
var place = regexp.MustCompile(`\b(?:infra|internal|triggers|events)(?:/(?:[\w.*-]|<[^>]*>)+)+/?`)

var placeholder = regexp.MustCompile(`<[^>]*>`)

func TestWhatDocumentsNameIsThere(t *testing.T) {
	var targets []string
	for _, found := range target.FindAllStringSubmatch(text(t, "Makefile"), -1) {
		targets = append(targets, found[1])
	}
	paths, makes := 0, 0
	for _, document := range documents(t) {
		all := text(t, document)
		for _, part := range code.FindAllString(all, -1) {
			for _, found := range named.FindAllStringSubmatch(part, -1) {
				if makes++; !slices.Contains(targets, found[1]) {
					t.Errorf("%s: there is no make %s", document, found[1])
				}
			}
		}
		for _, path := range place.FindAllString(all, -1) {
			paths++
			path = placeholder.ReplaceAllString(strings.TrimRight(path, "."), "*")
			if found, _ := filepath.Glob(filepath.Join(root, path)); found == nil {
				t.Errorf("%s: there is no %s", document, path)
			}
		}
	}
	if paths < 50 || makes < 20 {
		t.Errorf("only %d paths and %d targets are looked at", paths, makes)
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	for _, document := range documents(t) {
		for _, found := range link.FindAllStringSubmatch(code.ReplaceAllString(text(t, document), ""), -1) {
			file, section, _ := strings.Cut(found[1], "#")
			if strings.Contains(file, "://") {
				continue
			}
			to := document
			if file != "" {
				to = filepath.Join(filepath.Dir(document), file)
			}
			if _, err := os.Stat(filepath.Join(root, to)); err != nil {
				t.Errorf("%s: %s leads nowhere", document, found[1])
			} else if section != "" && !slices.Contains(sections(text(t, to)), section) {
				t.Errorf("%s: %s has no section %s", document, to, section)
			}
		}
	}
}

// sections lists the names by which a Git host links to the headings.
func sections(document string) []string {
	var all []string
	for _, found := range heading.FindAllStringSubmatch(document, -1) {
		all = append(all, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, found[1]))
	}
	return all
}
