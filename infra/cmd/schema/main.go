// Command schema writes what follows from the types of a stage file: its JSON Schema,
// by which editors complete keys, show what they mean and mark what is wrong while it is
// typed; its manual; and the names that package infra gives the types (names.go).
//
//	go run ./infra/cmd/schema
//
// Fields and keys come by reflection, ranges and forms from the fields' tags; what they
// mean and which values they take comes from the comments and constants of their source.
// What the manual says before the first key stands in manual.txt.
// The schema knows single values only; how settings go together is for synth to say,
// which checks everything.
//
// It is run from the project's folder.
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

// generate makes the files from the sources below root, by their names.
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
