package signup

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// maxValue is the longest value in Cognito (API reference, AttributeType).
const maxValue = 2048

// The refusals of the rule about attributes.
var (
	AttributeMissing = deny.Refusal{Code: "attribute-missing", Sentence: "Please fill in all required fields", Meaning: "a required attribute is absent or blank"}
	AttributeLength  = deny.Refusal{Code: "attribute-length", Sentence: "One of the fields is too short or too long, please check them", Meaning: "an attribute's value is shorter or longer than the policy says"}
	AttributeForm    = deny.Refusal{Code: "attribute-form", Sentence: "One of the fields is not filled in as it should be, please check them", Meaning: "an attribute's value does not match its pattern"}
)

// attributes compiles the rule about what users fill in. It reports a missing attribute
// before a wrong one. Neither refusal names the attribute: the form that asked knows it,
// and the names of a pool's attributes should not be disclosed.
func (c *compiler) attributes(path string, a policy.Attributes) rule {
	r := c.held(path, a.Rule, a.Held)
	c.attributeNames(policy.Child(path, "required"), a.Required)
	values := c.values(policy.Child(path, "values"), a.Values)
	required := slices.Clone(a.Required)
	r.objects = func(who applicant) deny.Refusal {
		for _, name := range required {
			if blank(who.Attributes[name]) {
				return AttributeMissing
			}
		}
		for i := range values {
			if refusal := values[i].objection(who.Attributes[values[i].name]); refusal != (deny.Refusal{}) {
				return refusal
			}
		}
		return deny.Refusal{}
	}
	return r
}

// value is the form that the value of an attribute must have.
type value struct {
	name        string
	least, most int
	form        *regexp.Regexp // nil accepts any
}

// values compiles the forms, sorted by name.
func (c *compiler) values(path string, from map[string]policy.Value) []value {
	var all []value
	for _, name := range slices.Sorted(maps.Keys(from)) {
		at := policy.Child(path, name)
		if problem, fix := nameFault(name); problem != "" {
			c.faults.Add(at, problem, fix)
		}
		all = append(all, c.value(at, name, from[name]))
	}
	return all
}

func (c *compiler) value(path, name string, from policy.Value) value {
	v := value{name: name, least: from.MinLength, most: from.MaxLength}
	switch {
	case from == policy.Value{}:
		c.faults.Add(path, "nothing is asked of the value", "give minLength, maxLength or pattern, or remove it")
	case v.least < 0 || v.least > maxValue:
		c.faults.Add(policy.Child(path, "minLength"), fmt.Sprintf("%d is out of range", v.least), fmt.Sprintf("use 1 to %d, or remove it", maxValue))
	case v.most < 0 || v.most > maxValue:
		c.faults.Add(policy.Child(path, "maxLength"), fmt.Sprintf("%d is out of range", v.most), fmt.Sprintf("use 1 to %d, or remove it", maxValue))
	case v.most > 0 && v.least > v.most:
		c.faults.Add(policy.Child(path, "minLength"), fmt.Sprintf("%d is more than maxLength, so no value does", v.least), "make it less")
	}
	if v.most == 0 {
		v.most = maxValue
	}
	v.form = c.pattern(policy.Child(path, "pattern"), from.Pattern)
	return v
}

// pattern compiles an expression that the whole value must match. It compiles the text
// alone first, so that a bracket in it cannot close one of ours.
func (c *compiler) pattern(path, text string) *regexp.Regexp {
	if text == "" {
		return nil
	}
	if _, err := regexp.Compile(text); err != nil {
		c.faults.Add(path, policy.Shown(text)+" is not a regular expression: "+strings.TrimPrefix(err.Error(), "error parsing regexp: "),
			"correct it; the syntax is RE2's, without look-around and back-references")
		return nil
	}
	return regexp.MustCompile(`\A(?:` + text + `)\z`)
}

// objection judges a value. It passes an absent one, which Required judges.
func (v *value) objection(text string) deny.Refusal {
	if text == "" {
		return deny.Refusal{}
	}
	if n := utf8.RuneCountInString(text); n < v.least || n > v.most {
		return AttributeLength
	}
	return objection(AttributeForm, v.form != nil && !v.form.MatchString(text))
}

// blank reports whether a value is empty or only blanks.
func blank(value string) bool { return strings.Trim(value, " \t\r\n") == "" }
