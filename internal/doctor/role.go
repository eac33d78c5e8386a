package doctor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// grant is a statement of a role's policy. In a template a resource may be a function of
// CloudFormation.
type grant struct {
	Effect    string
	Action    json.RawMessage
	NotAction json.RawMessage
	Resource  json.RawMessage
	Condition json.RawMessage
}

type document struct{ Statement []grant }

// templateRole is what a template says of a role: the ARNs of managed policies, and policies by
// their names.
type templateRole struct {
	managed  []*regexp.Regexp
	policies map[string]document
}

// readRoles reads the roles of a template.
func readRoles(template []byte) (map[string]templateRole, error) {
	var t struct{ Resources map[string]json.RawMessage }
	if err := json.Unmarshal(template, &t); err != nil {
		return nil, fmt.Errorf("reading the template: %w", err)
	}
	roles := map[string]templateRole{}
	for id, text := range t.Resources {
		var kind struct{ Type string }
		if _ = json.Unmarshal(text, &kind); kind.Type != "AWS::IAM::Role" {
			continue // another resource's Policies have another form
		}
		var role struct {
			Properties struct {
				ManagedPolicyArns json.RawMessage
				Policies          []struct {
					PolicyName     string
					PolicyDocument document
				}
			}
		}
		if err := json.Unmarshal(text, &role); err != nil {
			return nil, fmt.Errorf("reading the role %s: %w", id, err)
		}
		roles[id] = templateRole{resourcePatterns(role.Properties.ManagedPolicyArns), map[string]document{}}
		for _, p := range role.Properties.Policies {
			roles[id].policies[p.PolicyName] = p.PolicyDocument
		}
	}
	return roles, nil
}

// roles is check 36.
func roles(f *Facts) (found []Finding) {
	live, ok := f.resources("AWS::IAM::Role")
	if !ok {
		return nil
	}
	t, ok := ask[struct{ TemplateBody string }](f, "cloudformation", "GetTemplate", in{"StackName": f.Stack, "TemplateStage": "Original"})
	if !ok {
		return nil
	}
	template, err := readRoles([]byte(t.TemplateBody))
	if err != nil {
		f.without("the stack's template cannot be read")
		return nil
	}
	for _, r := range live {
		found = append(found, f.role(r, template[r.LogicalResourceId])...)
	}
	return found
}

// role finds what a role has beyond its template.
func (f *Facts) role(r resource, template templateRole) (found []Finding) {
	q := in{"RoleName": r.PhysicalResourceId}
	attached, _ := list[struct{ PolicyName, PolicyArn string }](f, "iam", "ListAttachedRolePolicies", q, "AttachedPolicies", "Marker", "Marker")
	for _, p := range attached {
		if slices.ContainsFunc(template.managed, func(arn *regexp.Regexp) bool { return arn.MatchString(p.PolicyArn) }) {
			continue
		}
		found = append(found, wrong(r.PhysicalResourceId, p.PolicyName, "the role %s has the managed policy %s, which is not of the stack", r.LogicalResourceId, p.PolicyName))
	}
	names, _ := list[string](f, "iam", "ListRolePolicies", q, "PolicyNames", "Marker", "Marker")
	for _, name := range names {
		want, known := template.policies[name]
		if !known {
			found = append(found, wrong(r.PhysicalResourceId, name, "the role %s has the policy %s, which is not of the stack", r.LogicalResourceId, name))
			continue
		}
		p, ok := ask[struct{ PolicyDocument string }](f, "iam", "GetRolePolicy", in{"RoleName": r.PhysicalResourceId, "PolicyName": name})
		if !ok {
			continue
		}
		text, err := url.PathUnescape(p.PolicyDocument) // RFC 3986 (API reference, GetRolePolicy)
		var is document
		if err != nil || json.Unmarshal([]byte(text), &is) != nil {
			f.without("iam GetRolePolicy: the policy %s of %s cannot be read", name, r.LogicalResourceId)
			continue
		}
		for _, g := range is.Statement {
			if g.Effect == "Allow" && !slices.ContainsFunc(want.Statement, g.within) {
				found = append(found, wrong(r.PhysicalResourceId, name, "the role %s may %s, and the stack's template does not say so", r.LogicalResourceId, g.actions()))
			}
		}
	}
	return found
}

// actions returns what a statement is about, in words.
func (g grant) actions() string {
	if len(g.NotAction) > 0 {
		return "all but " + strings.Join(texts(g.NotAction), ", ")
	}
	return strings.Join(texts(g.Action), ", ")
}

// within reports whether a statement of the template allows all that this one does: it has every
// action and resource, and the same condition.
func (g grant) within(template grant) bool {
	actions := texts(template.Action)
	for _, action := range texts(g.Action) {
		if !slices.Contains(actions, action) {
			return false
		}
	}
	patterns := resourcePatterns(template.Resource)
	for _, r := range texts(g.Resource) {
		if !slices.ContainsFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(r) }) {
			return false
		}
	}
	return template.Effect == "Allow" && len(g.NotAction) == 0 && len(texts(g.Action))*len(texts(g.Resource)) > 0 && equalJSON(g.Condition, template.Condition)
}

// value is what a function of CloudFormation can become: one resource and no pattern.
const value = `[^*?]+`

// resourcePatterns returns what the resources of a template's statement can be, each a pattern;
// none for an absent member.
func resourcePatterns(raw json.RawMessage) (all []*regexp.Regexp) {
	var each []json.RawMessage
	if len(raw) > 0 && json.Unmarshal(raw, &each) != nil {
		each = []json.RawMessage{raw}
	}
	for _, r := range each {
		if p, err := regexp.Compile("^" + pattern(r) + "$"); err == nil {
			all = append(all, p)
		}
	}
	return all
}

// pattern returns the expression of a text, of a Fn::Join or of another function.
func pattern(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return regexp.QuoteMeta(text)
	}
	var join struct {
		Join []json.RawMessage `json:"Fn::Join"`
	}
	var between string
	var parts []json.RawMessage
	if json.Unmarshal(raw, &join) != nil || len(join.Join) != 2 || json.Unmarshal(join.Join[0], &between) != nil || json.Unmarshal(join.Join[1], &parts) != nil {
		return value
	}
	expressions := make([]string, len(parts))
	for i, p := range parts {
		expressions[i] = pattern(p)
	}
	return strings.Join(expressions, regexp.QuoteMeta(between))
}

// equalJSON reports whether two values are equal, an absent one to an absent one alone.
func equalJSON(a, b json.RawMessage) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	left, _ := json.Marshal(x)
	right, _ := json.Marshal(y)
	return bytes.Equal(left, right)
}
