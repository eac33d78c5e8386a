package main

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// object is a JSON object.
type object = map[string]any

// maker makes the schemas of types, each named struct once.
type maker struct {
	source
	definitions object
	types       map[string]reflect.Type // by the name of the definition
	required    map[string][]string
	keys        map[string][]string // of a definition, in the order of its type
}

// stageSchema returns the whole document. The maker has the order of the keys, which a
// JSON object does not have.
func stageSchema(s source) (object, *maker, error) {
	m := &maker{s, object{}, map[string]reflect.Type{}, map[string][]string{}, map[string][]string{}}
	root, err := m.members(reflect.TypeFor[settings.Settings]())
	if err != nil {
		return nil, nil, err
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "A stage of the trigger suite"
	root["description"] = "The settings of a stage and the policy that its functions decide with. `make synth STAGE=…` checks all of it, also what this schema cannot say."
	root["$defs"] = m.definitions
	return root, m, nil
}

// of returns the schema of a type.
func (m *maker) of(t reflect.Type) (object, error) {
	switch t.Kind() {
	case reflect.Pointer:
		return m.of(t.Elem())
	case reflect.String:
		if values := m.values[t.Name()]; values != nil {
			return object{"type": "string", "enum": values}, nil
		}
		return object{"type": "string"}, nil
	case reflect.Bool:
		return object{"type": "boolean"}, nil
	case reflect.Int:
		return object{"type": "integer"}, nil
	case reflect.Interface: // a stage file has no null
		return object{"type": []string{"string", "number", "boolean", "array", "object"}}, nil
	case reflect.Slice:
		items, err := m.of(t.Elem())
		return object{"type": "array", "items": items}, err
	case reflect.Map:
		values, err := m.of(t.Elem())
		return object{"type": "object", "additionalProperties": values}, err
	case reflect.Struct:
		return m.reference(t)
	}
	return nil, fmt.Errorf("%s of a stage file has no form in JSON", t)
}

// reference returns a reference to a struct, and defines it at its first use.
func (m *maker) reference(t reflect.Type) (object, error) {
	name := t.Name()
	if known, ok := m.types[name]; ok {
		if known != t {
			return nil, fmt.Errorf("%s and %s have one name", known, t)
		}
	} else {
		m.types[name] = t
		made, err := m.members(t)
		if err != nil {
			return nil, err
		}
		if comment := m.comments[name]; comment != "" {
			made["description"] = comment
		}
		m.definitions[name] = made
	}
	reference := object{"$ref": "#/$defs/" + name}
	if field, ok := strict.Scalar(t); ok {
		single, err := m.of(field.Type)
		return object{"anyOf": []object{reference, single}}, err
	}
	return reference, nil
}

// members returns the schema of a struct's own keys.
func (m *maker) members(t reflect.Type) (object, error) {
	properties := object{}
	if err := m.collect(t, t.Name(), properties); err != nil {
		return nil, err
	}
	made := object{"type": "object", "properties": properties, "additionalProperties": false}
	if needed := m.required[t.Name()]; len(needed) > 0 {
		made["required"] = needed
	}
	return made, nil
}

// collect adds the keys of a struct, and of structs inlined in it.
func (m *maker) collect(t reflect.Type, owner string, properties object) error {
	for field := range t.Fields() {
		key, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case key == "-" || !field.IsExported():
			continue
		case options == "inline":
			if err := m.collect(field.Type, owner, properties); err != nil {
				return err
			}
			continue
		}
		property, err := m.of(field.Type)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t.Name(), field.Name, err)
		}
		name := t.Name() + "." + field.Name
		comment := m.comment(name, field.Type)
		describe(property, comment)
		limit(property, field)
		properties[key] = property
		m.keys[owner] = append(m.keys[owner], key)
		if m.needed(field.Type, comment) && !slices.Contains(m.required[owner], key) {
			m.required[owner] = append(m.required[owner], key)
		}
	}
	return nil
}

// limit adds the limits in the tags of a field (package settings), and the names of the
// functions.
func limit(property object, field reflect.StructField) {
	if within := settings.Numbers(field.Tag, "range"); within != nil {
		property["minimum"], property["maximum"] = within[0], within[1]
	}
	if among := settings.Numbers(field.Tag, "choice"); among != nil {
		property["enum"] = listed(among)
	}
	if form := field.Tag.Get("pattern"); form != "" {
		property["pattern"] = form
	}
	if field.Type == reflect.TypeFor[map[string]settings.FunctionSettings]() {
		property["propertyNames"] = object{"enum": listed(triggers.Names())}
	}
}

// needed reports whether a key is required: its comment says that it has no default, or
// it holds such a key and its comment does not say that it may be left out.
func (m *maker) needed(t reflect.Type, comment string) bool {
	return strings.Contains(comment, "No default.") || t.Kind() == reflect.Struct && len(m.required[t.Name()]) > 0 && !strings.Contains(comment, "Default: none.")
}

// defaults matches the default in a comment.
var defaults = regexp.MustCompile(`Default: (?:(false|true)|(?:0|"") means ` + "`?([A-Za-z0-9_]+)`?)[.,]")

// comment returns the comment of a field, or of its type if the field has none, with what
// each value means.
func (m *maker) comment(field string, t reflect.Type) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	comment := m.comments[field]
	if comment == "" && t.Kind() == reflect.String {
		comment = strings.TrimPrefix(m.comments[t.Name()], t.Name()+" ")
	}
	meanings := m.meanings[t.Name()]
	if meanings == "" {
		return comment
	}
	if before, after, found := strings.Cut(comment, "Default: "); found {
		return before + meanings + " Default: " + after
	}
	return comment + " " + meanings
}

// describe adds the comment and the default that it states.
func describe(property object, comment string) {
	if comment == "" {
		return
	}
	property["description"] = comment
	found := defaults.FindStringSubmatch(comment)
	switch {
	case found == nil || property["$ref"] != nil:
	case property["type"] == "boolean":
		property["default"] = found[1] == "true"
	case property["type"] == "integer":
		var n int
		if _, err := fmt.Sscan(found[2], &n); err == nil {
			property["default"] = n
		}
	case slices.Contains(anyValues(property["enum"]), any(found[2])):
		property["default"] = found[2]
	}
}

// listed returns the values as those of an enum.
func listed[T any](values []T) []any {
	all := make([]any, len(values))
	for i, value := range values {
		all[i] = value
	}
	return all
}

func anyValues(list any) []any {
	values, _ := list.([]any)
	return values
}
