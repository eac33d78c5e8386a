// Command generate turns libphonenumber's number plans into the three tables that package
// phone embeds. `make phone` runs it, with the version of github.com/nyaruka/phonenumbers
// that go.mod names:
//
//	go run ./internal/signup/phone/generate
//
// That module answers far more questions than sign-up has, and parses its data when the
// program starts: 6.6 ms and 2.5 MB in every cold start, called or not
// (GODEBUG=inittrace=1). So only this command links it.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

func main() {
	folder := flag.String("o", "internal/signup/phone", "the folder of package phone")
	flag.Parse()
	if err := write(*folder); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	metadata, err := phonenumbers.MetadataCollection()
	if err != nil {
		return fmt.Errorf("reading the number plans: %w", err)
	}
	tables := map[string]*lines{"codes.txt": {}, "regions.txt": {}, "costs.txt": {}}
	for code, regions := range phonenumbers.BuildCountryCodeToRegionMap(metadata) {
		p, err := newPlan(code, regions, metadata.GetMetadata())
		if err != nil {
			return fmt.Errorf("the plan of +%d: %w", code, err)
		}
		tables["codes.txt"].add(fmt.Sprint(code), p.summary())
		p.regions(tables["regions.txt"])
		p.costs(tables["costs.txt"])
	}
	for name, table := range tables {
		slices.Sort(table.all)
		text := strings.Join(table.all, "\n") + "\n"
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, "SOURCE.md"), []byte(source(tables)), 0o644)
}

// lines are the lines of a table.
type lines struct{ all []string }

func (l *lines) add(key, value string) { l.all = append(l.all, key+" "+value) }

// source returns the text of SOURCE.md.
func source(tables map[string]*lines) string {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/nyaruka/phonenumbers" {
				version = module.Version
			}
		}
	}
	return fmt.Sprintf(`# Where the tables are from

Written by `+"`make phone`"+`; do not edit them.

- data: libphonenumber, as shipped with the Go module github.com/nyaruka/phonenumbers
- version: %s
- calling codes in codes.txt: %d
- prefixes in regions.txt: %d
- prefixes in costs.txt: %d

## Licences

- libphonenumber, Copyright (C) 2009 The Libphonenumber Authors; licence: Apache-2.0,
  [LICENSE](../../../LICENSE). The number plans are changed: the tables hold only what a
  sign-up asks for.
- The module, which carried them; licence: MIT, [LICENSE.phonenumbers](LICENSE.phonenumbers).
`, version, len(tables["codes.txt"].all), len(tables["regions.txt"].all), len(tables["costs.txt"].all))
}
