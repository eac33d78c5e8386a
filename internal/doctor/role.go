package doctor

import (
	"encoding/json"
	"maps"
	"net/url"
	"reflect"
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
	Condition any
}

type document struct{ Statement []grant }

// templateRole is what a template says of a role: the ARNs of managed policies, and policies by
// their names.
type templateRole struct {
	managed  []*regexp.Regexp
	policies map[string]document
}

// readRoles reads the roles of a template, and reports whether it could.
func readRoles(template string) (map[string]templateRole, bool) {
	var t struct {
		Resources map[string]struct {
			Type       string
			Properties json.RawMessage
		}
	}
	if json.Unmarshal([]byte(template), &t) != nil {
		return nil, false
	}
	roles := map[string]templateRole{}
	for id, r := range t.Resources {
		var role struct {
			ManagedPolicyArns json.RawMessage
			Policies          []struct {
				PolicyName     string
				PolicyDocument document
			}
		}
		// Another resource's Policies have another form.
		if r.Type == "AWS::IAM::Role" && json.Unmarshal(r.Properties, &role) != nil {
			return nil, false
		}
		roles[id] = templateRole{resourcePatterns(role.ManagedPolicyArns), map[string]document{}}
		for _, p := range role.Policies {
			roles[id].policies[p.PolicyName] = p.PolicyDocument
		}
	}
	return roles, true
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
	template, ok := readRoles(t.TemplateBody)
	if !ok {
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
	attached, _ := list[struct{ PolicyName, PolicyArn string }](f, "iam", "ListAttachedRolePolicies", q, "AttachedPolicies")
	for _, p := range attached {
		if !slices.ContainsFunc(template.managed, func(arn *regexp.Regexp) bool { return arn.MatchString(p.PolicyArn) }) {
			found = append(found, wrong(r.PhysicalResourceId, p.PolicyName, "the role %s has the managed policy %s, which is not of the stack", r.LogicalResourceId, p.PolicyName))
		}
	}
	names, _ := list[string](f, "iam", "ListRolePolicies", q, "PolicyNames")
	for _, name := range names {
		if want, known := template.policies[name]; known {
			found = append(found, f.inline(r, name, want)...)
		} else {
			found = append(found, wrong(r.PhysicalResourceId, name, "the role %s has the policy %s, which is not of the stack", r.LogicalResourceId, name))
		}
	}
	return found
}

// inline finds what a role's own policy allows beyond the template's.
func (f *Facts) inline(r resource, name string, want document) (found []Finding) {
	p, ok := ask[struct{ PolicyDocument string }](f, "iam", "GetRolePolicy", in{"RoleName": r.PhysicalResourceId, "PolicyName": name})
	if !ok {
		return nil
	}
	text, err := url.PathUnescape(p.PolicyDocument) // RFC 3986 (API reference, GetRolePolicy)
	var is document
	if err != nil || json.Unmarshal([]byte(text), &is) != nil {
		f.without("iam GetRolePolicy: the policy %s of %s cannot be read", name, r.LogicalResourceId)
		return nil
	}
	for _, g := range is.Statement {
		if g.Effect == "Allow" && !slices.ContainsFunc(want.Statement, g.within) {
			found = append(found, wrong(r.PhysicalResourceId, name, "the role %s may %s, and the stack's template does not say so", r.LogicalResourceId, g.actions()))
		}
	}
	return found
}

// actions returns what a statement is about, in words.
func (g grant) actions() string {
	if g.NotAction != nil {
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
	return template.Effect == "Allow" && len(texts(g.Action))*len(texts(g.Resource)) > 0 && same(g.Condition, template.Condition)
}

// same reports whether a value is what CloudFormation makes of the template's.
func same(is, template any) bool {
	switch t := template.(type) {
	case []any:
		list, both := is.([]any)
		return both && slices.EqualFunc(list, t, same)
	case map[string]any:
		if members, both := is.(map[string]any); both {
			return maps.EqualFunc(members, t, same)
		}
		text, _ := is.(string)
		function, _ := json.Marshal(t)
		made, err := regexp.Compile("^" + pattern(function) + "$")
		return err == nil && made.MatchString(text)
	}
	return reflect.DeepEqual(is, template)
}

// value is what a function of CloudFormation can become: one resource and no pattern.
const value = `[^*?]+`

// resourcePatterns returns what the resources of a template's statement can be, each a pattern;
// none for an absent member.
func resourcePatterns(raw json.RawMessage) (all []*regexp.Regexp) {
	var each []json.RawMessage
	if raw != nil && json.Unmarshal(raw, &each) != nil {
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
