// Command schema writes what follows from the types of a stage file: its JSON Schema, by
// which editors complete and explain keys and mark mistakes; its manual; and the names of
// the types in package infra (names.go).
//
//	go run ./infra/cmd/schema
//
// It reads fields and keys by reflection, ranges and forms from the fields' tags, and
// meanings and values from the comments and constants of the source. manual.txt is the
// manual's part before the first key. The schema knows single values only; synth checks
// how settings go together.
//
// Run it in the project's folder.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

// write writes the files.
func write(root string) error {
	files, err := generate(root)
	for name, text := range files {
		err = errors.Join(err, os.WriteFile(filepath.Join(root, name), text, 0o644))
	}
	return err
}

// generate returns the files, by name, from the sources below root.
func generate(root string) (map[string][]byte, error) {
	source, err := readSource(root)
	if err != nil {
		return nil, err
	}
	document, made, err := stageSchema(source)
	if err != nil {
		return nil, err
	}
	schema, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	names, err := names(source)
	if err != nil {
		return nil, fmt.Errorf("writing the names: %w", err)
	}
	return map[string][]byte{
		"infra/stages/stage.schema.json": append(schema, '\n'),
		"infra/stages/README.md":         manual(document, made.keys),
		"infra/names.go":                 names,
	}, nil
}
