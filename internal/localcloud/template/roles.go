package template

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
)

// Role is an AWS::IAM::Role that a function or the identity pool uses. Policies are those in
// it and the AWS::IAM::Policy that name it; they have the statements that are decided here
// (iam.Decides).
type Role struct {
	LogicalID, Name, ARN string
	iam.Role
}

// Role returns the role with this ARN.
func (s *Stack) Role(arn string) (Role, bool) {
	i := slices.IndexFunc(s.Roles, func(r Role) bool { return r.ARN == arn })
	if i < 0 {
		return Role{}, false
	}
	return s.Roles[i], true
}

// passedOver are AWS's managed policies without a statement that is decided here (AWS managed
// policy reference guide).
var passedOver = []string{
	"service-role/AWSLambdaBasicExecutionRole", "service-role/AWSLambdaVPCAccessExecutionRole",
	"AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess", "CloudWatchLambdaInsightsExecutionRolePolicy",
}

// useRole reads a role once. What is not modelled in it is refused, as a setting of the user
// pool is (judge).
func (r *reading) useRole(arn, by string) {
	if _, known := r.stack.Role(arn); known {
		return
	}
	for id := range r.of("AWS::IAM::Role") {
		if its, err := r.attribute(id, "Arn", maxDepth); err == nil && its == arn {
			r.stack.Roles = append(r.stack.Roles, r.role(id, arn))
			return
		}
	}
	r.notModelled(by, "Role", arn, "a role outside the stack; what it allows is not known, and here it is nothing")
}

func (r *reading) notModelled(id, path, value, why string) {
	r.found = append(r.found, finding{id, path, value, verdict{refused, "not modelled: " + why}})
}

func (r *reading) role(id, arn string) Role {
	at := r.propertiesOf(id)
	role := Role{LogicalID: id, Name: at.nameOf(id), ARN: arn}
	role.Trust = at.policy("AssumeRolePolicyDocument", id, id)
	inline, isList := at.values["Policies"].([]any)
	if !isList {
		inline, _ = at.items("Policies")
	}
	for i, raw := range inline {
		values, _ := raw.(map[string]any)
		of := &properties{reading: r, id: fmt.Sprintf("%s.Policies[%d]", at.id, i), values: values}
		role.Policies = append(role.Policies, of.policy("PolicyDocument", id, of.text("PolicyName")))
	}
	for _, managed := range at.list("ManagedPolicyArns") {
		if name, _ := strings.CutPrefix(managed, "arn:aws:iam::aws:policy/"); !slices.Contains(passedOver, name) {
			r.found = append(r.found, finding{id, "Role.ManagedPolicyArns", managed, verdict{lacking, "what it allows and denies is not known; here it does neither"}})
		}
	}
	if at.has("PermissionsBoundary") {
		r.notModelled(id, "Role.PermissionsBoundary", "", "it takes nothing away here")
	}
	for other, of := range r.of("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy") {
		if slices.Contains(append(of.list("Roles"), of.text("RoleName")), role.Name) {
			role.Policies = append(role.Policies, of.policy("PolicyDocument", id, other))
		}
	}
	return role
}

// policy reads a policy document of the role, and calls it by the name. It resolves only the statements that are decided
// here: those of other services may name anything.
func (p *properties) policy(member, role, name string) iam.Policy {
	document := p.object(member)
	text := map[string]any{}
	for name := range document.values {
		if name != "Statement" {
			text[name], _ = document.value(name)
		}
	}
	statements, isList := document.values["Statement"].([]any)
	if !isList { // also what only an intrinsic function knows
		statements = []any{document.values["Statement"]}
	}
	decided := []any{}
	for i, raw := range statements {
		if values, is := raw.(map[string]any); is && passes(&properties{reading: p.reading, id: document.id, values: values}) {
			continue
		}
		statement, err := p.resolve(raw, maxDepth)
		if err != nil {
			document.fault(fmt.Sprintf("Statement[%d]", i), err)
		} else if statement != (noValue{}) {
			decided = append(decided, statement)
		}
	}
	text["Statement"] = decided
	encoded, err := json.Marshal(text)
	if err != nil {
		document.fault("Statement", err)
		return iam.Policy{}
	}
	policy, err := iam.ParsePolicy(name, encoded)
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			p.found = append(p.found, finding{role, "Role.Policies", "", verdict{refused, strings.TrimSpace(line)}})
		}
	}
	return policy
}

// passes reports whether a statement has actions of other services only.
func passes(statement *properties) bool {
	var actions []string
	switch action := statement.values["Action"].(type) {
	case string:
		actions = []string{action}
	case []any:
		actions = statement.list("Action")
	}
	return len(actions) > 0 && !slices.ContainsFunc(actions, iam.Decides)
}
