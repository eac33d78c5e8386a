package strict_test

import "strings"

// bad holds documents for the type stage and the faults of each.
var bad = map[string]struct {
	source string
	faults []string
}{
	"empty":           {"", []string{"f.yaml:1: the file is empty; write at least one key, or use the file of another stage as a model"}},
	"only a comment":  {"# x\n---\n", []string{"f.yaml:1: the file is empty; write at least one key, or use the file of another stage as a model"}},
	"not a mapping":   {"- a\n", []string{"f.yaml:1: must be a mapping, not a list; write its keys below it: any, days, keep, mode, name, policy, pools, port, prefix, ratio, small, tags, urls"}},
	"just a text":     {"hello\n", []string{`f.yaml:1: must be a mapping, not a single value; write its keys below it: any, days, keep, mode, name, policy, pools, port, prefix, ratio, small, tags, urls`}},
	"unknown key":     {"name: a\nmodes: off\n", []string{`f.yaml:2: modes: unknown key "modes"; did you mean mode?`}},
	"swapped letters": {"nmae: a\n", []string{`f.yaml:1: nmae: unknown key "nmae"; did you mean name?`}},
	"wrong case":      {"Policy:\n  signup: {}\n", []string{`f.yaml:1: Policy: unknown key "Policy"; did you mean policy?`}},
	"nothing near":    {"pools:\n  a:\n    zzzzzz: 1\n", []string{`f.yaml:3: pools.a.zzzzzz: unknown key "zzzzzz"; the keys here are plan`}},
	"hidden field":    {"Unseen: 1\n", []string{`f.yaml:1: Unseen: unknown key "Unseen"; the keys here are any, days, keep, mode, name, policy, pools, port, prefix, ratio, small, tags, urls`}},
	"inlined key": {
		"policy:\n  signUp:\n    domains:\n      appliedTo: [self]\n",
		[]string{`f.yaml:4: policy.signUp.domains.appliedTo: unknown key "appliedTo"; did you mean appliesTo?`},
	},
	"key of two lines":   {"\"a\\nb\": 1\n", []string{`f.yaml:1: ["a\nb"]: unknown key "a\nb"; the keys here are any, days, keep, mode, name, policy, pools, port, prefix, ratio, small, tags, urls`}},
	"duplicate key":      {"name: a\nkeep: true\nname: b\n", []string{"f.yaml:3: name: the key is given twice, first on line 1; keep one of the two"}},
	"duplicate, quoted":  {"tags:\n  a: x\n  \"a\": y\n", []string{"f.yaml:3: tags.a: the key is given twice, first on line 2; keep one of the two"}},
	"duplicate in flow":  {"tags: {a: x, b: y, a: z}\n", []string{"f.yaml:1: tags.a: the key is given twice, first on line 1; keep one of the two"}},
	"number for a text":  {"name: 012\n", []string{`f.yaml:1: name: must be a text, not "012"; put it in quotes`}},
	"float for a text":   {"urls: [a, 1.10]\n", []string{`f.yaml:1: urls[1]: must be a text, not "1.10"; put it in quotes`}},
	"boolean for a text": {"name: true\n", []string{`f.yaml:1: name: must be a text, not "true"; put it in quotes`}},
	"big number":         {"name: 18446744073709551616\n", []string{`f.yaml:1: name: must be a text, not "18446744073709551616"; put it in quotes`}},
	"list for a text":    {"name: [a]\n", []string{"f.yaml:1: name: must be a text, not a list; write one value"}},
	"mapping for a text": {"name:\n  a: b\n", []string{"f.yaml:2: name: must be a text, not a mapping; write one value"}},
	"mapping for a mode": {"mode: {enforce: x}\n", []string{"f.yaml:1: mode: must be a text, not a mapping; write one value"}},
	"text for a boolean": {"keep: yes\n", []string{`f.yaml:1: keep: must be true or false, not the text "yes"; write true or false, in small letters and without quotes`}},
	"quoted boolean":     {"keep: \"true\"\n", []string{`f.yaml:1: keep: must be true or false, not the text "true"; write true or false, in small letters and without quotes`}},
	"shouted boolean":    {"keep: TRUE\n", []string{`f.yaml:1: keep: must be true or false, not "TRUE"; write true or false, in small letters and without quotes`}},
	"number for boolean": {"keep: 1\n", []string{`f.yaml:1: keep: must be true or false, not "1"; write true or false, in small letters and without quotes`}},
	"text for a number":  {"days: \"7\"\n", []string{`f.yaml:1: days: must be a whole number, not the text "7"; write a decimal number, without quotes or leading zeros`}},
	"fraction":           {"days: 7.5\n", []string{`f.yaml:1: days: must be a whole number, not "7.5"; write a decimal number, without quotes or leading zeros`}},
	"hexadecimal":        {"days: 0x1F\n", []string{`f.yaml:1: days: must be a whole number, not "0x1F"; write a decimal number, without quotes or leading zeros`}},
	"octal":              {"days: 017\n", []string{`f.yaml:1: days: must be a whole number, not "017"; write a decimal number, without quotes or leading zeros`}},
	"underscore":         {"days: 1_000\n", []string{`f.yaml:1: days: must be a whole number, not "1_000"; write a decimal number, without quotes or leading zeros`}},
	"out of range":       {"small: 128\n", []string{`f.yaml:1: small: the number "128" is out of range; use one that fits int8`}},
	"negative port":      {"port: -1\n", []string{`f.yaml:1: port: the number "-1" is out of range; use one that fits uint16`}},
	"text for a ratio":   {"ratio: much\n", []string{`f.yaml:1: ratio: must be a number, not the text "much"; write a decimal number, without quotes or leading zeros`}},
	"infinity":           {"ratio: .inf\n", []string{`f.yaml:1: ratio: must be a number, not ".inf"; write a decimal number, without quotes or leading zeros`}},
	"any infinity":       {"any: [.nan]\n", []string{`f.yaml:1: any[0]: the number ".nan" cannot be kept exactly; write a decimal number of at most 64 bits, or put it in quotes as a text`}},
	"any too big":        {"any: 9223372036854775808\n", []string{`f.yaml:1: any: the number "9223372036854775808" cannot be kept exactly; write a decimal number of at most 64 bits, or put it in quotes as a text`}},
	"any octal":          {"any: 0o17\n", []string{`f.yaml:1: any: the number "0o17" cannot be kept exactly; write a decimal number of at most 64 bits, or put it in quotes as a text`}},
	"any null in a list": {"any:\n  - a\n  -\n", []string{"f.yaml:3: any[1]: has no value; give it one or remove the key"}},
	"text for a list":    {"urls: a\n", []string{`f.yaml:1: urls: must be a list, not the text "a"; write [a, b], or one line per entry that begins with -`}},
	"mapping for a list": {"urls: {a: b}\n", []string{"f.yaml:1: urls: must be a list, not a mapping; write [a, b], or one line per entry that begins with -"}},
	"list for a mapping": {"tags:\n  - a\n", []string{"f.yaml:2: tags: must be a mapping, not a list; write key: value lines below it"}},
	"number as a key":    {"tags:\n  12: a\n", []string{`f.yaml:2: tags.12: the key "12" is not a text; put it in quotes`}},
	"boolean as a key":   {"tags:\n  true: a\n", []string{`f.yaml:2: tags.true: the key "true" is not a text; put it in quotes`}},
	"no value":           {"name:\nkeep: true\n", []string{"f.yaml:1: name: has no value; give it one or remove the key"}},
	"null":               {"pools:\n  a: null\n", []string{"f.yaml:2: pools.a: has no value; give it one or remove the key"}},
	"tilde in a list":    {"urls: [a, ~]\n", []string{"f.yaml:1: urls[1]: has no value; give it one or remove the key"}},
	"text of two lines":  {"urls: |\n  a\n  b\n", []string{"f.yaml:1: urls: must be a list, not a text of several lines; write [a, b], or one line per entry that begins with -"}},
	"colon on a line":    {"name:\n  a # c\n  : b\n", []string{"f.yaml:2: name: must be a text, not a mapping; write one value"}},
	"key without colon":  {"tags: {a: x, b}\n", []string{"f.yaml:1: tags.b: has no value; give it one or remove the key"}},
	"anchor":             {"name: &n a\n", []string{"f.yaml:1: name: has an anchor (&); write the value out"}},
	"alias": {
		"tags: &t {a: x}\npools: *t\n",
		[]string{"f.yaml:1: tags: has an anchor (&); write the value out", "f.yaml:2: pools: is an alias (*); write the value out, or put it in quotes if it begins with *"},
	},
	"merge key": {
		"tags:\n  <<: {a: x}\n  5: y\n",
		[]string{"f.yaml:2: tags: has a merge key (<<); write the keys out", `f.yaml:3: tags.5: the key "5" is not a text; put it in quotes`},
	},
	"tag":               {"name: !!str 5\n", []string{`f.yaml:1: name: has a tag ("!!str"); remove the tag, or put the value in quotes if it begins with !`}},
	"complex key":       {"? name\n: a\n", []string{"f.yaml:1: has a key that is not plain text; write key: value"}},
	"glued colon":       {"tags: {custom:x: c}\n", []string{"f.yaml:1: tags.custom: the colon after the key has no blank behind it; add the blank, or put a key with a colon in quotes"}},
	"colon in flow":     {"any: {a: b c: d}\n", []string{`f.yaml:1: any.a: the text "b c: d" looks like a key; put it in quotes, or put keys with a colon in quotes`}},
	"exponent":          {"name: 12e34\n", []string{`f.yaml:1: name: must be a text, not "12e34"; put it in quotes`}},
	"second document":   {"name: a\n---\nname: b\n", []string{"f.yaml:3: a second document begins here; keep one document per file and remove the line ---"}},
	"directive":         {"%YAML 1.2\n---\nname: a\n", []string{"f.yaml:1: is a directive (%); remove the line", "f.yaml:3: a second document begins here; keep one document per file and remove the line ---"}},
	"open list":         {"name: a\nurls: [a\n", []string{"f.yaml:2: sequence end token ']' not found; correct the YAML"}},
	"open quote":        {"name: 'a\n", []string{"f.yaml:1: could not find end character of single-quoted text; correct the YAML"}},
	"tab after a blank": {"tags:\n  a: x\n \tb: y\n", []string{"f.yaml:3: the line is indented with a tab, which YAML does not take; indent with blanks"}},
	"tab":               {"pools:\n\ta: 1\n", []string{"f.yaml:2: the line is indented with a tab, which YAML does not take; indent with blanks"}},
	"two colons":        {"name: a: b\n", []string{"f.yaml:1: mapping value is not allowed in this context; correct the YAML"}},
	"not UTF-8":         {"name: a\nmode: \xff\n", []string{"f.yaml:2: a byte here is not UTF-8; save the file as UTF-8 text"}},
	"byte order mark":   {"\ufeffname: a\n", []string{"f.yaml:1: the invisible character U+FEFF stands here; save the file as UTF-8 text"}},
	"escape character":  {"name: a\x1b[2J\n", []string{"f.yaml:1: the invisible character U+001B stands here; save the file as UTF-8 text"}},
	"too big":           {"name: " + strings.Repeat("a", 64<<10), []string{"f.yaml:1: the file has 65542 bytes, more than the 65536 allowed; move what is not configuration elsewhere"}},
	"too many brackets": {"name: a\nany: " + strings.Repeat("[", 64000), []string{"f.yaml:2: brackets or marks are nested more than 32 levels deep; correct the YAML"}},
	"33 brackets":       {"any: " + strings.Repeat("[", 33) + strings.Repeat("]", 33), []string{"f.yaml:1: brackets or marks are nested more than 32 levels deep; correct the YAML"}},
	"32 marks":          {"any:\n  " + strings.Repeat("- ", 32) + "a\n", []string{"f.yaml:2: any" + strings.Repeat("[0]", 32) + ": is nested more than 32 levels deep; flatten it"}},
	"33 marks":          {"any:\n  " + strings.Repeat("- ", 33) + "a\n", []string{"f.yaml:2: brackets or marks are nested more than 32 levels deep; correct the YAML"}},
	"too many braces":   {"any: " + strings.Repeat("{a: ", 16000), []string{"f.yaml:1: brackets or marks are nested more than 32 levels deep; correct the YAML"}},
	"too many dashes":   {"any:\n  " + strings.Repeat("- ", 2000) + "a\n", []string{"f.yaml:2: brackets or marks are nested more than 32 levels deep; correct the YAML"}},
	"too deep":          {"any:\n" + stairs(36), []string{"f.yaml:34: any" + strings.Repeat(".a", 32) + ": is nested more than 32 levels deep; flatten it"}},
	"long value":        {"keep: " + strings.Repeat("é", 50), []string{`f.yaml:1: keep: must be true or false, not the text "` + strings.Repeat("é", 40) + `…"; write true or false, in small letters and without quotes`}},
}

// stairs nests mappings by indentation only.
func stairs(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i+1) + "a:\n")
	}
	return b.String()
}
