// Command generate refreshes the list of disposable domains that package lists embeds,
// and SOURCE.md, which says where it is from. `make lists` runs it:
//
//	go run ./internal/signup/lists/generate [-version 1.26.0]
//
// It fetches the list from the npm registry with npm, and runs nothing of it. It refuses
// a list that shrinks by more than a third or has lines that are not domains: check such
// a list before sign-ups change.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// name is the npm package that has the list.
const name = "disposable-email-domains-js"

func main() {
	version := flag.String("version", "latest", "the version of "+name)
	folder := flag.String("o", "internal/signup/lists", "the folder of package lists")
	flag.Parse()
	if err := refresh(*folder, *version); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func refresh(folder, version string) error {
	pack, err := fetch(version)
	if err != nil {
		return err
	}
	if pack.License != "CC0-1.0" {
		return fmt.Errorf("the licence of %s %s is %q, no longer CC0-1.0", name, pack.Version, pack.License)
	}
	domains, err := sorted(pack.Domains)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "disposable.txt")
	if before, err := os.ReadFile(path); err == nil {
		if n := strings.Count(string(before), "\n"); len(domains) < n*2/3 {
			return fmt.Errorf("%s %s has %d domains where there were %d", name, pack.Version, len(domains), n)
		}
	}
	blob := strings.Join(domains, "\n") + "\n"
	if err := os.WriteFile(path, []byte(blob), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "SOURCE.md"), []byte(source(pack, domains, blob)), 0o644)
}
