// Command schema writes what is made of the Go types that a stage file is read into:
// the JSON Schema by which editors complete keys, show what they mean and mark what is
// wrong while it is typed, and the manual.
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

// write writes every file anew.
func write(root string) error {
	files, err := generate(root)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), text, 0o644); err != nil {
			return fmt.Errorf("writing what was made: %w", err)
		}
	}
	return nil
}

// generate makes the files, by their names, from the sources below root.
func generate(root string) (map[string][]byte, error) {
	source, err := readSource(root)
	if err != nil {
		return nil, err
	}
	document, made, err := stageSchema(source)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	return map[string][]byte{
		"infra/stages/stage.schema.json": append(text, '\n'),
		"infra/stages/README.md":         manual(document, made.keys),
	}, nil
}
