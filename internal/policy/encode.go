package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// FileName is the name of the compiled policy beside a function's binary.
const FileName = "policy.json"

// Encode returns the named sections as the content of policy.json, all of them when none
// is named. Equal documents encode to equal bytes on every machine: keys have a fixed
// order, zero values within a section are left out, and a named section is present even
// when it is zero. It fails for an unknown section and for a Claim.Value that JSON cannot
// hold.
func Encode(doc Document, sections ...string) ([]byte, error) {
	var fields []reflect.StructField
	var values []reflect.Value
	for field, value := range reflect.ValueOf(doc).Fields() {
		if len(sections) == 0 || slices.Contains(sections, field.Tag.Get("json")) {
			fields, values = append(fields, field), append(values, value)
		}
	}
	if len(fields) < len(sections) {
		return nil, fmt.Errorf("encoding the policy: one of the sections %q does not exist", sections)
	}
	part := reflect.New(reflect.StructOf(fields)).Elem()
	for i, value := range values {
		part.Field(i).Set(value)
	}
	var text bytes.Buffer
	out := json.NewEncoder(&text)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(part.Interface()); err != nil {
		return nil, fmt.Errorf("encoding the policy: %w", err)
	}
	return text.Bytes(), nil
}
