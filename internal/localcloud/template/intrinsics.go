package template

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// arguments resolves a function's argument to a list of count items.
func (r *resolver) arguments(argument any, count, depth int) ([]any, error) {
	list, _ := argument.([]any)
	if len(list) != count {
		return nil, fmt.Errorf("it takes a list of %d", count)
	}
	resolved := make([]any, count)
	for i, item := range list {
		var err error
		if resolved[i], err = r.resolve(item, depth); err != nil {
			return nil, err
		}
	}
	return resolved, nil
}

// names resolves a function's argument to a list of count strings.
func (r *resolver) names(argument any, count, depth int) ([]string, error) {
	items, err := r.arguments(argument, count, depth)
	if err != nil {
		return nil, err
	}
	return scalars(items)
}

func scalars(items []any) ([]string, error) {
	texts := make([]string, len(items))
	for i, item := range items {
		var err error
		if texts[i], err = scalar(item); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

func (r *resolver) join(argument any, depth int) (any, error) {
	parts, err := r.arguments(argument, 2, depth)
	if err != nil {
		return nil, err
	}
	delimiter, err := scalar(parts[0])
	if err != nil {
		return nil, err
	}
	list, ok := parts[1].([]any)
	if !ok {
		return nil, fmt.Errorf("its second argument is a list, not %T", parts[1])
	}
	texts, err := scalars(list)
	return strings.Join(texts, delimiter), err
}

func (r *resolver) split(argument any, depth int) (any, error) {
	parts, err := r.names(argument, 2, depth)
	if err != nil {
		return nil, err
	}
	var pieces []any
	for piece := range strings.SplitSeq(parts[1], parts[0]) {
		pieces = append(pieces, piece)
	}
	return pieces, nil
}

func (r *resolver) choose(argument any, depth int) (any, error) {
	parts, err := r.arguments(argument, 2, depth)
	if err != nil {
		return nil, err
	}
	text, err := scalar(parts[0])
	if err != nil {
		return nil, err
	}
	list, _ := parts[1].([]any)
	index, err := strconv.Atoi(text)
	if err != nil || index < 0 || index >= len(list) {
		return nil, fmt.Errorf("there is no item %s in a list of %d", text, len(list))
	}
	return list[index], nil
}

var placeholder = regexp.MustCompile(`\$\{(!?)([^}]+)\}`)

// sub takes a string, or a string and a map of values for its placeholders. ${!Literal}
// becomes ${Literal}.
func (r *resolver) sub(argument any, depth int) (any, error) {
	values := map[string]any{}
	text, ok := argument.(string)
	if list, isList := argument.([]any); isList && len(list) == 2 {
		text, ok = list[0].(string)
		values, _ = list[1].(map[string]any)
	}
	if !ok {
		return nil, fmt.Errorf("it takes a string, or a string and a map")
	}
	var failed error
	result := placeholder.ReplaceAllStringFunc(text, func(found string) string {
		match := placeholder.FindStringSubmatch(found)
		if match[1] == "!" {
			return "${" + match[2] + "}"
		}
		value, err := r.text(substitution(values, match[2]), depth)
		if err != nil && failed == nil {
			failed = fmt.Errorf("${%s}: %w", match[2], err)
		}
		return value
	})
	return result, failed
}

// substitution returns what a placeholder stands for: its own value, an attribute
// (dotted), or a reference.
func substitution(values map[string]any, name string) any {
	if value, ok := values[name]; ok {
		return value
	}
	if strings.Contains(name, ".") {
		return map[string]any{"Fn::GetAtt": name}
	}
	return map[string]any{"Ref": name}
}

func (r *resolver) getAtt(argument any, depth int) (any, error) {
	id, attribute, ok := strings.Cut(fmt.Sprint(argument), ".")
	if _, isText := argument.(string); !isText {
		parts, err := r.names(argument, 2, depth)
		if err != nil {
			return nil, err
		}
		id, attribute, ok = parts[0], parts[1], true
	}
	if !ok {
		return nil, fmt.Errorf("%q names no attribute", id)
	}
	return r.attribute(id, attribute, depth)
}

func (r *resolver) findInMap(argument any, depth int) (any, error) {
	keys, err := r.names(argument, 3, depth)
	if err != nil {
		return nil, err
	}
	value, ok := r.Mappings[keys[0]][keys[1]][keys[2]]
	if !ok {
		return nil, fmt.Errorf("there is no mapping %s", strings.Join(keys, "."))
	}
	return value, nil
}

func (r *resolver) ifElse(argument any, depth int) (any, error) {
	list, _ := argument.([]any)
	if len(list) != 3 {
		return nil, fmt.Errorf("it takes a list of 3")
	}
	holds, err := r.condition(map[string]any{"Condition": list[0]}, depth)
	if err != nil {
		return nil, err
	}
	if holds {
		return r.resolve(list[1], depth)
	}
	return r.resolve(list[2], depth)
}
