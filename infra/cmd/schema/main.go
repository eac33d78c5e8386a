// Command schema writes the JSON Schema of a stage file, by which editors complete
// keys, show what they mean and mark what is wrong while it is typed.
//
//	go run ./infra/cmd/schema > infra/stages/stage.schema.json
//
// It is made of the Go types that a stage file is read into: their fields and keys by
// reflection, ranges and forms from their tags, what they mean and which values they take
// from the comments and constants of their source.
// The schema knows single values only; how settings go together is for synth to say,
// which checks everything.
//
// It is run from the project's folder.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	text, err := generate(".")
	if err == nil {
		_, err = os.Stdout.Write(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

// generate makes the schema from the sources below root.
func generate(root string) ([]byte, error) {
	source, err := readSource(root)
	if err != nil {
		return nil, err
	}
	document, err := stageSchema(source)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	return append(text, '\n'), nil
}
