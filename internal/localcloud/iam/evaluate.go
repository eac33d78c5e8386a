package iam

import (
	"slices"
	"strings"
)

// request is one action on one resource, as policies see it.
type request struct {
	action, resource, principal string
	keys                        map[string][]string // condition keys in lower case; absent ones are not there
	// unplaced says of a key of DynamoDB why its value cannot be told.
	unplaced map[string]string
}

// verdict is the outcome of an evaluation.
type verdict struct {
	allowed  bool
	explicit bool   // a statement denies it
	unplaced string // why it cannot be told whether a statement acts
}

// evaluate decides as AWS does: what a statement denies is denied, else what one allows is
// allowed, all else is denied (IAM user guide, "Policy evaluation logic"). What hangs on a key
// that cannot be told is denied.
func evaluate(policies []Policy, r request) (v verdict) {
	for _, policy := range policies {
		for _, s := range policy.statements {
			acts, unplaced := s.acts(r)
			switch {
			case acts && s.deny:
				return verdict{explicit: true}
			case acts:
				v.allowed = true
			case unplaced != "" && s.deny:
				return verdict{unplaced: unplaced}
			case unplaced != "":
				v.unplaced = unplaced
			}
		}
	}
	return v
}

// acts reports whether the statement is about the request, or why that cannot be told.
func (s statement) acts(r request) (acts bool, unplaced string) {
	action := strings.ToLower(r.action)
	if !slices.ContainsFunc(s.actions, func(p pattern) bool { return p.matches(action, nil) }) || !s.about(r) {
		return false, ""
	}
	for _, c := range s.conditions {
		if why := r.unplaced[c.key]; why != "" {
			unplaced = why
		} else if !c.holds(r.keys) {
			return false, ""
		}
	}
	return unplaced == "", unplaced
}

// about reports whether the statement names the resource, or in a trust policy the principal.
func (s statement) about(r request) bool {
	if s.principals != nil {
		return slices.Contains(s.principals, r.principal)
	}
	parts := strings.SplitN(r.resource, ":", arnParts)
	return slices.ContainsFunc(s.resources, func(arn []pattern) bool {
		for i, part := range arn {
			if i >= len(parts) || !part.matches(parts[i], nil) {
				return false
			}
		}
		return true
	})
}
