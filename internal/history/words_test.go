package history

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// words returns a row's fields that are set.
func words(v any) string {
	if at, ok := v.(time.Time); ok {
		return at.Format("02 15:04:05.000")
	}
	value := reflect.ValueOf(v)
	if value.Kind() != reflect.Struct {
		return fmt.Sprint(v)
	}
	var said []string
	for i := range value.NumField() {
		field := value.Field(i)
		if field.IsZero() {
			continue
		}
		text := words(field.Interface())
		if !value.Type().Field(i).Anonymous {
			text = value.Type().Field(i).Name + " " + text
		}
		said = append(said, text)
	}
	return strings.Join(said, ", ")
}
