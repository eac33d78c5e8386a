package localcloud

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// comparison is one condition of a filter pattern.
var comparison = regexp.MustCompile(`^\$\.([\w.]+) *(=|!=|>) *("[^"]*"|\d+)$`)

// pattern returns what a JSON filter pattern matches (CloudWatch Logs user guide, "Filter
// pattern syntax"); "" matches all. It knows comparisons joined by && and, outside
// parentheses, ||; false for any other pattern, which is better refused than misread. A
// member that is not there equals nothing and differs from nothing.
func pattern(text string) (matches func(line string) bool, ok bool) {
	if text == "" {
		return func(string) bool { return true }, true
	}
	if len(text) > 1024 { // API reference, FilterLogEvents
		return nil, false
	}
	inner, opened := strings.CutPrefix(strings.TrimSpace(text), "{")
	inner, closed := strings.CutSuffix(inner, "}")
	if !opened || !closed {
		return nil, false
	}
	var either [][][]string
	for _, all := range strings.Split(inner, "||") {
		all = strings.TrimSpace(all)
		if strings.HasPrefix(all, "(") && strings.HasSuffix(all, ")") {
			all = all[1 : len(all)-1]
		}
		var conditions [][]string
		for _, one := range strings.Split(all, "&&") {
			found := comparison.FindStringSubmatch(strings.TrimSpace(one))
			if found == nil {
				return nil, false
			}
			conditions = append(conditions, found)
		}
		either = append(either, conditions)
	}
	return func(line string) bool { return holdsAny(either, line) }, true
}

func holdsAny(either [][][]string, line string) bool {
	var document any
	if json.Unmarshal([]byte(line), &document) != nil {
		return false
	}
	for _, conditions := range either {
		holds := true
		for _, c := range conditions {
			holds = holds && compare(member(document, c[1]), c[2], c[3])
		}
		if holds {
			return true
		}
	}
	return false
}

func member(document any, path string) any {
	for _, name := range strings.Split(path, ".") {
		object, _ := document.(map[string]any)
		document = object[name]
	}
	return document
}

func compare(value any, operator, with string) bool {
	switch value := value.(type) {
	case string:
		return (value == strings.Trim(with, `"`)) == (operator == "=") && operator != ">"
	case float64:
		number, err := strconv.ParseFloat(with, 64)
		return err == nil && (operator == ">" && value > number || operator == "=" && value == number || operator == "!=" && value != number)
	}
	return false
}
