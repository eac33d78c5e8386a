package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Policy is what a policy or a trust policy says of the actions that are decided here. The
// zero value allows nothing.
type Policy struct {
	Name       string
	statements []statement
}

// statement is one of a Policy.
type statement struct {
	name       string // its Sid or its number
	deny       bool
	actions    []pattern // lower case
	resources  [][]pattern
	principals []string // "Federated cognito-identity.amazonaws.com"; nil in a role's policy
	conditions []condition
}

// Without returns the policy without each of its statements, by the name of the one that is
// missing: its Sid or its number.
func (p Policy) Without() map[string]Policy {
	without := map[string]Policy{}
	for i, s := range p.statements {
		without[s.name] = Policy{p.Name, slices.Concat(p.statements[:i], p.statements[i+1:])}
	}
	return without
}

// declared is a statement as it is written (IAM user guide, "IAM JSON policy elements
// reference"). An element that it lacks is refused.
type declared struct {
	Sid, Effect      string
	Action, Resource oneOrMore
	Principal        map[string]oneOrMore
	Condition        map[string]map[string]oneOrMore
}

// oneOrMore is a text or a list of texts; true and 1 are texts, too.
type oneOrMore []string

// UnmarshalJSON implements json.Unmarshaler.
func (o *oneOrMore) UnmarshalJSON(data []byte) error {
	var items []any
	if err := json.Unmarshal(data, &items); err != nil {
		var one any
		if err := json.Unmarshal(data, &one); err != nil {
			return err
		}
		items = []any{one}
	}
	*o = oneOrMore{}
	for _, item := range items {
		switch item.(type) {
		case string, bool, float64:
			*o = append(*o, fmt.Sprint(item))
		default:
			return fmt.Errorf("want a text or a list of texts, not %s", data)
		}
	}
	return nil
}

// Decides reports whether a statement with this action is decided here: those of DynamoDB and
// the two with which the identity pool takes a role. All other services answer without asking
// a policy, so their statements are passed over (KMS, X-Ray, CloudWatch Logs, Cognito, …).
func Decides(action string) bool {
	service, name, _ := strings.Cut(strings.ToLower(action), ":")
	switch {
	case strings.ContainsAny(service, "*?"):
		return true
	case service == "sts":
		return Like(name, "assumerolewithwebidentity") || Like(name, "tagsession")
	}
	return service == "dynamodb"
}

// ParsePolicy reads a policy document without intrinsic functions. The error names each
// statement that is not modelled; the Policy has the others.
func ParsePolicy(name string, document []byte) (Policy, error) {
	policy := Policy{Name: name}
	var d struct {
		Version   string
		ID        string `json:"Id"`
		Statement []json.RawMessage
	}
	if err := strict(document, &d); err != nil {
		return policy, fmt.Errorf("the policy %s: not modelled: %w", name, err)
	}
	if d.Version != "2012-10-17" { // an older one has no variables
		return policy, fmt.Errorf("the policy %s: not modelled: the version %q", name, d.Version)
	}
	var faults []error
	for i, raw := range d.Statement {
		s, err := parseStatement(raw, i)
		if err != nil {
			faults = append(faults, fmt.Errorf("the policy %s: the statement %s: not modelled: %w", name, s.name, err))
		} else if len(s.actions) > 0 {
			policy.statements = append(policy.statements, s)
		}
	}
	return policy, errors.Join(faults...)
}

// strict decodes one JSON value and refuses a member that the target lacks.
func strict(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	return nil
}

// parseStatement returns a statement without actions if it is passed over.
func parseStatement(raw []byte, number int) (statement, error) {
	var d declared
	var peek struct {
		Sid    string
		Action oneOrMore
	}
	s := statement{name: fmt.Sprintf("number %d", number+1)}
	if err := json.Unmarshal(raw, &peek); err != nil {
		return s, err
	}
	if peek.Sid != "" {
		s.name = peek.Sid
	}
	if peek.Action != nil && !slices.ContainsFunc(peek.Action, Decides) {
		return s, nil
	}
	if err := strict(raw, &d); err != nil {
		return s, err
	}
	if d.Effect != "Allow" && d.Effect != "Deny" || len(d.Action) == 0 {
		return s, errors.New("it wants an Effect (Allow or Deny) and an Action")
	}
	if (len(d.Resource) == 0) == (len(d.Principal) == 0) {
		return s, errors.New("it wants a Resource, or in a trust policy a Principal")
	}
	s.deny = d.Effect == "Deny"
	for _, action := range d.Action {
		s.actions = append(s.actions, newPattern(strings.ToLower(action), true))
	}
	for _, kind := range slices.Sorted(maps.Keys(d.Principal)) {
		for _, name := range d.Principal[kind] {
			s.principals = append(s.principals, kind+" "+name)
		}
	}
	for _, resource := range d.Resource {
		arn, err := parseARN(resource)
		if err != nil {
			return s, err
		}
		s.resources = append(s.resources, arn)
	}
	return s, s.parseConditions(d.Condition)
}

// parseARN splits an ARN into its parts, in each of which a wildcard stays (IAM user guide,
// "Resource", "Using wildcards in resource ARNs"). "*" is every resource: one part, which
// every first part has.
func parseARN(text string) ([]pattern, error) {
	if strings.Contains(text, "${") {
		return nil, fmt.Errorf("a variable in the Resource %q", text)
	}
	parts := strings.SplitN(text, ":", arnParts)
	if text != "*" && (len(parts) != arnParts || parts[0] != "arn") {
		return nil, fmt.Errorf("the Resource %q", text)
	}
	var arn []pattern
	for _, part := range parts {
		arn = append(arn, newPattern(part, true))
	}
	return arn, nil
}

// arnParts is how many parts an ARN has (IAM user guide, "IAM identifiers").
const arnParts = 6
