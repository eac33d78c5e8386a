package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// head is the part of the manual that is written by hand.
//
//go:embed manual.txt
var head string

// book is the manual: a section for each mapping, an entry for each of its keys.
type book struct {
	strings.Builder
	definitions object
	keys        map[string][]string // of a definition, in the order of its type
	paths       map[string]string   // of the section that explains a definition
	titles      map[string]string   // of that section
	entries     map[string]string   // of the section that has an entry, by the entry's text
}

// chapters are the anchors of the head's chapters that explain a form.
var chapters = map[string]string{
	"one of `enforce`, `observe`, `off`":   "modes-origins-app-clients",
	"list of `self`, `admin`, `external`":  "modes-origins-app-clients",
	"one of `signUp`, `token`":             "rules-at-a-token",
	"one of `demote`, `refuse`, `observe`": "rules-at-a-token",
}

// manual returns the reference of the stage file, in Markdown that is also readable in a
// terminal.
func manual(root object, keys map[string][]string) []byte {
	b := &book{definitions: root["$defs"].(object), keys: keys, paths: map[string]string{}, titles: map[string]string{}, entries: map[string]string{}}
	b.WriteString(head)
	b.WriteString("\n")
	b.section(2, "", "Settings", root)
	return []byte(b.String())
}

// section writes the keys of a mapping, then the mappings inside it.
func (b *book) section(level int, path, name string, schema object) {
	if path != "" {
		fmt.Fprintf(b, "\n%s %s\n\n%s\n", strings.Repeat("#", level), b.titles[name], paragraphs("", code(capital(strings.TrimPrefix(described(schema), name+" ")))))
	}
	required, _ := schema["required"].([]string)
	var inner, again []string
	properties := schema["properties"].(object)
	for _, key := range b.keys[name] {
		property := properties[key].(object)
		form, of, step := b.form(property)
		label, text := "`"+key+"`", described(property)
		if of != "" && b.paths[of] == "" {
			b.paths[of] = strings.TrimPrefix(path+"."+key+step, ".")
			b.titles[of] = "`" + b.paths[of] + "`" + twins(b.keys[name], properties, key)
			inner = append(inner, of)
			text = cmp.Or(text, strings.TrimPrefix(firstSentence(described(b.definition(of))), of+" "))
		}
		explained := cmp.Or(b.titles[of], chapters[form])
		line := entry(link(label, explained), form, slices.Contains(required, key), property["type"], strings.TrimPrefix(text, label+" "))
		known := b.entries[line]
		if text == "" {
			known = explained
		}
		if known != "" {
			again = append(again, link(label, cmp.Or(explained, known)))
			continue
		}
		b.entries[line] = path
		b.elsewhere(&again)
		b.WriteString(line)
	}
	b.elsewhere(&again)
	for _, of := range inner {
		b.section(min(level+1, 5), b.paths[of], of, b.definition(of))
	}
}

// twins names the other keys of a mapping that hold what key holds.
func twins(keys []string, properties object, key string) (twins string) {
	for _, other := range keys {
		holds := properties[key].(object)["$ref"]
		if other != key && holds != nil && holds == properties[other].(object)["$ref"] {
			twins += " and `." + other + "`"
		}
	}
	return twins
}

// elsewhere refers to the keys whose entries stand in other sections.
func (b *book) elsewhere(keys *[]string) {
	if len(*keys) > 0 {
		b.WriteString(item(strings.Join(*keys, ", ") + ": as there."))
		*keys = nil
	}
}

func (b *book) definition(name string) object {
	found, _ := b.definitions[name].(object)
	return found
}

// form describes a value. If the value is a mapping with keys of its own, or holds such,
// it also returns their definition and the step from the key to them.
func (b *book) form(schema object) (form, of, step string) {
	if reference, ok := schema["$ref"].(string); ok {
		return "mapping", strings.TrimPrefix(reference, "#/$defs/"), ""
	}
	if either, ok := schema["anyOf"].([]object); ok {
		form, of, step = b.form(either[0])
		single, _, _ := b.form(either[1])
		return form + ", or " + single, of, step
	}
	if values := anyValues(schema["enum"]); values != nil {
		return "one of " + words(values), "", ""
	}
	switch schema["type"] {
	case "array":
		form, of, step = b.form(schema["items"].(object))
		return "list of " + plural(form), of, "[]" + step
	case "object":
		names := "names"
		if known, ok := schema["propertyNames"].(object); ok {
			names = words(anyValues(known["enum"]))
		}
		form, of, step = b.form(schema["additionalProperties"].(object))
		return "mapping of " + names + " to " + plural(form), of, ".<name>" + step
	case "boolean":
		return "true or false", "", ""
	case "integer":
		if schema["minimum"] != nil {
			return fmt.Sprintf("whole number, %v to %v", schema["minimum"], schema["maximum"]), "", ""
		}
		return "whole number", "", ""
	case "string":
		if schema["pattern"] != nil {
			return fmt.Sprintf("text like `%v`", schema["pattern"]), "", ""
		}
		return "text", "", ""
	}
	return "any value", "", ""
}

// plural is the plural of a form.
func plural(form string) string {
	return one.ReplaceAllString(strings.TrimPrefix(form, "one of "), "${1}s")
}

var one = regexp.MustCompile(`^(whole number|text|mapping)\b`)

func words(values []any) string {
	all := make([]string, len(values))
	for i, value := range values {
		all[i] = fmt.Sprintf("`%v`", value)
	}
	return strings.Join(all, ", ")
}

func described(schema object) string {
	text, _ := schema["description"].(string)
	return text
}
