package template

import (
	"fmt"
	"strings"
)

// Permission is an AWS::Lambda::Permission: one statement of the resource policy of a
// function, or of one of its versions or aliases.
type Permission struct {
	LogicalID string
	// FunctionARN has the qualifier if the permission is for one.
	FunctionARN, Action, Principal string
	// SourceARN may contain * and ?; "" in either means any source.
	SourceARN, SourceAccount string
}

// Caller wants to invoke a function on behalf of a resource.
type Caller struct{ Principal, SourceARN, SourceAccount string }

func (r *reading) permission(id string) {
	at := r.propertiesOf(id)
	function, err := r.functionARN(at.values["FunctionName"], maxDepth)
	if err != nil {
		at.fault("FunctionName", err)
	}
	r.stack.Permissions = append(r.stack.Permissions, Permission{
		LogicalID: id, FunctionARN: function, Action: at.text("Action"), Principal: at.text("Principal"),
		SourceARN: at.text("SourceArn"), SourceAccount: at.text("SourceAccount"),
	})
}

// Allows reports whether caller may invoke the function with this ARN. A policy is
// attached to what it names: one for the unqualified function does not admit a call of
// its alias, nor the reverse (AWS Lambda Developer Guide, "Using resource-based
// policies", on versions and aliases).
func (p Permission) Allows(functionARN string, caller Caller) bool {
	return p.FunctionARN == functionARN &&
		matches(p.Action, "lambda:InvokeFunction") &&
		(p.Principal == caller.Principal || p.Principal == "*") &&
		(p.SourceARN == "" || matches(p.SourceARN, caller.SourceARN)) &&
		(p.SourceAccount == "" || p.SourceAccount == caller.SourceAccount)
}

// Allowed returns nil if one of the stack's permissions admits caller; the error says
// what is missing.
func (s *Stack) Allowed(functionARN string, caller Caller) error {
	for _, permission := range s.Permissions {
		if permission.Allows(functionARN, caller) {
			return nil
		}
	}
	return fmt.Errorf("no AWS::Lambda::Permission of stack %s lets %s invoke %s for %s (account %s)",
		s.Name, caller.Principal, functionARN, caller.SourceARN, caller.SourceAccount)
}

// matches is IAM's wildcard match: * is any run of characters, ? any one.
func matches(pattern, text string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if len(text) < len(head) || !sameBut(head, text[:len(head)]) {
		return false
	}
	text = text[len(head):]
	if !wild {
		return text == ""
	}
	for i := range len(text) + 1 {
		if matches(rest, text[i:]) {
			return true
		}
	}
	return false
}

func sameBut(pattern, text string) bool {
	for i := range len(pattern) {
		if pattern[i] != '?' && pattern[i] != text[i] {
			return false
		}
	}
	return true
}
