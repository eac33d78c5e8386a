package userpool

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

// shape is what the API's model allows a text to be (API reference, at each member).
type shape struct {
	least, most int // characters
	pattern     string
}

// The shapes of more than one operation.
var (
	poolShape   = shape{1, 55, `[\w-]+_[0-9a-zA-Z]+`}
	nameShape   = shape{1, 128, `[\w\s+=,.@-]+`}
	secretShape = shape{24, 64, `[\w+]+`}
	groupShape  = shape{1, 128, `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`}
	arnShape    = shape{20, 2048, `arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`}
)

// anyText is the pattern of what may be any text.
const anyText = `(?s).+`

// check refuses a value that is missing or not of the shape.
func (s shape) check(member, value string) error {
	switch {
	case value == "":
		return violation(" null", member, "not be null")
	case utf8.RuneCountInString(value) < s.least:
		return violation("", member, fmt.Sprintf("have length greater than or equal to %d", s.least))
	case utf8.RuneCountInString(value) > s.most:
		return violation("", member, fmt.Sprintf("have length less than or equal to %d", s.most))
	case !regexp.MustCompile("^(?:" + s.pattern + ")$").MatchString(value):
		return violation("", member, "satisfy regular expression pattern: "+s.pattern)
	}
	return nil
}

// optional is check for a value that may be missing.
func (s shape) optional(member, value string) error {
	if value == "" {
		return nil
	}
	return s.check(member, value)
}

// violation is the refusal of a value that the API's model does not allow. AWS repeats the
// value unless the model marks it as sensitive; this pool repeats numbers only.
func violation(value, member, must string) *APIError {
	return invalidParameter("1 validation error detected: Value%s at '%s' failed to satisfy constraint: Member must %s", value, member, must)
}
