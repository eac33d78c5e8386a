package template

import "fmt"

// Table is an AWS::DynamoDB::Table or GlobalTable.
type Table struct {
	LogicalID, Name, ARN string
	Key                  Key
	Indexes              []Index
	TTLAttribute         string // "" = no expiry
}

// Key is a primary key; Range is the zero Attribute if there is none.
type Key struct{ Hash, Range Attribute }

// Attribute is a key attribute; Type is S, N or B.
type Attribute struct{ Name, Type string }

// Index is a global secondary index.
type Index struct {
	Name             string
	Key              Key
	Projection       string // ALL, KEYS_ONLY or INCLUDE
	NonKeyAttributes []string
}

func (r *reading) table(id string) {
	at := r.propertiesOf(id)
	name := at.nameOf(id)
	types := map[string]string{}
	for _, attribute := range at.objects("AttributeDefinitions") {
		types[attribute.text("AttributeName")] = attribute.text("AttributeType")
	}
	table := Table{LogicalID: id, Name: name, ARN: arn("dynamodb", "table/"+name), Key: at.key(types)}
	for _, index := range at.objects("GlobalSecondaryIndexes") {
		projection := index.object("Projection")
		table.Indexes = append(table.Indexes, Index{
			Name: index.text("IndexName"), Key: index.key(types),
			Projection: projection.text("ProjectionType"), NonKeyAttributes: projection.list("NonKeyAttributes"),
		})
	}
	if ttl := at.object("TimeToLiveSpecification"); ttl.flag("Enabled") {
		table.TTLAttribute = ttl.text("AttributeName")
	}
	if at.has("LocalSecondaryIndexes") {
		r.unsupported("%s: local secondary indexes are left out", id)
	}
	r.stack.Tables = append(r.stack.Tables, table)
}

func (p *properties) key(types map[string]string) Key {
	var key Key
	for _, element := range p.objects("KeySchema") {
		name := element.text("AttributeName")
		attribute := Attribute{Name: name, Type: types[name]}
		if attribute.Type == "" {
			p.fault("KeySchema", fmt.Errorf("AttributeDefinitions lacks %q", name))
		}
		if element.text("KeyType") == "HASH" {
			key.Hash = attribute
		} else {
			key.Range = attribute
		}
	}
	return key
}
