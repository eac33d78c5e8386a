package dynamo

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// change collects one update expression. Every name and value is bound to a
// placeholder, so that no reserved word and no hostile string can become part of the
// expression. Attribute "x" is always #x and its new value :x.
type change struct {
	set, remove []string
	names       map[string]string
	values      map[string]types.AttributeValue
}

// newChange reserves room for so many attributes; a map of more than 8, and of more than
// 14, is twice as large.
func newChange(attributes int) *change {
	return &change{names: make(map[string]string, attributes), values: make(map[string]types.AttributeValue, attributes)}
}

func (c *change) name(attribute string) string {
	placeholder := "#" + attribute
	c.names[placeholder] = attribute
	return placeholder
}

func (c *change) value(attribute string, v types.AttributeValue) string {
	placeholder := ":" + attribute
	c.values[placeholder] = v
	return placeholder
}

// put sets an attribute, or removes it if v is nil.
func (c *change) put(attribute string, v types.AttributeValue) {
	if v == nil {
		c.drop(attribute)
		return
	}
	c.set = append(c.set, c.name(attribute)+" = "+c.value(attribute, v))
}

// keep sets an attribute only if it is absent; it ignores nil.
func (c *change) keep(attribute string, v types.AttributeValue) {
	if v != nil {
		name := c.name(attribute)
		c.set = append(c.set, name+" = if_not_exists("+name+", "+c.value(attribute, v)+")")
	}
}

// count adds one to an attribute. It uses SET, since ADD would be harmless only with a
// condition.
func (c *change) count(attribute string) {
	name := c.name(attribute)
	c.set = append(c.set, name+" = if_not_exists("+name+", "+c.value("zero", number(0))+") + "+c.value("one", number(1)))
}

func (c *change) drop(attributes ...string) {
	for _, attribute := range attributes {
		c.remove = append(c.remove, c.name(attribute))
	}
}

// input returns the request. The condition uses placeholders that c has bound.
func (c *change) input(table string, key map[string]types.AttributeValue, condition string) *dynamodb.UpdateItemInput {
	expression := "SET " + strings.Join(c.set, ", ")
	if len(c.remove) > 0 {
		expression += " REMOVE " + strings.Join(c.remove, ", ")
	}
	return &dynamodb.UpdateItemInput{
		TableName: &table, Key: key,
		UpdateExpression: &expression, ConditionExpression: &condition,
		ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
	}
}
