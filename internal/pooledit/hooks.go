package pooledit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

const lambdaConfig = "LambdaConfig"

// Hooks returns the members of LambdaConfig of a described pool or of a request; nil if there
// are none, or if it is no JSON. See the package's comment for the one that it leaves out.
func Hooks(pool []byte) map[string]raw {
	all, _ := object(pool)
	config, _ := object(all[lambdaConfig])
	return places(config)
}

// places returns a LambdaConfig without its nulls and without the older name of a function that
// stands beside the newer one.
func places(config map[string]raw) map[string]raw {
	all := maps.Clone(config)
	maps.DeleteFunc(all, func(_ string, value raw) bool { return !says(value) })
	for _, t := range triggers.All() {
		if newer := arn(all[t.Name+"Config"]); t.Versioned && newer != "" && newer == arn(all[t.Name]) {
			delete(all, t.Name)
		}
	}
	return all
}

// arn returns the function that a place has, in either form.
func arn(place raw) string {
	config, _ := object(place)
	return cmp.Or(text(config["LambdaArn"]), text(place))
}

// hooks lays the wanted hooks over those of the request and returns what that changes.
func (e *edit) hooks(want Want) (changes []Change) {
	config := e.object(lambdaConfig, e.out[lambdaConfig])
	next := maps.Clone(config)
	if next == nil {
		next = map[string]raw{}
	}
	for _, name := range slices.Sorted(maps.Keys(want.Hooks)) {
		e.hook(next, name, want)
	}
	for _, t := range triggers.All() {
		if plain, newer := arn(next[t.Name]), arn(next[t.Name+"Config"]); t.Versioned && plain != "" && newer != "" && plain != newer {
			e.refuse(lambdaConfig+"."+t.Name, fmt.Sprintf("it is %s, and %sConfig is %s: AWS wants one function", plain, t.Name, newer), "take one of them out of the pool")
		}
	}
	before, after := places(config), places(next)
	for _, name := range slices.Sorted(maps.Keys(merged(before, after))) {
		if !equal(before[name], after[name]) {
			changes = append(changes, Change{name, before[name], after[name]})
		}
	}
	if len(changes) > 0 {
		e.out[lambdaConfig] = encode(next)
	}
	return changes
}

// hook lays one wanted hook over config.
func (e *edit) hook(config map[string]raw, name string, want Want) {
	function := want.Hooks[name]
	i := slices.IndexFunc(triggers.All(), func(t triggers.Trigger) bool { return t.Name == name })
	if i < 0 || function == "" {
		e.refuse(lambdaConfig+"."+name, "it is wanted and no trigger of the suite, or without a function", fmt.Sprintf("name triggers among %v, each with the ARN of its alias", triggers.Names()))
		return
	}
	versioned := triggers.All()[i].Versioned
	e.vacant(config, name, function)
	if !versioned {
		config[name] = encode(function)
		return
	}
	e.vacant(config, name+"Config", function)
	with, _ := object(config[name+"Config"])
	if with == nil {
		with = map[string]raw{}
	}
	with["LambdaArn"], with["LambdaVersion"] = encode(function), encode(want.TokenVersion)
	config[name+"Config"] = encode(with)
	delete(config, name)
}

// vacant refuses a place that holds somebody else's function. Hooks are not chained: two
// functions would share Cognito's five seconds.
func (e *edit) vacant(config map[string]raw, place, function string) {
	named := func(name string) bool { return slices.Contains(e.Replace, name) }
	if value := config[place]; says(value) && arn(value) != function && !named(place) && !named(place+"Config") && !named(strings.TrimSuffix(place, "Config")) {
		e.refuse(lambdaConfig+"."+place, fmt.Sprintf("somebody else's function is there: %s", compact(value)), "take it out of the pool, or say replace "+place)
	}
}

// plan refuses a version of the token's event that the pool's plan does not have: Lite has
// only V1_0 (guide, "User pool feature plans"). AWS would answer
// FeatureUnavailableInTierException. Of a pool that does not say its plan nothing is known.
func (e *edit) plan(want Want) {
	versioned := slices.ContainsFunc(triggers.All(), func(t triggers.Trigger) bool { return t.Versioned && want.Hooks[t.Name] != "" })
	switch versions := []string{"V1_0", "V2_0", "V3_0"}; {
	case !versioned:
	case !slices.Contains(versions, want.TokenVersion):
		e.refuse("TokenVersion", fmt.Sprintf("it is %q", want.TokenVersion), fmt.Sprintf("use one of %v", versions))
	case want.TokenVersion != "V1_0" && text(e.out["UserPoolTier"]) == "LITE":
		e.refuse("UserPoolTier", "the plan LITE has no "+want.TokenVersion+" of the token's event", "move the pool to ESSENTIALS or PLUS, which costs more, or leave the trigger out")
	}
}

func merged(a, b map[string]raw) map[string]raw {
	all := maps.Clone(a)
	if all == nil {
		return b
	}
	maps.Copy(all, b)
	return all
}
