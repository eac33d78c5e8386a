package template

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
)

// properties reads the members of one resource, or of an object in it. It notes a fault
// with the full path and returns the zero value, so that all faults of a template are
// reported together.
type properties struct {
	*reading
	id     string // logical id and path so far
	values map[string]any
}

func (r *reading) propertiesOf(id string) *properties {
	return &properties{reading: r, id: id + ".Properties", values: r.resources[id].Properties}
}

// of yields the resources of these types by their logical ids, in order.
func (r *reading) of(types ...string) iter.Seq2[string, *properties] {
	return func(yield func(string, *properties) bool) {
		for _, id := range slices.Sorted(maps.Keys(r.resources)) {
			if slices.Contains(types, r.resources[id].Type) && !yield(id, r.propertiesOf(id)) {
				return
			}
		}
	}
}

func (p *properties) fault(name string, err error) {
	p.faults = append(p.faults, fmt.Errorf("%s.%s: %w", p.id, name, err))
}

// value resolves a member; ok is false if it is absent, AWS::NoValue or at fault.
func (p *properties) value(name string) (any, bool) {
	value, err := p.resolve(p.values[name], maxDepth)
	if err != nil {
		p.fault(name, err)
		return nil, false
	}
	return value, value != nil && value != (noValue{})
}

func (p *properties) has(name string) bool {
	_, ok := p.value(name)
	return ok
}

func (p *properties) text(name string) string {
	value, ok := p.value(name)
	if !ok {
		return ""
	}
	text, err := scalar(value)
	if err != nil {
		p.fault(name, err)
	}
	return text
}

// flag returns false if the member is absent.
func (p *properties) flag(name string) bool {
	text := p.text(name)
	if text == "" {
		return false
	}
	flag, err := strconv.ParseBool(text)
	if err != nil {
		p.fault(name, fmt.Errorf("want true or false, not %q", text))
	}
	return flag
}

// number returns otherwise if the member is absent.
func (p *properties) number(name string, otherwise int) int {
	text := p.text(name)
	if text == "" {
		return otherwise
	}
	number, err := strconv.Atoi(text)
	if err != nil {
		p.fault(name, fmt.Errorf("want a whole number, not %q", text))
	}
	return number
}

// list returns nil if the member is absent, otherwise not nil.
func (p *properties) list(name string) []string {
	items, ok := p.items(name)
	if !ok {
		return nil
	}
	texts, err := scalars(items)
	if err != nil {
		p.fault(name, err)
	}
	return texts
}

func (p *properties) items(name string) ([]any, bool) {
	value, ok := p.value(name)
	if !ok {
		return nil, false
	}
	items, ok := value.([]any)
	if !ok {
		p.fault(name, fmt.Errorf("want a list, not %T", value))
	}
	return items, ok
}

// object returns an empty object if the member is absent. What is in it is resolved when it
// is read: a member that nobody reads may be anything.
func (p *properties) object(name string) *properties {
	inner := &properties{reading: p.reading, id: p.id + "." + name}
	if declared, ok := p.values[name].(map[string]any); ok {
		if _, _, call := intrinsic(declared); !call {
			inner.values = declared
			return inner
		}
	}
	if value, ok := p.value(name); ok {
		inner.values, ok = value.(map[string]any)
		if !ok {
			p.fault(name, fmt.Errorf("want an object, not %T", value))
		}
	}
	return inner
}

func (p *properties) objects(name string) []*properties {
	items, _ := p.items(name)
	var objects []*properties
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", name, i)
		values, ok := item.(map[string]any)
		if !ok {
			p.fault(at, fmt.Errorf("want an object, not %T", item))
			continue
		}
		objects = append(objects, &properties{reading: p.reading, id: p.id + "." + at, values: values})
	}
	return objects
}

// texts returns an object of strings.
func (p *properties) texts(name string) map[string]string {
	inner := p.object(name)
	texts := map[string]string{}
	for member := range inner.values {
		texts[member] = inner.text(member)
	}
	return texts
}
