package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// listFile and metaFile are the files of the package that have its list and its licence.
const (
	listFile = "package/dist/dict/disposable_email_blocklist.json"
	metaFile = "package/package.json"
)

// pack is a published version of the package.
type pack struct {
	Version, License, Date, SHA256 string
	Domains                        []string
}

// fetch downloads a version with npm and reads it.
func fetch(version string) (pack, error) {
	folder, err := os.MkdirTemp("", "lists-*")
	if err != nil {
		return pack{}, err
	}
	defer os.RemoveAll(folder)
	var packed []struct{ Filename, Version string }
	if err := npm(&packed, "pack", "--json", "--ignore-scripts", "--pack-destination", folder, name+"@"+version); err != nil {
		return pack{}, err
	}
	if len(packed) != 1 {
		return pack{}, fmt.Errorf("npm packed %d packages", len(packed))
	}
	archive, err := os.ReadFile(filepath.Join(folder, packed[0].Filename))
	if err != nil {
		return pack{}, err
	}
	p, err := read(archive)
	if err != nil {
		return pack{}, fmt.Errorf("reading %s: %w", packed[0].Filename, err)
	}
	var published map[string]string
	if err := npm(&published, "view", "--json", name, "time"); err != nil {
		return pack{}, err
	}
	if date := published[p.Version]; len(date) >= len("2006-01-02") {
		p.Date = date[:len("2006-01-02")]
	}
	return p, nil
}

// npm runs npm and decodes its output.
func npm(into any, arguments ...string) error {
	command := exec.Command("npm", arguments...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return fmt.Errorf("npm %s: %w", arguments[0], err)
	}
	return json.Unmarshal(out, into)
}

// read extracts the two files from a package's archive.
func read(archive []byte) (pack, error) {
	sum := sha256.Sum256(archive)
	p := pack{SHA256: hex.EncodeToString(sum[:])}
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return p, err
	}
	files := tar.NewReader(unzipped)
	for {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return p, err
		}
		switch header.Name {
		case metaFile:
			var meta struct{ Version, License string }
			err = json.NewDecoder(files).Decode(&meta)
			p.Version, p.License = meta.Version, meta.License
		case listFile:
			err = json.NewDecoder(files).Decode(&p.Domains)
		}
		if err != nil {
			return p, fmt.Errorf("%s: %w", header.Name, err)
		}
	}
	if p.Version == "" || len(p.Domains) == 0 {
		return p, fmt.Errorf("it has no %s or no %s", metaFile, listFile)
	}
	return p, nil
}
