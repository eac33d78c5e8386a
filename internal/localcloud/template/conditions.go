package template

import "fmt"

// condition evaluates a condition expression: Condition, Fn::Equals, Fn::Not, Fn::And,
// Fn::Or.
func (r *resolver) condition(value any, depth int) (bool, error) {
	expression, _ := value.(map[string]any)
	if len(expression) != 1 || depth <= 0 {
		return false, fmt.Errorf("not a condition: %v", value)
	}
	for name, argument := range expression {
		switch name {
		case "Condition":
			return r.named(argument, depth-1)
		case "Fn::Equals":
			return r.equals(argument, depth-1)
		case "Fn::Not", "Fn::And", "Fn::Or":
			return r.combined(name, argument, depth-1)
		}
		return false, fmt.Errorf("the local cloud does not know the condition function %s", name)
	}
	return false, nil
}

// conditionHolds reports whether a condition holds and adds an error to faults.
func (r *resolver) conditionHolds(name string, faults *[]error) bool {
	holds, err := r.condition(map[string]any{"Condition": name}, maxDepth)
	if err != nil {
		*faults = append(*faults, fmt.Errorf("condition %s: %w", name, err))
	}
	return holds
}

func (r *resolver) named(argument any, depth int) (holds bool, err error) {
	name, _ := argument.(string)
	expression, ok := r.Conditions[name]
	if !ok {
		return false, fmt.Errorf("there is no condition %v", argument)
	}
	err = r.once("condition "+name, func() error {
		holds, err = r.condition(expression, depth)
		return err
	})
	return holds, err
}

func (r *resolver) equals(argument any, depth int) (bool, error) {
	sides, err := r.names(argument, 2, depth)
	if err != nil {
		return false, fmt.Errorf("Fn::Equals: %w", err)
	}
	return sides[0] == sides[1], nil
}

func (r *resolver) combined(name string, argument any, depth int) (bool, error) {
	parts, _ := argument.([]any)
	if len(parts) == 0 {
		return false, fmt.Errorf("%s: it takes a list", name)
	}
	all, anyOf := true, false
	for _, part := range parts {
		holds, err := r.condition(part, depth)
		if err != nil {
			return false, fmt.Errorf("%s: %w", name, err)
		}
		all, anyOf = all && holds, anyOf || holds
	}
	switch name {
	case "Fn::And":
		return all, nil
	case "Fn::Or":
		return anyOf, nil
	}
	return !all, nil
}
