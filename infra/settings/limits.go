package settings

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// The limits of a single value stand once, as a tag of its field, which the schema
// (infra/cmd/schema) also reads:
//
//	range:"8,99"       a number from 8 to 99
//	choice:"1,3,5"     one of these numbers
//	pattern:"^[a-z]+$" a text of this form
//	unit:"days"        the unit of a choice, for the fault's text
//
// The zero value is the default and always allowed.

// Numbers returns the numbers of the tag range or choice; nil if there is no such tag.
func Numbers(tag reflect.StructTag, key string) []int {
	var numbers []int
	for _, word := range strings.FieldsFunc(tag.Get(key), func(r rune) bool { return r == ',' }) {
		n, _ := strconv.Atoi(word) // each tag is a constant that a test reads
		numbers = append(numbers, n)
	}
	return numbers
}

// form compiles the pattern of a field.
func form[T any](field string) *regexp.Regexp {
	f, _ := reflect.TypeFor[T]().FieldByName(field)
	return regexp.MustCompile(f.Tag.Get("pattern"))
}

// limits checks the numbers of a value, which is at path. It enters no map.
func (c *checker) limits(path string, v reflect.Value) {
	if v.Kind() != reflect.Struct {
		return
	}
	for field, value := range v.Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		at := policy.Child(path, key)
		if value.Kind() == reflect.Int && !value.IsZero() {
			c.number(at, int(value.Int()), field.Tag)
		}
		c.limits(at, value)
	}
}

// number checks one number by the tag of its field.
func (c *checker) number(path string, value int, tag reflect.StructTag) {
	if within := Numbers(tag, "range"); within != nil && (value < within[0] || value > within[1]) {
		c.faults.Add(path, fmt.Sprintf("%d is out of range", value), fmt.Sprintf("use %d to %d", within[0], within[1]))
	}
	if among := Numbers(tag, "choice"); among != nil && !slices.Contains(among, value) {
		c.faults.Add(path, fmt.Sprintf("%d %s cannot be chosen", value, tag.Get("unit")), "use one of "+joined(among))
	}
}
