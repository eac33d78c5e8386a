package table

import (
	"reflect"
	"slices"
	"strings"
)

// Column is one attribute of a row.
type Column struct {
	Name string
	is   []string
}

// Token reports whether every token reads the column.
func Token(c Column) bool { return slices.Contains(c.is, "token") }

// Erased reports whether erasing a user mentions the column: removes it, or sets it in
// the tombstone.
func Erased(c Column) bool { return Personal(c) || slices.Contains(c.is, "grave") }

// Personal reports whether erasing a user removes the column.
func Personal(c Column) bool { return slices.Contains(c.is, "personal") }

// Lasting reports whether the column is not a time to live. Setting one could make a
// suspension expire.
func Lasting(c Column) bool { return !slices.Contains(c.is, "ttl") }

// Names returns the attribute names of the columns that of accepts, in the order of the
// row's fields.
func Names[Row any](of func(Column) bool) []string {
	var names []string
	for i := range reflect.TypeFor[Row]().NumField() {
		if c := column(reflect.TypeFor[Row]().Field(i)); of(c) {
			names = append(names, c.Name)
		}
	}
	return names
}

// Written returns the attribute names that writers of the row may mention, with the
// key: what dynamodb:Attributes must allow (developer guide, "Using IAM policy
// conditions for fine-grained access control").
func Written[Row any]() []string { return append([]string{PK, SK}, Names[Row](Lasting)...) }

// Only returns the row with only the columns that of accepts.
func Only[Row any](row Row, of func(Column) bool) Row {
	value := reflect.ValueOf(&row).Elem()
	for i := range value.NumField() {
		if !of(column(value.Type().Field(i))) {
			value.Field(i).SetZero()
		}
	}
	return row
}

func column(field reflect.StructField) Column {
	name, _, _ := strings.Cut(field.Tag.Get("dynamodbav"), ",")
	return Column{name, strings.Fields(field.Tag.Get("is"))}
}
