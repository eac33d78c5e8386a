package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// finding is a property that the local cloud does not obey.
type finding struct {
	id, path, value string
	verdict
}

func (f finding) String() string {
	value := f.value
	if value != "" {
		value = " (" + value + ")"
	}
	return fmt.Sprintf("%s: %s%s: %s", f.id, f.path, value, f.why)
}

// judgement judges the resources of one template.
type judgement struct {
	*reading
	known knownProperties
}

// judged begin the types of which every property is judged. No two have a type of one name.
var judged = []string{"AWS::Cognito::", apiKinds}

// judge holds each property of these resources against the table of known ones. What
// is refused is a fault, unless tolerate has its path.
func (r *reading) judge(tolerate []string) {
	j := &judgement{reading: r, known: newKnownProperties(known())}
	for _, id := range slices.Sorted(maps.Keys(r.resources)) {
		for _, service := range judged {
			if kind, ok := strings.CutPrefix(r.resources[id].Type, service); ok {
				j.resource(id, kind)
			}
		}
	}
	j.triggersWithoutFunction()
	j.settle(tolerate)
}

// Unobeyed returns a sentence for each setting of a user pool that the local cloud does not
// obey and that would stop the start as a property. The settings are those of CreateUserPool
// and UpdateUserPool; one that no template has is not judged.
func Unobeyed(settings map[string]any) []string {
	j := &judgement{reading: &reading{}, known: newKnownProperties(known())}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		if path := "UserPool." + name; j.known.has(path) || j.known.parents[path] {
			j.property("", path, settings[name])
		}
	}
	var lines []string
	for _, f := range j.found {
		if f.class == refused {
			f.path = strings.TrimPrefix(f.path, "UserPool.")
			lines = append(lines, strings.TrimPrefix(f.String(), ": "))
		}
	}
	return lines
}

// resource judges a type as a whole, or each of its properties.
func (j *judgement) resource(id, kind string) {
	if !j.known.parents[kind] {
		j.note(id, kind, "", "")
		return
	}
	properties := j.resources[id].Properties
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		j.property(id, kind+"."+name, properties[name])
	}
}

// property judges a value and what is in it. A value that cannot be resolved is judged as
// one that no row names.
func (j *judgement) property(id, path string, declared any) {
	value, err := j.resolve(declared, maxDepth)
	if err != nil {
		j.note(id, path, "", "not known before a deployment")
		return
	}
	switch value := value.(type) {
	case nil, noValue:
	case []any:
		if len(value) == 0 && !j.known.has(path) {
			j.note(id, path, "", "an empty list")
		}
		for _, item := range value {
			j.property(id, path, item)
		}
	case map[string]any:
		if !j.known.parents[path] {
			j.note(id, path, "", "an object")
			return
		}
		anyName := j.known.parents[path+".*"] // the template names the members
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if anyName {
				j.property(id, path+".*", value[name])
			} else {
				j.property(id, path+"."+name, value[name])
			}
		}
	default:
		text, _ := scalar(value)
		j.note(id, path, text, j.shown(path, value, text))
	}
}

// shown hides a text by which the table does not decide: it may be a secret.
func (j *judgement) shown(path string, value any, text string) string {
	if _, ok := value.(string); ok && !j.known.decides(path) {
		return "a text"
	}
	return text
}

func (j *judgement) note(id, path, text, shown string) {
	v := j.known.verdict(path, text)
	found := finding{id, path, shown, v}
	if (v.class == refused || v.class == lacking) && !slices.Contains(j.found, found) {
		j.found = append(j.found, found)
	}
}

// triggersWithoutFunction finds the triggers whose function is not in the stack or has a
// runtime that does not run here.
func (j *judgement) triggersWithoutFunction() {
	if j.stack.Pool == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(j.stack.Pool.Triggers)) {
		if trigger := j.stack.Pool.Triggers[name]; !j.stack.runs(trigger.FunctionARN) {
			j.found = append(j.found, finding{
				j.stack.Pool.LogicalID, "UserPool.LambdaConfig." + name, trigger.FunctionARN,
				verdict{refused, "the function does not run here and is not called: only a function of this stack with the runtime provided.* does"},
			})
		}
	}
}

// runs reports whether a function of the stack has this ARN, with or without a qualifier.
func (s *Stack) runs(arn string) bool {
	return slices.ContainsFunc(s.Functions, func(f Function) bool {
		return arn == f.ARN || strings.HasPrefix(arn, f.ARN+":")
	})
}

// settle turns what was found into faults and lines of the banner. The pool fires no
// trigger that is tolerated.
func (j *judgement) settle(tolerate []string) {
	var flags []string
	unused := slices.Clone(tolerate)
	for _, f := range j.found {
		switch {
		case f.class == lacking:
			j.unsupported("%s", f)
			continue
		case slices.Contains(tolerate, f.path):
			j.unsupported("%s (tolerated)", f)
			unused = slices.DeleteFunc(unused, func(name string) bool { return name == f.path })
			j.doNotFire(strings.TrimPrefix(f.path, "UserPool.LambdaConfig."))
			continue
		}
		j.faults = append(j.faults, fmt.Errorf("%s", f))
		if flag := "--tolerate " + f.path; !slices.Contains(flags, flag) {
			flags = append(flags, flag)
		}
	}
	if len(flags) > 0 {
		j.faults = append(j.faults, fmt.Errorf("the local cloud does not obey these settings: change them, or accept what follows with %s", strings.Join(flags, " ")))
	}
	for _, name := range unused {
		j.faults = append(j.faults, fmt.Errorf("--tolerate %s: the template sets nothing of this name that stops the start; take the flag away", name))
	}
}

// doNotFire takes away a trigger, if the pool has one of this name.
func (j *judgement) doNotFire(name string) {
	if pool := j.stack.Pool; pool != nil && pool.Triggers[name] != (userpool.Trigger{}) {
		pool.Uncalled = append(pool.Uncalled, pool.Triggers[name].FunctionARN)
		delete(pool.Triggers, name)
	}
}
