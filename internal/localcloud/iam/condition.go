package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// condition is one key of a Condition: the values of one key in the request against those of
// the policy.
type condition struct {
	set      string // ForAllValues, ForAnyValue or ""
	null     bool   // the operator Null
	ifExists bool
	key      string // lower case
	values   []pattern
}

// several are the keys with several values; one value only compares a set operator with them
// (IAM user guide, "Set operators for multi-valued context keys").
var several = []string{"dynamodb:attributes", "dynamodb:leadingkeys", "cognito-identity.amazonaws.com:amr"}

// modelled reports whether the value of a condition key is known here. Names of keys are the
// same in upper and lower case (IAM user guide, "Condition").
func modelled(key string) bool {
	key = strings.ToLower(key)
	tag, isTag := strings.CutPrefix(key, "aws:principaltag/")
	return slices.Contains(several, key) || isTag && tag != "" && !strings.ContainsAny(tag, ", ") ||
		slices.Contains([]string{
			"dynamodb:returnvalues", "dynamodb:select",
			"cognito-identity.amazonaws.com:aud", "cognito-identity.amazonaws.com:sub",
		}, key)
}

func (s *statement) parseConditions(all map[string]map[string]oneOrMore) error {
	for _, operator := range slices.Sorted(maps.Keys(all)) {
		for _, key := range slices.Sorted(maps.Keys(all[operator])) {
			c, err := parseCondition(operator, key, all[operator][key])
			if err != nil {
				return err
			}
			s.conditions = append(s.conditions, c)
		}
	}
	return nil
}

func parseCondition(operator, key string, values []string) (condition, error) {
	c := condition{key: strings.ToLower(key)}
	name := operator
	if set, rest, is := strings.Cut(operator, ":"); is {
		c.set, name = set, rest
	}
	name, c.ifExists = strings.CutSuffix(name, "IfExists")
	c.null = name == "Null"
	switch {
	case c.set != "" && c.set != "ForAllValues" && c.set != "ForAnyValue",
		name != "StringEquals" && name != "StringLike" && operator != "Null":
		return c, fmt.Errorf("the operator %s", operator)
	case !modelled(key):
		return c, fmt.Errorf("the condition key %s", key)
	case c.set == "" && !c.null && slices.Contains(several, c.key):
		return c, fmt.Errorf("%s of %s, which has several values: ForAllValues or ForAnyValue", operator, key)
	case c.null && (len(values) != 1 || values[0] != "true" && values[0] != "false"):
		return c, fmt.Errorf("the value %q of Null", values)
	}
	for _, value := range values {
		p, err := parsePattern(value, name == "StringLike")
		if err != nil {
			return c, err
		}
		c.values = append(c.values, p)
	}
	return c, nil
}

// holds reports whether the condition holds for a request's keys. Without the key,
// ForAllValues and IfExists hold and everything else fails (IAM user guide, "Condition",
// "ForAllValues" and "…IfExists").
func (c condition) holds(keys map[string][]string) bool {
	asked, present := keys[c.key]
	if c.null {
		return c.values[0].matches("true", nil) != present
	}
	if !present && c.set != "ForAnyValue" {
		return c.ifExists || c.set == "ForAllValues"
	}
	fits := func(value string) bool {
		return slices.ContainsFunc(c.values, func(p pattern) bool { return p.matches(value, keys) })
	}
	if c.set == "ForAnyValue" {
		return slices.ContainsFunc(asked, fits) || !present && c.ifExists
	}
	return !slices.ContainsFunc(asked, func(value string) bool { return !fits(value) })
}
