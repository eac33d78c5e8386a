package template

import (
	"encoding/json"
	"fmt"
	"strings"
)

// document is a CloudFormation template.
type document struct {
	Parameters map[string]struct {
		Default any `json:"Default"`
	} `json:"Parameters"`
	Conditions map[string]any                       `json:"Conditions"`
	Mappings   map[string]map[string]map[string]any `json:"Mappings"`
	Resources  map[string]resource                  `json:"Resources"`
	Outputs    map[string]output                    `json:"Outputs"`
}

type resource struct {
	Type       string         `json:"Type"`
	Condition  string         `json:"Condition"`
	Properties map[string]any `json:"Properties"`
	Metadata   map[string]any `json:"Metadata"`
}

type output struct {
	Condition string `json:"Condition"`
	Value     any    `json:"Value"`
}

// noValue is AWS::NoValue: the property counts as absent.
type noValue struct{}

// maxDepth bounds nesting, for templates that are broken.
const maxDepth = 64

// resolver computes intrinsic functions
// (docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html).
type resolver struct {
	stackName string
	dir       string
	document
	resources map[string]resource // those whose condition holds
	outputs   map[string]output
	busy      map[string]bool // names and conditions being resolved
}

// once refuses circular references: work must not lead back to what.
func (r *resolver) once(what string, work func() error) error {
	if r.busy[what] {
		return fmt.Errorf("%s refers to itself", what)
	}
	r.busy[what] = true
	defer delete(r.busy, what)
	return work()
}

func newResolver(found *foundStack) (*resolver, error) {
	r := &resolver{
		stackName: found.name, dir: found.dir, document: found.template,
		resources: map[string]resource{}, outputs: found.template.Outputs, busy: map[string]bool{},
	}
	for id, declared := range found.template.Resources {
		if declared.Condition != "" {
			holds, err := r.condition(map[string]any{"Condition": declared.Condition}, maxDepth)
			if err != nil {
				return nil, fmt.Errorf("%s.Condition: %w", id, err)
			}
			if !holds {
				continue
			}
		}
		r.resources[id] = declared
	}
	return r, nil
}

// resolve returns a string, json.Number, bool, nil, []any, map[string]any or noValue,
// without any intrinsic function in it.
func (r *resolver) resolve(value any, depth int) (any, error) {
	if depth <= 0 {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	switch value := value.(type) {
	case []any:
		return r.resolveList(value, depth)
	case map[string]any:
		if name, argument, ok := intrinsic(value); ok {
			return r.call(name, argument, depth-1)
		}
		return r.resolveMap(value, depth)
	}
	return value, nil
}

func (r *resolver) resolveList(values []any, depth int) (any, error) {
	resolved := make([]any, 0, len(values))
	for i, value := range values {
		item, err := r.resolve(value, depth-1)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		if item != (noValue{}) {
			resolved = append(resolved, item)
		}
	}
	return resolved, nil
}

func (r *resolver) resolveMap(values map[string]any, depth int) (any, error) {
	resolved := make(map[string]any, len(values))
	for name, value := range values {
		item, err := r.resolve(value, depth-1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if item != (noValue{}) {
			resolved[name] = item
		}
	}
	return resolved, nil
}

// intrinsic reports whether value is a function call: one member, Ref or Fn::….
func intrinsic(value map[string]any) (name string, argument any, ok bool) {
	if len(value) != 1 {
		return "", nil, false
	}
	for name, argument = range value {
	}
	return name, argument, name == "Ref" || strings.HasPrefix(name, "Fn::")
}

func (r *resolver) call(name string, argument any, depth int) (any, error) {
	functions := map[string]func(any, int) (any, error){
		"Ref": r.ref, "Fn::GetAtt": r.getAtt, "Fn::Join": r.join, "Fn::Sub": r.sub,
		"Fn::Select": r.choose, "Fn::Split": r.split, "Fn::If": r.ifElse, "Fn::FindInMap": r.findInMap,
	}
	function, known := functions[name]
	if !known {
		return nil, fmt.Errorf("the local cloud does not know the intrinsic function %s", name)
	}
	value, err := function(argument, depth)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return value, nil
}

func (r *resolver) ref(argument any, depth int) (any, error) {
	name, ok := argument.(string)
	if !ok {
		return nil, fmt.Errorf("it takes a name, not %v", argument)
	}
	if value, ok := r.pseudo(name); ok {
		return value, nil
	}
	if parameter, ok := r.Parameters[name]; ok {
		if parameter.Default == nil {
			return nil, fmt.Errorf("parameter %s has no default, and the local cloud passes none", name)
		}
		return parameter.Default, nil
	}
	return r.physicalID(name, depth)
}

func (r *resolver) pseudo(name string) (any, bool) {
	value, ok := map[string]any{
		"AWS::AccountId":        AccountID,
		"AWS::Region":           Region,
		"AWS::Partition":        "aws",
		"AWS::URLSuffix":        "amazonaws.com",
		"AWS::StackName":        r.stackName,
		"AWS::StackId":          fmt.Sprintf("arn:aws:cloudformation:%s:%s:stack/%s/local", Region, AccountID, r.stackName),
		"AWS::NotificationARNs": []any{},
		"AWS::NoValue":          noValue{},
	}[name]
	return value, ok
}

// text resolves value to a string, as CloudFormation does with scalars.
func (r *resolver) text(value any, depth int) (string, error) {
	resolved, err := r.resolve(value, depth)
	if err != nil {
		return "", err
	}
	return scalar(resolved)
}

func scalar(value any) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case json.Number:
		return value.String(), nil
	case bool:
		return fmt.Sprint(value), nil
	}
	return "", fmt.Errorf("want a single value, not %T", value)
}
