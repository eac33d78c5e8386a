package lambdahost

import (
	"fmt"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
)

// Permission is one statement of the resource policy of a function, or of one of its versions
// or aliases.
type Permission struct {
	// StatementID names it among those of the same policy.
	StatementID string
	// FunctionARN has the qualifier if the permission is for one.
	FunctionARN, Action, Principal string
	// SourceARN may contain * and ?; "" in either means any source.
	SourceARN, SourceAccount string
}

// Caller wants to invoke a function on behalf of a resource.
type Caller struct{ Principal, SourceARN, SourceAccount string }

// Allows reports whether caller may invoke the function with this ARN. A policy is
// attached to what it names: one for the unqualified function does not admit a call of
// its alias, nor the reverse (AWS Lambda Developer Guide, "Using resource-based
// policies", on versions and aliases).
func (p Permission) Allows(functionARN string, caller Caller) bool {
	return p.FunctionARN == functionARN &&
		iam.Like(p.Action, "lambda:InvokeFunction") &&
		(p.Principal == caller.Principal || p.Principal == "*") &&
		(p.SourceARN == "" || iam.Like(p.SourceARN, caller.SourceARN)) &&
		(p.SourceAccount == "" || p.SourceAccount == caller.SourceAccount)
}

// Allowed returns nil if a permission of the function admits caller; the error says what is
// missing.
func (h *Host) Allowed(functionARN string, caller Caller) error {
	name, _ := splitName(functionARN)
	if f, ok := h.functions[name]; ok && slices.ContainsFunc(f.policyOf(functionARN), func(p Permission) bool { return p.Allows(functionARN, caller) }) {
		return nil
	}
	return fmt.Errorf("no AWS::Lambda::Permission lets %s invoke %s for %s (account %s)",
		caller.Principal, functionARN, caller.SourceARN, caller.SourceAccount)
}

// policyOf returns the statements for the ARN of the function or of an alias.
func (f *function) policyOf(arn string) (policy []Permission) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.policy {
		if p.FunctionARN == arn {
			policy = append(policy, p)
		}
	}
	return policy
}

// remove takes a statement out of a policy and reports whether it was there.
func (f *function) remove(arn, id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := len(f.policy)
	f.policy = slices.DeleteFunc(f.policy, func(p Permission) bool { return p.FunctionARN == arn && p.StatementID == id })
	return len(f.policy) < before
}
