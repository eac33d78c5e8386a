package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/export"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

// convert writes the export as JSON lines in the words of --columns, with the hashes that Cognito
// has a form for in that form: for an import by one's own means. csv and load convert by themselves.
func convert(_ context.Context, c *call) error {
	if c.to == "" {
		return misused("pass --out FILE: it has password hashes and is never printed")
	}
	converted, all := 0, 0
	err := keep(c.to, func(w io.Writer) error {
		lines := json.NewEncoder(w)
		lines.SetEscapeHTML(false)
		return c.people(func(p person) error {
			all++
			line := map[string]string{export.Name: p.name, export.Hash: p.stored}
			if p.username != "" {
				line[export.Username] = p.username
			}
			if !p.last.IsZero() {
				line[export.Last] = p.last.UTC().Format(time.RFC3339)
			}
			for name, value := range p.attributes {
				if name == export.Name { // the attribute, not the word
					name = "attribute:name"
				}
				line[name] = value
			}
			if in, err := p.hash.Convert(); p.hash.Kind != (hash.Kind{}) && err == nil && in.Encoded != p.stored {
				converted++
				line[export.Hash] = in.Encoded
			}
			return lines.Encode(line)
		})
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%d of %d hashes are converted. %s has hashes: it is for you alone.\n", converted, all, c.to)
	return nil
}
