package iam

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// placing finds the condition keys' values in one request: dynamodb:Attributes are the
// top-level names in the request, keys included, and not those of the answer; LeadingKeys are
// the partition keys (developer guide, "Using IAM policy conditions for fine-grained access
// control").
type placing struct {
	table      Table
	in         object
	names      map[string]string
	attributes []string
	leading    []string
	selects    string
	unplaced   map[string]string
}

// cannot notes why the values of keys cannot be told.
func (p *placing) cannot(why string, keys ...string) {
	for _, key := range keys {
		p.unplaced[key] = why
	}
}

func (p *placing) text(member string) (text string) {
	if raw := p.in[member]; raw != nil && json.Unmarshal(raw, &text) != nil {
		p.cannot(fmt.Sprintf("%s %.80s", member, raw), attributesKey, leadingKeysKey, selectKey, returnsKey)
	}
	return text
}

func (p *placing) place(reads bool) {
	for _, member := range []string{"Item", "Key"} {
		p.item(member, p.in[member])
	}
	var keys []json.RawMessage
	if raw := p.in["Keys"]; raw != nil && json.Unmarshal(raw, &keys) != nil {
		p.cannot("Keys", attributesKey, leadingKeysKey)
	}
	for _, key := range keys {
		p.item("Keys", key)
	}
	for _, member := range []string{"ConditionExpression", "FilterExpression", "ProjectionExpression", "UpdateExpression"} {
		p.expression(member)
	}
	if condition, found := p.expression("KeyConditionExpression"); found {
		p.query(condition)
	}
	slices.Sort(p.attributes)
	p.attributes = slices.Compact(p.attributes)
	if reads {
		p.selects = p.selected()
	}
}

// selected is Select, or what its default is (API reference, Query, Select); a GetItem without a
// projection asks for all (IAM user guide, "Amazon DynamoDB: Allows access to specific
// attributes").
func (p *placing) selected() string {
	switch set := p.text("Select"); {
	case set != "":
		return set
	case p.text("ProjectionExpression") != "":
		return "SPECIFIC_ATTRIBUTES"
	case p.text("IndexName") != "":
		return "ALL_PROJECTED_ATTRIBUTES"
	}
	return "ALL_ATTRIBUTES"
}

// item adds the attributes of an item or of a key.
func (p *placing) item(member string, raw json.RawMessage) {
	var item map[string]map[string]any
	if raw == nil {
		return
	}
	if json.Unmarshal(raw, &item) != nil {
		p.cannot(member, attributesKey, leadingKeysKey)
		return
	}
	p.attributes = slices.AppendSeq(p.attributes, maps.Keys(item))
	p.leads(item[p.table.Key])
}

// leads adds a partition key's value.
func (p *placing) leads(value map[string]any) {
	for _, kind := range []string{"S", "N"} {
		if text, is := value[kind].(string); is && len(value) == 1 && text != "" {
			p.leading = append(p.leading, text)
			return
		}
	}
	p.cannot("a partition key that is neither a text nor a number", leadingKeysKey)
}

func (p *placing) expression(member string) (expression, bool) {
	text := p.text(member)
	if text == "" {
		return expression{}, false
	}
	e, err := parseExpression(text, p.names, member == "ProjectionExpression")
	if err != nil {
		p.cannot(err.Error(), attributesKey, leadingKeysKey)
		return e, false
	}
	for _, name := range e.names {
		if name != "" {
			p.attributes = append(p.attributes, name)
		}
	}
	return e, true
}

// query adds the partition key that a Query asks for. Which key leads in an index AWS does not
// say, so there it cannot be told.
func (p *placing) query(condition expression) {
	if p.text("IndexName") != "" {
		p.cannot("the leading key of an index", leadingKeysKey)
		return
	}
	equal, err := condition.equals(p.table.Key)
	if err != nil {
		p.cannot(err.Error(), leadingKeysKey)
	}
	var given map[string]map[string]any
	if json.Unmarshal(p.in["ExpressionAttributeValues"], &given) != nil {
		p.cannot("ExpressionAttributeValues", leadingKeysKey)
	}
	for _, value := range equal {
		p.leads(given[value])
	}
}
