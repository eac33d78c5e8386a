package strict

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// fields maps the keys of a struct type, and of the structs inlined in it, to the index
// of their field.
func fields(t reflect.Type) (map[string][]int, error) {
	keys := make(map[string][]int)
	for field := range t.Fields() {
		own, err := below(field)
		if err != nil {
			return nil, fmt.Errorf("type %s: field %s: %w", t, field.Name, err)
		}
		for key, index := range own {
			if _, taken := keys[key]; taken {
				return nil, fmt.Errorf("type %s: the key %s is listed twice", t, key)
			}
			keys[key] = append(slices.Clone(field.Index), index...)
		}
	}
	return keys, nil
}

// Scalar returns the field of a struct type that a single value in its place sets; ok is
// false if it has none.
func Scalar(t reflect.Type) (field reflect.StructField, ok bool) {
	for field := range t.Fields() {
		if strings.HasSuffix(field.Tag.Get("yaml"), ",scalar") {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

// below maps the keys that a field stands for to indexes that start below the field.
func below(field reflect.StructField) (map[string][]int, error) {
	name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
	switch {
	case !field.IsExported() || name == "-":
		return nil, nil
	case options == "inline" && field.Type.Kind() == reflect.Struct:
		return fields(field.Type)
	case options == "inline":
		return nil, errors.New("only a struct can be inlined")
	case name == "":
		return nil, errors.New("it has no yaml tag")
	}
	return map[string][]int{name: nil}, nil
}

// known returns the keys of a struct in alphabetical order.
func known(keys map[string][]int) []string { return slices.Sorted(maps.Keys(keys)) }

// decodable returns an error for a type that Decode cannot fill. It looks at the whole
// type before the first byte of YAML, so that the first test of a new struct finds it.
// seen stops the recursion at a type that contains itself.
func decodable(t reflect.Type, seen []reflect.Type) error {
	if slices.Contains(seen, t) {
		return nil
	}
	seen = append(seen, t)
	switch t.Kind() {
	case reflect.Struct:
		return decodableFields(t, seen)
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return fmt.Errorf("type %s: the keys of a map must be strings", t)
		}
		return decodable(t.Elem(), seen)
	case reflect.Slice, reflect.Pointer:
		return decodable(t.Elem(), seen)
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return fmt.Errorf("type %s: of interfaces only any can be decoded", t)
		}
		return nil
	case reflect.Array, reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer, reflect.Uintptr:
		return fmt.Errorf("type %s cannot be decoded", t)
	}
	return nil
}

// decodableFields applies decodable to every field of a struct.
func decodableFields(t reflect.Type, seen []reflect.Type) error {
	keys, err := fields(t)
	if err != nil {
		return err
	}
	for _, key := range known(keys) {
		if err := decodable(t.FieldByIndex(keys[key]).Type, seen); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}
