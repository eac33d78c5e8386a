package userpool

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// standardSchema is what every pool has, in AWS's order (guide, "User attributes", default
// attributes; the constraints are seen in many answers of DescribeUserPool).
func standardSchema() []object {
	var all []object
	for _, name := range strings.Fields("sub name given_name family_name middle_name nickname preferred_username profile picture website " +
		"email email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at") {
		a := defaults(`{"AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false}`)
		a["Name"] = name
		switch {
		case strings.HasSuffix(name, "_verified"):
			a["AttributeDataType"] = "Boolean"
		case name == "updated_at":
			a["AttributeDataType"], a["NumberAttributeConstraints"] = "Number", object{"MinValue": "0"}
		case name == "birthdate":
			a["StringAttributeConstraints"] = object{"MinLength": "10", "MaxLength": "10"}
		case name == "sub":
			a["StringAttributeConstraints"] = object{"MinLength": "1", "MaxLength": "2048"}
			a["Mutable"], a["Required"] = false, true
		default:
			a["StringAttributeConstraints"] = object{"MinLength": "0", "MaxLength": "2048"}
		}
		all = append(all, a)
	}
	return all
}

// completeSchema adds the standard attributes to a schema, and the prefixes to the names of
// the others.
func completeSchema(given any) ([]any, error) {
	list, ok := given.([]any)
	if !ok && given != nil {
		return nil, invalidParameter("SchemaAttributes: want a list, not %v", given)
	}
	own := map[string]object{}
	var others []any
	standard := standardSchema()
	for _, item := range list {
		a, ok := item.(object)
		if !ok {
			return nil, invalidParameter("SchemaAttributes: want a list of objects, not %v", item)
		}
		name, _ := a["Name"].(string)
		if slices.ContainsFunc(standard, func(s object) bool { return s["Name"] == name }) {
			own[name] = a
			continue
		}
		custom, err := customAttribute(a)
		if err != nil {
			return nil, err
		}
		others = append(others, custom)
	}
	var all []any
	for _, a := range standard {
		all = append(all, complete(a, own[a["Name"].(string)]))
	}
	return append(all, others...), nil
}

// customAttribute returns a custom attribute as DescribeUserPool shows it. AWS's sentence is
// seen in boto3#2317.
func customAttribute(given object) (object, error) {
	a := complete(defaults(`{"AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false}`), given)
	name, _ := a["Name"].(string)
	name = strings.TrimPrefix(strings.TrimPrefix(name, "dev:"), "custom:")
	if err := (shape{1, 20, groupShape.pattern}).check("customAttributes.name", name); err != nil {
		return nil, err
	}
	if a["Required"] == true {
		return nil, invalidParameter("Required custom attributes are not supported currently.")
	}
	a["Name"] = "custom:" + name
	if a["DeveloperOnlyAttribute"] == true {
		a["Name"] = "dev:custom:" + name
	}
	return a, nil
}

// schema reads and writes SchemaAttributes. Sub is every user's.
type schema Config

type schemaAttribute struct {
	Name              string
	Mutable, Required *bool `json:",omitempty"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *schema) UnmarshalJSON(text []byte) error {
	var all []schemaAttribute
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	c.RequiredAttributes, c.ImmutableAttributes, c.CustomAttributes = nil, nil, map[string]bool{}
	for _, a := range all {
		fixed := a.Mutable != nil && !*a.Mutable
		switch {
		case a.Name == "sub":
		case strings.Contains(a.Name, "custom:"):
			c.CustomAttributes[a.Name] = !fixed
		default:
			if fixed {
				c.ImmutableAttributes = append(c.ImmutableAttributes, a.Name)
			}
			if a.Required != nil && *a.Required {
				c.RequiredAttributes = append(c.RequiredAttributes, a.Name)
			}
		}
	}
	return nil
}

// MarshalJSON implements json.Marshaler.
func (c *schema) MarshalJSON() ([]byte, error) {
	var all []schemaAttribute
	for _, name := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(c.RequiredAttributes, c.ImmutableAttributes)))) {
		if name != "sub" {
			all = append(all, schemaAttribute{name, new(!slices.Contains(c.ImmutableAttributes, name)), new(slices.Contains(c.RequiredAttributes, name))})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.CustomAttributes)) {
		all = append(all, schemaAttribute{name, new(c.CustomAttributes[name]), nil})
	}
	return json.Marshal(all)
}
