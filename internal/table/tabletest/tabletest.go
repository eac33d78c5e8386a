// Package tabletest fills rows for tests, with a value in every column, so that a test
// notices a column that some code forgets.
package tabletest

import (
	"reflect"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Authz returns an AUTHZ row that has a value in every column.
func Authz(t testing.TB) (row table.Authz) {
	t.Helper()
	values := map[reflect.Type]any{
		reflect.TypeFor[string](): "acme", reflect.TypeFor[table.Status](): table.Active, reflect.TypeFor[int64](): int64(7), reflect.TypeFor[bool](): true,
		reflect.TypeFor[[]string](): []string{"b", "a"}, reflect.TypeFor[map[string]any](): map[string]any{"plan": "gold"},
		reflect.TypeFor[map[string][]string](): map[string][]string{"acme": {"d", "c"}},
		reflect.TypeFor[time.Time]():           time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC),
	}
	for i, columns := 0, reflect.ValueOf(&row).Elem(); i < columns.NumField(); i++ {
		value, ok := values[columns.Field(i).Type()]
		if !ok {
			t.Fatalf("there is no value of type %s for the column %s: add one", columns.Field(i).Type(), columns.Type().Field(i).Name)
		}
		columns.Field(i).Set(reflect.ValueOf(value))
	}
	return row
}
