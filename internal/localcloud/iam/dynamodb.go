package iam

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Table is a table of the stack.
type Table struct {
	// Name and ARN name it; Key is its partition key.
	Name, ARN, Key string
}

// Common members of the operations.
const (
	names  = " ExpressionAttributeNames ReturnConsumedCapacity "
	values = names + "ExpressionAttributeValues "
	writes = values + "TableName ConditionExpression ReturnValues ReturnItemCollectionMetrics ReturnValuesOnConditionCheckFailure "
	search = values + "TableName IndexName Select FilterExpression ProjectionExpression ConsistentRead ExclusiveStartKey Limit "
)

// members are those of each operation that are understood here (Amazon DynamoDB API
// reference). They leave out the legacy ones, and what dynalite lacks: transactions.
var members = map[string]string{
	"GetItem":       names + "TableName Key ProjectionExpression ConsistentRead",
	"Query":         search + "KeyConditionExpression ScanIndexForward",
	"Scan":          search + "Segment TotalSegments",
	"PutItem":       writes + "Item",
	"UpdateItem":    writes + "Key UpdateExpression",
	"DeleteItem":    writes + "Key",
	"DescribeTable": "TableName",
}

// The condition keys of DynamoDB (service authorization reference).
const (
	attributesKey  = "dynamodb:attributes"
	leadingKeysKey = "dynamodb:leadingkeys"
	selectKey      = "dynamodb:select"
	returnsKey     = "dynamodb:returnvalues"
)

// object is a JSON object as it came: names differ by case, and of two members with one name
// the last counts, as for the store.
type object = map[string]json.RawMessage

// asked returns what an operation asks for: a request for each action and table. What cannot
// be told is unplaced in it, or an error if that is more than condition keys.
func asked(operation string, body []byte, tables []Table) ([]request, error) {
	var in object
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, errors.New("a body that is no JSON object")
	}
	a := &asking{tables: tables}
	switch operation {
	case "BatchGetItem":
		a.batch(in["RequestItems"], func(table string, of json.RawMessage) {
			a.item(operation, table, decoded[object](a, of), "Keys"+names+"ProjectionExpression ConsistentRead")
		})
	case "BatchWriteItem":
		a.batch(in["RequestItems"], func(table string, of json.RawMessage) { a.batchWrite(table, decoded[[]map[string]object](a, of)) })
	default:
		if members[operation] == "" {
			a.fail("the operation %s", operation)
		} else {
			a.item(operation, "", in, members[operation])
		}
	}
	if a.err == nil && len(a.all) == 0 {
		a.fail("%s without an item", operation)
	}
	return a.all, a.err
}

// asking reads one request.
type asking struct {
	tables []Table
	all    []request
	err    error // the first
}

func (a *asking) fail(format string, args ...any) {
	if a.err == nil {
		a.err = fmt.Errorf(format, args...)
	}
}

// decoded returns a value of T, and its zero value for null.
func decoded[T any](a *asking, raw json.RawMessage) (value T) {
	if raw != nil {
		if err := json.Unmarshal(raw, &value); err != nil {
			a.fail("%.80s", raw)
		}
	}
	return value
}

func (a *asking) batch(raw json.RawMessage, each func(table string, of json.RawMessage)) {
	all := decoded[object](a, raw)
	for _, table := range slices.Sorted(maps.Keys(all)) {
		each(table, all[table])
	}
}

func (a *asking) batchWrite(table string, all []map[string]object) {
	for _, of := range all {
		for kind, item := range of {
			switch kind {
			case "PutRequest":
				a.item("BatchWriteItem", table, item, "Item")
			case "DeleteRequest":
				a.item("BatchWriteItem", table, item, "Key")
			default:
				a.fail("the member %s of RequestItems", kind)
			}
		}
	}
}

// item adds the request of one table, whose name is a member if it is not passed.
func (a *asking) item(action, name string, in object, known string) {
	if name == "" {
		name = decoded[string](a, in["TableName"])
	}
	i := slices.IndexFunc(a.tables, func(t Table) bool { return t.Name == name })
	if i < 0 {
		a.fail("the table %q, which is not the stack's", name)
		return
	}
	p := &placing{table: a.tables[i], in: in, names: decoded[map[string]string](a, in["ExpressionAttributeNames"]), unplaced: map[string]string{}}
	for member, value := range in {
		if string(value) != "null" && !slices.Contains(strings.Fields(known), member) {
			p.cannot("the member "+member, attributesKey, leadingKeysKey, selectKey, returnsKey)
		}
	}
	p.place(strings.Contains(known, "ProjectionExpression"))
	r := request{action: "dynamodb:" + action, resource: p.table.ARN, keys: map[string][]string{}, unplaced: p.unplaced}
	if index := p.text("IndexName"); index != "" {
		r.resource += "/index/" + index
	}
	for key, values := range map[string][]string{attributesKey: p.attributes, leadingKeysKey: p.leading, selectKey: {p.selects}, returnsKey: {p.text("ReturnValues")}} {
		if len(values) > 0 && values[0] != "" {
			r.keys[key] = values
		}
	}
	a.all = append(a.all, r)
}
