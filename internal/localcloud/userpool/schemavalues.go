package userpool

import (
	"cmp"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"
)

var numberForm = regexp.MustCompile(`^-?[0-9]{1,309}(\.[0-9]{1,309})?$`)

// fault says why a value does not fit its attribute in the schema, "" if it does: "When you
// choose an AttributeDataType, Amazon Cognito validates the input against the data type" (API
// reference, SchemaAttributeType). AWS documents neither the forms nor the sentences: here a
// number is a decimal one, and a time one of RFC 3339.
func (c *Config) fault(name, value string) string {
	schema, _ := c.Settings["SchemaAttributes"].([]any)
	for _, item := range schema {
		if a, _ := item.(object); a["Name"] == name {
			return cmp.Or(typeFault(a, value), boundFault(a, value))
		}
	}
	return ""
}

func typeFault(a object, value string) string {
	switch a["AttributeDataType"] {
	case "Number":
		if !numberForm.MatchString(value) {
			return "value is not a number."
		}
	case "Boolean":
		if value != "true" && value != "false" {
			return "value is neither true nor false."
		}
	case "DateTime":
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			return "value is not a date and time."
		}
	}
	return ""
}

// boundFault compares a length, or a number, with both constraints, which are texts.
func boundFault(a object, value string) string {
	is, least, most, constraints := "length", "MinLength", "MaxLength", a["StringAttributeConstraints"]
	size := strconv.Itoa(utf8.RuneCountInString(value))
	if a["AttributeDataType"] == "Number" {
		is, least, most, constraints, size = "value", "MinValue", "MaxValue", a["NumberAttributeConstraints"], value
	} else if a["AttributeDataType"] != "String" {
		return ""
	}
	bounds, _ := constraints.(object)
	if low, given := bounds[least]; given && compareNumbers(size, low) < 0 {
		return fmt.Sprintf("%s is less than %v.", is, low)
	}
	if high, given := bounds[most]; given && compareNumbers(size, high) > 0 {
		return fmt.Sprintf("%s is more than %v.", is, high)
	}
	return ""
}

// compareNumbers compares a number with a bound; one that is no number bounds nothing.
func compareNumbers(size string, bound any) int {
	a, _ := new(big.Rat).SetString(size)
	b, ok := new(big.Rat).SetString(fmt.Sprint(bound))
	if a == nil || !ok {
		return 0
	}
	return a.Cmp(b)
}
