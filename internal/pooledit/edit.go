package pooledit

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Want is what the pool is to call.
type Want struct {
	// Hooks are the ARNs of the functions' aliases by trigger, such as PreTokenGeneration. Places
	// of other triggers stay as they are.
	Hooks map[string]string
	// TokenVersion is the version of the token's event, such as V3_0. It is required if Hooks
	// has a trigger with versions.
	TokenVersion string
}

// Options are decisions of a person.
type Options struct {
	// Carry are members of the pool that this release does not know and that are sent as they
	// were described.
	Carry []string
	// Drop are such members that are not sent, which may reset them; and older texts that
	// contradict VerificationMessageTemplate. Of other members it takes none.
	Drop []string
	// Replace are places, by trigger or by member of LambdaConfig, that somebody else's function
	// may lose.
	Replace []string
}

// Plan is an update of a pool.
type Plan struct {
	// Request is the body of UpdateUserPool.
	Request json.RawMessage
	// Changes are the hooks that it changes, sorted; none if the pool is as wanted.
	Changes []Change
	// Moved says in a sentence each what else does not go into the request as it was described.
	Moved []string
}

// Change is one hook that an update changes.
type Change struct {
	// Hook is the member of LambdaConfig.
	Hook string
	// Before and After are its values; nil for none.
	Before, After json.RawMessage
}

// edit is one call of Edit.
type edit struct {
	Options
	// in is described, out is the request.
	in, out  map[string]raw
	moved    []string
	refusals Refusals
}

// Edit returns the update after which the described pool (the member UserPool of
// DescribeUserPool's answer) has the wanted hooks and everything else is as it was. An error is
// of type [Refusals], which names everything that speaks against it.
func Edit(described []byte, want Want, options Options) (Plan, error) {
	e := edit{Options: options}
	e.translate(described)
	changes := e.hooks(want)
	e.plan(want)
	if len(e.refusals) > 0 {
		return Plan{}, e.refusals
	}
	return Plan{encode(e.out), changes, e.moved}, nil
}

// translate makes the request that changes nothing.
func (e *edit) translate(described []byte) {
	e.in = e.object("the description", described)
	e.out = map[string]raw{}
	for _, name := range slices.Sorted(maps.Keys(e.in)) {
		e.member(name)
	}
	if text(e.out["UserPoolId"]) == "" {
		e.refuse("Id", "the description names no pool", "pass the member UserPool of DescribeUserPool's answer")
	}
	e.contradictions()
	e.validity()
	e.tags()
	e.leaveOut()
}

// member puts a member into the request, or says why not.
func (e *edit) member(name string) {
	to, known := members()[name]
	carried, dropped := slices.Contains(e.Carry, name), slices.Contains(e.Drop, name)
	_, text := older()[name]
	switch {
	case known && dropped && text:
		e.note("%s is left out, as asked", name)
	case known:
		if to != readOnly {
			e.out[to] = e.in[name]
		}
		if dropped {
			e.note("%s is kept, though asked to be dropped: the request would reset it", name)
		}
	case name == "UserPoolId", name == "PoolName":
		e.refuse(name, "AWS describes it beside its older name", "use a newer release")
	case carried && dropped:
		e.refuse(name, "it is to be carried and to be dropped", "say one of the two")
	case carried:
		e.out[name] = e.in[name]
	case dropped:
		e.note("%s is left out, as asked: AWS may reset it", name)
	default:
		e.refuse(name, "this release does not know it, so whether UpdateUserPool takes it is open",
			"use a newer release, or say carry "+name+" (send it as it is) or drop "+name+" (leave it out, which may reset it)")
	}
}

// contradictions refuses a text that the pool has under two names in two forms. AWS does not
// say which one counts.
func (e *edit) contradictions() {
	template := e.object("VerificationMessageTemplate", e.out["VerificationMessageTemplate"])
	for _, name := range slices.Sorted(maps.Keys(older())) {
		newer := older()[name]
		if says(e.out[name]) && says(template[newer]) && !equal(e.out[name], template[newer]) {
			e.refuse(name, "it is another text than VerificationMessageTemplate."+newer+", and AWS does not say which one counts",
				"make them equal in the pool, or say drop "+name)
		}
	}
}

// validity sends the validity of temporary passwords by its newer name alone: "Please use
// TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
// (hashicorp/terraform-provider-aws#8827). A pool without a password policy keeps the older
// name: a policy that is made for the days alone would not demand the kinds of characters that
// AWS's default does.
func (e *edit) validity() {
	const from, to = "UnusedAccountValidityDays", "TemporaryPasswordValidityDays"
	admin := e.object("AdminCreateUserConfig", e.out["AdminCreateUserConfig"])
	policies := e.object("Policies", e.out["Policies"])
	policy := e.object("Policies.PasswordPolicy", policies["PasswordPolicy"])
	days, is := admin[from]
	switch {
	case !is || says(days) && policy == nil:
		return
	case !says(days) || equal(days, policy[to]):
	case says(policy[to]):
		e.note("AdminCreateUserConfig.%s, %s, is left out: Policies.PasswordPolicy.%s, %s, is its newer name", from, days, to, policy[to])
	default:
		policy[to] = days
		policies["PasswordPolicy"] = encode(policy)
		e.out["Policies"] = encode(policies)
		e.note("AdminCreateUserConfig.%s, %s, is sent as Policies.PasswordPolicy.%s, its newer name", from, days, to)
	}
	delete(admin, from)
	e.out["AdminCreateUserConfig"] = encode(admin)
}

// tags leaves out the tags of AWS's own services, such as CloudFormation's: nobody else may
// write "aws:" (guide, "Tagging resources"; that an echo is refused is not documented).
func (e *edit) tags() {
	tags := e.object("UserPoolTags", e.out["UserPoolTags"])
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		if strings.HasPrefix(strings.ToLower(name), "aws:") {
			delete(tags, name)
			e.note("the tag %s is left out: only AWS writes it", name)
		}
	}
	e.out["UserPoolTags"] = encode(tags) // null if there were none; leaveOut
}

// leaveOut takes out of the request what says nothing. LambdaConfig stays as it was described.
func (e *edit) leaveOut() {
	for _, name := range slices.Sorted(maps.Keys(e.out)) {
		form := string(compact(e.out[name]))
		needs, conditional := pointless()[name]
		switch {
		case form == "null", form == "{}" && name != "LambdaConfig":
		case !conditional || says(e.object(name, e.out[name])[needs]):
			continue
		default:
			e.note("%s is left out: AWS takes it only with %s", name, needs)
		}
		delete(e.out, name)
	}
}

// object decodes a member of the pool; a fault is a refusal.
func (e *edit) object(name string, value []byte) map[string]raw {
	all, err := object(value)
	if err != nil {
		e.refuse(name, fmt.Sprintf("it %v", err), "pass what DescribeUserPool answered, unchanged")
	}
	return all
}

func (e *edit) note(format string, args ...any) {
	e.moved = append(e.moved, fmt.Sprintf(format, args...))
}
