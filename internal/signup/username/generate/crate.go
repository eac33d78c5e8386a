package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// manifest makes cargo fetch the crate as a dependency of an empty package.
const manifest = `[package]
name = "nothing"
version = "0.0.0"
edition = "2021"
[lib]
path = "nothing.rs"
[dependencies]
unicode-security = "=%s"
`

// fetch returns the source of the crate's tables.
func fetch(version string) (string, error) {
	folder, err := os.MkdirTemp("", "confusables-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	for name, text := range map[string]string{"Cargo.toml": fmt.Sprintf(manifest, version), "nothing.rs": ""} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	command := exec.Command("cargo", "vendor", "--quiet", "crates")
	command.Dir, command.Stderr = folder, os.Stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("cargo vendor: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "crates/unicode-security/src/tables.rs"))
	return string(text), err
}

// confusables is what the crate's tables say.
type confusables struct {
	unicode string
	pairs   map[rune]string
}

var (
	versionForm = regexp.MustCompile(`UNICODE_VERSION: \(u64, u64, u64\) = \((\d+), (\d+), (\d+)\)`)
	pairForm    = regexp.MustCompile(`\('\\u\{([0-9a-f]+)\}',\s*&\[([^\]]*)\]\)`)
	charForm    = regexp.MustCompile(`'\\u\{([0-9a-f]+)\}'`)
)

// read extracts version and pairs from the source.
func read(text string) (confusables, error) {
	data := confusables{pairs: map[rune]string{}}
	version := versionForm.FindStringSubmatch(text)
	_, table, found := strings.Cut(text, "const CONFUSABLES")
	if version == nil || !found {
		return data, errors.New("it has no version or no table")
	}
	data.unicode = strings.Join(version[1:], ".")
	table, _, _ = strings.Cut(table, "];\n")
	for _, pair := range pairForm.FindAllStringSubmatch(table, -1) {
		var looks strings.Builder
		for _, char := range charForm.FindAllStringSubmatch(pair[2], -1) {
			looks.WriteRune(character(char[1]))
		}
		data.pairs[character(pair[1])] = looks.String()
	}
	if n := strings.Count(table, "&["); n-1 != len(data.pairs) || n < 5000 {
		return data, fmt.Errorf("%d of %d pairs were read", len(data.pairs), n-1)
	}
	return data, nil
}

func character(hex string) rune {
	n, err := strconv.ParseInt(hex, 16, 32)
	if err != nil {
		panic(err) // the expressions match only hexadecimal digits
	}
	return rune(n)
}
