package iam

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// The statements as the suite synthesizes them (infra/grants.go, infra/access.go).
const (
	tableARN = `"arn:aws:dynamodb:us-east-1:000000000000:table/suite-Table"`
	update   = `{"Sid":"Update","Effect":"Allow","Action":"dynamodb:UpdateItem","Resource":` + tableARN + `,"Condition":{
		"ForAllValues:StringEquals":{"dynamodb:Attributes":["pk","sk","email","rev"]},"StringEqualsIfExists":{"dynamodb:ReturnValues":"NONE"}}}`
	selecting = `{"Effect":"Allow","Action":["dynamodb:BatchGetItem","dynamodb:GetItem","dynamodb:Query","dynamodb:Scan"],"Resource":` + tableARN + `,"Condition":{
		"ForAllValues:StringEquals":{"dynamodb:Attributes":["pk","sk","email"]},"StringEqualsIfExists":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"}}}`
	leading = `{"Effect":"Allow","Action":["dynamodb:PutItem","dynamodb:DeleteItem","dynamodb:BatchWriteItem","dynamodb:GetItem","dynamodb:Scan"],"Resource":` + tableARN + `,"Condition":{
		"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["CLIENT#*"]},"StringEqualsIfExists":{"dynamodb:ReturnValues":"NONE"}}}`
	index     = `{"Effect":"Allow","Action":"dynamodb:Query","Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/suite-Table/index/byEmail"}`
	projected = `{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"StringEquals":{"dynamodb:Select":["ALL_PROJECTED_ATTRIBUTES","COUNT"]}}}`
	ownIndex  = `{"Effect":"Allow","Action":"dynamodb:Query","Resource":"*","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"USER#p#ada"}}}`
	ownRows   = `{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:Query"],"Resource":` + tableARN + `,"Condition":{
		"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"USER#p#${aws:PrincipalTag/sub}","dynamodb:Attributes":["pk","sk","email"]},
		"StringEqualsIfExists":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"},"Null":{"dynamodb:LeadingKeys":"false"}}}`
)

// decided evaluates a request of DynamoDB's API: allowed, denied or not modelled.
func decided(t testing.TB, policies []Policy, tags map[string]string, operation, body string) string {
	t.Helper()
	g := NewGuard(NewKeys(), []Table{suiteTable}, region, nil)
	refused := g.authorize(Principal{ARN: own, Policies: policies, Tags: tags}, target+operation, []byte(body))
	switch {
	case refused == nil:
		return "allowed"
	case refused.code != "AccessDeniedException":
		return refused.code
	}
	if _, why, unplaced := strings.Cut(refused.message, " not modelled in the local cloud: "); unplaced {
		return "not modelled: " + why
	}
	return "denied"
}

const (
	ada = `"Key":{"pk":{"S":"USER#p#ada"},"sk":{"S":"PROFILE"}}`
	bob = `"Key":{"pk":{"S":"USER#p#bob"},"sk":{"S":"PROFILE"}}`
)

// in is a request to the table, with these members.
func in(members string) string { return `{"TableName":"suite-Table",` + members + `}` }

const named = `,"ExpressionAttributeNames":{"#e":"email","#r":"authzRoles","#pk":"pk"}`

// requests are what each statement is asked.
var requests = []struct{ statement, operation, body, want string }{
	// Own attributes.
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET #e = :e REMOVE #pk"` + named), "allowed"}, // DynamoDB refuses #r, which is not used
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET #e = :e","ExpressionAttributeNames":{"#e":"email"}`), "allowed"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET email = if_not_exists(rev, :x) REMOVE rev"`), "allowed"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET authzRoles = :e"`), "denied"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET email.authzRoles[0] = :e"`), "allowed"}, // within email
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET #e.#x = :e","ExpressionAttributeNames":{"#e":"email","#x":"authzRoles"}`), "allowed"},
	{update, "UpdateItem", in(ada + `,"ConditionExpression":"attribute_exists(authzRoles)"`), "denied"},
	{update, "UpdateItem", in(ada + `,"ConditionExpression":"NOT (email BETWEEN :a AND :b) OR rev IN (:a, :b) AND size(email) > :c"`), "allowed"},
	{update, "UpdateItem", in(ada + `,"ReturnValues":"NONE"`), "allowed"},
	{update, "UpdateItem", in(ada + `,"ReturnValues":"ALL_NEW"`), "denied"},
	{update, "UpdateItem", in(ada + `,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"`), "allowed"}, // it has no condition key
	{update, "UpdateItem", in(ada + `,"UpdateExpression":null`), "allowed"},
	{update, "UpdateItem", in(ada + `,"AttributeUpdates":{"authzRoles":{}}`), "not modelled"},
	{update, "UpdateItem", in(ada + `,"Expected":{}`), "not modelled"},
	{update, "UpdateItem", in(ada + `,"UPDATEEXPRESSION":"SET authzRoles = :e"`), "not modelled"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET email = :e","UpdateExpression":"SET authzRoles = :e"`), "denied"}, // the last counts
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET #x = :e"`), "not modelled"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"ADD set :e"`), "not modelled"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET remove = :e"`), "not modelled"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"REMOVE size"`), "not modelled"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET email = unknown(authzRoles)"`), "not modelled"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET email = :é"`), "not modelled"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET 0authzRoles = :e"`), "not modelled"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":7`), "not modelled"},
	{update, "PutItem", in(`"Item":{"pk":{"S":"USER#p#ada"}}`), "denied"},
	{update, "UpdateItem", `{"TableName":"another",` + ada + `}`, "not modelled"},
	{update, "UpdateItem", `{"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/suite-Table",` + ada + `}`, "not modelled"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET #zZ9 = :e DELETE email :e ADD rev :é"`), "not modelled: \":\" in"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET #zZ9 = :e DELETE email :e","ExpressionAttributeNames":{"#zZ9":"rev"}`), "allowed"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET email = list_append(rev, :e)","ConditionExpression":"attribute_not_exists(email) AND attribute_type(rev, :t) AND contains(email, :c) AND NOT rev = :x"`), "allowed"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET email[0] = :e REMOVE rev[1]"`), "allowed"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET email = (:e) REMOVE authzRoles"`), "denied"},
	{update, "UpdateItem", in(ada + `,"ConditionExpression":"email = é"`), "not modelled: 'Ã' in"},
	{update, "UpdateItem", in(ada + `,"ConditionExpression":"email ! rev"`), "not modelled: '!' in"},
	{update, "UpdateItem", in(ada + `,"ConditionExpression":"email = # "`), "not modelled: \"#\" in"},
	{update, "UpdateItem", in(ada + `,"ConditionExpression":"email = :e AND"`), "not modelled: the bare name AND in"},
	{update, "UpdateItem", in(ada + `,"ConditionExpression":"email = #unknown"`), "not modelled: the placeholder #unknown without a name"},
	{update, "UpdateItem", in(ada + `,"ConditionExpression":"contains = :e"`), "not modelled: the bare name contains in"},
	{update, "DeleteItem", in(ada), "denied"},
	{update, "UpdateItem", `{"TableName":7,` + ada + `}`, "not modelled: 7"},
	{update, "UpdateItem", `{"TableName":"another",` + ada + `}`, "not modelled: the table \"another\", which is not the stack's"},
	{update, "UpdateItem", in(`"Key":[]`), "not modelled: Key"},
	// Selected attributes.
	{projected, "Query", in(`"IndexName":"byEmail"`), "allowed"},
	{projected, "Query", in(`"IndexName":"byEmail","ProjectionExpression":"pk"`), "denied"},
	{projected, "Query", in(`"IndexName":"byEmail","Select":"COUNT"`), "allowed"},
	{projected, "Query", in(`"Select":"COUNT"`), "allowed"},
	{projected, "Query", in(`` + `"Limit":1`), "denied"},
	{projected, "UpdateItem", in(ada), "denied"}, // without the key, only IfExists and ForAllValues hold
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"authzRoles :v"`), "denied"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":["SET"]`), "not modelled: UpdateExpression [\"SET\"]"},
	{update, "UpdateItem", in(ada + `,"UpdateExpression":"SET email = rev[0] REMOVE authzRoles"`), "denied"},
	{selecting, "BatchGetItem", `{"RequestItems":{"suite-Table":{"Keys":[{"pk":{"S":"a"},"authzRoles":{"S":"b"}}],"ProjectionExpression":"email"}}}`, "denied"},
	{selecting, "BatchGetItem", `{"RequestItems":{}}`, "not modelled: BatchGetItem without an item"},
	{selecting, "BatchGetItem", `{"RequestItems":{"suite-Table":{"Keys":7,"ProjectionExpression":"pk"}}}`, "not modelled: Keys"},
	{selecting, "GetItem", in(ada + `,"ProjectionExpression":"email, pk"`), "allowed"},
	{selecting, "GetItem", in(ada + `,"ProjectionExpression":"#pk"` + `,"ExpressionAttributeNames":{"#pk":"pk"}`), "allowed"},
	{selecting, "GetItem", in(ada), "denied"},
	{selecting, "GetItem", in(ada + `,"ProjectionExpression":""`), "denied"},
	{selecting, "GetItem", in(ada + `,"ProjectionExpression":null`), "denied"},
	{selecting, "GetItem", in(ada + `,"Select":"SPECIFIC_ATTRIBUTES"`), "not modelled"}, // GetItem has no Select
	{selecting, "GetItem", in(ada + `,"ProjectionExpression":"email, authzRoles"`), "denied"},
	{selecting, "GetItem", in(ada + `,"ProjectionExpression":"email, AND"`), "denied"}, // a projection has no words
	{selecting, "GetItem", in(`"Key":{"pk":{"S":"x"},"authzRoles":{"S":"x"}},"ProjectionExpression":"email"`), "denied"},
	{selecting, "GetItem", in(ada + `,"projectionExpression":"email"`), "not modelled"},
	{selecting, "Scan", in(`"ProjectionExpression":"email","FilterExpression":"email = :e"`), "allowed"},
	{selecting, "Scan", in(`"ProjectionExpression":"email","FilterExpression":"authzRoles = :e"`), "denied"},
	{selecting, "Scan", in(`"Select":"ALL_ATTRIBUTES"`), "denied"},
	{selecting, "Scan", in(`"Select":"COUNT"`), "denied"},
	{selecting, "Scan", in(`"Select":"SPECIFIC_ATTRIBUTES","ScanFilter":{}`), "not modelled"},
	{selecting, "Query", in(`"KeyConditionExpression":"pk = :p","ProjectionExpression":"sk"`), "allowed"},
	{selecting, "Query", in(`"KeyConditionExpression":"pk = :p","ProjectionExpression":"sk","IndexName":"byEmail"`), "denied"},
	{selecting, "BatchGetItem", `{"RequestItems":{"suite-Table":{"Keys":[{"pk":{"S":"a"},"sk":{"S":"b"}}],"ProjectionExpression":"email"}}}`, "allowed"},
	{selecting, "BatchGetItem", `{"RequestItems":{"suite-Table":{"Keys":[{"pk":{"S":"a"},"sk":{"S":"b"}}]}}}`, "denied"},
	{selecting, "BatchGetItem", `{"RequestItems":{"suite-Table":{"Keys":[],"AttributesToGet":["email"]}}}`, "not modelled"},
	{selecting, "BatchGetItem", `{"RequestItems":{}}`, "not modelled"},
	{selecting, "BatchGetItem", `{"requestItems":{"suite-Table":{}}}`, "not modelled"},
	// Leading keys.
	{leading, "PutItem", in(`"Item":{"pk":{"S":"CLIENT#1"},"sk":{"S":"CLIENT"}}`), "allowed"},
	{leading, "PutItem", in(`"Item":{"pk":{"S":"USER#p#ada"},"sk":{"S":"AUTHZ"}}`), "denied"},
	{leading, "PutItem", in(`"Item":{"pk":{"S":"CLIENT#1"},"pk":{"S":"USER#p#ada"}}`), "denied"},
	{leading, "PutItem", in(`"Item":{"PK":{"S":"CLIENT#1"}}`), "not modelled"},
	{leading, "PutItem", in(`"Item":{"pk":{"B":"Q0xJRU5UIzE="}}`), "not modelled"},
	{leading, "PutItem", in(`"Item":{"pk":{"S":"CLIENT#1","N":"1"}}`), "not modelled"},
	{leading, "PutItem", in(`"Item":{"pk":{"S":""}}`), "not modelled"},
	{leading, "PutItem", in(`"Item":[]`), "not modelled"},
	{leading, "PutItem", in(`"Item":{"pk":{"S":"CLIENT#1"}},"ReturnValues":"ALL_OLD"`), "denied"},
	{leading, "GetItem", in(ada), "denied"},
	{leading, "Scan", in(`"Limit":1`), "allowed"}, // ForAllValues holds without the key, as AWS warns
	{leading, "BatchWriteItem", `{"RequestItems":{"suite-Table":[{"PutRequest":{"Item":{"pk":{"S":"CLIENT#1"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"CLIENT#2"}}}}]}}`, "allowed"},
	{leading, "BatchWriteItem", `{"RequestItems":{"suite-Table":[{"PutRequest":{"Item":{"pk":{"S":"CLIENT#1"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"USER#"}}}}]}}`, "denied"},
	{leading, "BatchWriteItem", `{"RequestItems":{"suite-Table":[{"Other":{}}]}}`, "not modelled"},
	{leading, "DeleteItem", in(`"Key":{"pk":{"N":"1"}}`), "denied"},
	{leading, "DeleteItem", in(`"Key":{"pk":{"S":"CLIENT#1"},"sk":{"N":"1"}}`), "allowed"},
	{leading, "BatchWriteItem", `{"RequestItems":{"suite-Table":[{"PutRequest":{"Item":{"pk":{"S":"USER#"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"CLIENT#2"}}}}]}}`, "denied"},
	{leading, "BatchWriteItem", `{"RequestItems":{"suite-Table":[{"Other":{}}]}}`, "not modelled: the member Other of RequestItems"},
	// An index.
	{index, "Query", in(`"IndexName":"byEmail","KeyConditionExpression":"#e = :e"` + named), "allowed"},
	{index, "Query", in(`"IndexName":"byEmail","KeyConditions":{}`), "allowed"}, // no condition asks what it is
	{index, "Query", in(`"KeyConditionExpression":"pk = :e"`), "denied"},
	{index, "Query", in(`"IndexName":"byShard"`), "denied"},
	{index, "Query", in(`"IndexName":["byEmail"]`), "denied"},
	// Own rows.
	{ownRows, "GetItem", in(ada + `,"ProjectionExpression":"email"`), "allowed"},
	{ownRows, "GetItem", in(bob + `,"ProjectionExpression":"email"`), "denied"},
	{ownRows, "GetItem", in(ada), "denied"},
	{ownRows, "GetItem", in(ada + `,"ProjectionExpression":"authzRoles"`), "denied"},
	{ownRows, "Query", in(`"KeyConditionExpression":"#pk = :p","ProjectionExpression":"sk","ExpressionAttributeNames":{"#pk":"pk"},"ExpressionAttributeValues":{":p":{"S":"USER#p#ada"}}`), "allowed"},
	{ownRows, "Query", in(`"KeyConditionExpression":"pk = :p AND begins_with(sk, :s)","ProjectionExpression":"sk","ExpressionAttributeValues":{":p":{"S":"USER#p#ada"},":s":{"S":"P"}}`), "allowed"},
	{ownRows, "Query", in(`"KeyConditionExpression":"pk = :p","ProjectionExpression":"sk","ExpressionAttributeValues":{":p":{"S":"USER#p#bob"}}`), "denied"},
	{ownRows, "Query", in(`"KeyConditionExpression":"pk = :a AND pk = :b","ProjectionExpression":"sk","ExpressionAttributeValues":{":a":{"S":"USER#p#ada"},":b":{"S":"USER#p#bob"}}`), "denied"},
	{ownRows, "Query", in(`"KeyConditionExpression":"pk = :p AND pk > :p","ProjectionExpression":"sk","ExpressionAttributeValues":{":p":{"S":"USER#p#ada"}}`), "not modelled: a condition on pk that is not pk = :value"},
	{ownRows, "Query", in(`"KeyConditionExpression":"pk = sk","ProjectionExpression":"sk","ExpressionAttributeValues":{"sk":{"S":"USER#p#ada"}}`), "not modelled: a condition on pk"},
	{ownRows, "Query", in(`"KeyConditionExpression":"pk = :p","ProjectionExpression":"sk","ExpressionAttributeValues":[]`), "not modelled"},
	{ownIndex, "Query", in(`"IndexName":"byEmail","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"USER#p#ada"}}`), "not modelled: the leading key of an index"},
	{ownRows, "Query", in(`"KeyConditionExpression":"sk = :s","ProjectionExpression":"sk","ExpressionAttributeValues":{":s":{"S":"USER#p#ada"}}`), "not modelled: no condition on pk"},
	{ownRows, "Query", in(`"KeyConditionExpression":":p = pk","ProjectionExpression":"sk","ExpressionAttributeValues":{":p":{"S":"USER#p#ada"}}`), "not modelled"},
	{ownRows, "Query", in(`"KeyConditionExpression":"pk >= :p","ProjectionExpression":"sk","ExpressionAttributeValues":{":p":{"S":"USER#p#ada"}}`), "not modelled"},
	{ownRows, "Query", in(`"KeyConditionExpression":"begins_with(pk, :p)","ProjectionExpression":"sk","ExpressionAttributeValues":{":p":{"S":"USER#p#ada"}}`), "not modelled"},
	{ownRows, "Query", in(`"KeyConditionExpression":"sk = :p","ProjectionExpression":"sk","ExpressionAttributeValues":{":p":{"S":"USER#p#ada"}}`), "not modelled"},
	{ownRows, "Query", in(`"KeyConditionExpression":"pk = :p","ProjectionExpression":"sk"`), "not modelled"},
	{ownRows, "Query", in(`"ProjectionExpression":"sk"`), "denied"}, // Null
	{ownRows, "Query", in(`"KeyConditionExpression":"pk = :p","ProjectionExpression":"sk","IndexName":"byEmail","ExpressionAttributeValues":{":p":{"S":"USER#p#ada"}}`), "denied"},
	{ownRows, "Scan", in(`"ProjectionExpression":"sk"`), "denied"},
	{ownRows, "PutItem", in(`"Item":{"pk":{"S":"USER#p#ada"}}`), "denied"},
	{ownRows, "BatchGetItem", `{"RequestItems":{"suite-Table":{"Keys":[{"pk":{"S":"USER#p#ada"}}],"ProjectionExpression":"email"}}}`, "denied"},
	{ownRows, "DescribeTable", in(`"x":1`), "denied"},
	{ownRows, "TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"suite-Table",` + ada + `,"ProjectionExpression":"email"}}]}`, "not modelled"},
	{ownRows, "ListTables", `{}`, "not modelled"},
	{ownRows, "GetItem", `[]`, "not modelled: a body that is no JSON object"},
	{ownRows, "", `{}`, "not modelled"},
}

func TestR95_WhatTheSuitesStatementsAllow(t *testing.T) {
	for _, x := range requests {
		if got := decided(t, []Policy{policy(t, x.statement)}, map[string]string{"sub": "ada"}, x.operation, x.body); !strings.HasPrefix(got, x.want) {
			t.Errorf("%s %s: %s, want %s", x.operation, x.body, got, x.want)
		}
	}
}

// A key is the same in any case (IAM user guide, "Condition").
func TestR95_NamesInAPolicy(t *testing.T) {
	put := func(pk string) string { return fmt.Sprintf(`{"TableName":"suite-Table","Item":{"pk":{"S":%q}}}`, pk) }
	policies := []Policy{policy(t, `{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*","Condition":{"ForAnyValue:StringLikeIfExists":{"DYNAMODB:leadingkeys":["a*","b?"]}}}`)}
	for pk, want := range map[string]string{"ab": "allowed", "xab": "denied", "bc": "allowed", "xbc": "denied", "b": "denied", "x": "denied"} {
		if got := decided(t, policies, nil, "PutItem", put(pk)); got != want {
			t.Errorf("%s: %s", pk, got)
		}
	}
	one := policies[0]
	if rest := one.Without(); len(rest) != 1 || len(rest["number 1"].statements) != 0 || len(one.statements) != 1 {
		t.Errorf("without a statement: %+v", rest)
	}
	three := policy(t, getItems, ownRows, index).Without()
	if len(three) != 3 || len(three["number 2"].statements) != 2 || three["number 2"].statements[1].name != "number 3" {
		t.Errorf("without one of three: %+v", three)
	}
}

// A variable without a value matches nothing, and one with wildcards itself.
func TestR95_OwnRowsAreThoseOfTheTag(t *testing.T) {
	read := func(pk string) string {
		return fmt.Sprintf(`{"TableName":"suite-Table","Key":{"pk":{"S":%q}},"ProjectionExpression":"email"}`, pk)
	}
	liked := strings.ReplaceAll(ownRows, "ForAllValues:StringEquals", "ForAllValues:StringLike")
	for _, statement := range []string{ownRows, liked} {
		policies := []Policy{policy(t, statement)}
		for sub, pk := range map[string]string{"": "USER#p#", "*": "USER#p#bob", "b?b": "USER#p#bob", "${aws:PrincipalTag/sub}": "USER#p#bob"} {
			tags := map[string]string{"sub": sub}
			if sub == "" {
				tags = nil
			}
			if got := decided(t, policies, tags, "GetItem", read(pk)); got != "denied" {
				t.Errorf("the tag %q at %s: %s", sub, pk, got)
			}
		}
		if got := decided(t, policies, map[string]string{"SUB": "b*b"}, "GetItem", read("USER#p#b*b")); got != "allowed" {
			t.Errorf("a star of its own: %s", got)
		}
	}
}

// IAM user guide, "Policy evaluation logic".
func TestR95_ADenialWinsInAnyOrder(t *testing.T) {
	body := `{"TableName":"suite-Table",` + ada + `,"ReturnValues":"NONE"}`
	allow := `{"Effect":"Allow","Action":["DynamoDB:Get*"],"Resource":["arn:*:dynamodb:*:*:table/suite-*"]}`
	unsure := `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"dynamodb:Attributes":"authzRoles"}}}`
	never := `{"Effect":"Deny","Action":"dynamodb:GetItem","Resource":"*","Condition":{"Null":{"dynamodb:LeadingKeys":"true"}}}`
	get := `{"TableName":"suite-Table",` + ada + `}`
	for name, x := range map[string]struct {
		body, want string
		statements []string
	}{
		"nothing":              {get, "denied", nil},
		"allowed":              {get, "allowed", []string{allow}},
		"denied first":         {get, "denied", []string{`{"Effect":"Deny","Action":"*","Resource":"*"}`, allow}},
		"denied last":          {get, "denied", []string{allow, `{"Effect":"Deny","Action":"dynamodb:*","Resource":"*"}`}},
		"denied elsewhere":     {get, "allowed", []string{allow, `{"Effect":"Deny","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/suite-Table/index/*"}`}},
		"denied for others":    {get, "allowed", []string{allow, never, unsure}},
		"perhaps denied":       {body, "not modelled", []string{allow, unsure}}, // GetItem has no ReturnValues: what else it means is not known
		"perhaps allowed":      {body, "allowed", []string{allow}},
		"a segment of the ARN": {get, "denied", []string{`{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:table/suite-Table:*"}`}},
	} {
		if got := decided(t, []Policy{policy(t, x.statements...)}, nil, "GetItem", x.body); !strings.HasPrefix(got, x.want) {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

func TestR95_WhatIsNotModelledInAPolicyIsAnErrorByName(t *testing.T) {
	statement := func(members string) string {
		return `{"Sid":"Odd","Effect":"Allow","Resource":"*","Action":"dynamodb:GetItem"` + members + `}`
	}
	for text, want := range map[string]string{
		statement(`,"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`):                             "the operator IpAddress",
		statement(`,"Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`):                              "the condition key aws:SourceVpc",
		statement(`,"Condition":{"StringEquals":{"dynamodb:Attributes":"pk"}}`):                           "which has several values",
		statement(`,"Condition":{"ForAllValues:StringNotEquals":{"dynamodb:Attributes":"pk"}}`):           "the operator ForAllValues:StringNotEquals",
		statement(`,"Condition":{"NullIfExists":{"dynamodb:LeadingKeys":"true"}}`):                        "the operator NullIfExists",
		statement(`,"Condition":{"Null":{"dynamodb:LeadingKeys":["true","false"]}}`):                      "of Null",
		statement(`,"Condition":{"StringEquals":{"dynamodb:Select":"${aws:username}"}}`):                  "the variable ${aws:username}",
		statement(`,"Condition":{"StringEquals":{"dynamodb:Select":"${*}"}}`):                             "the variable ${*}",
		statement(`,"Condition":{"StringEquals":{"dynamodb:Select":"${aws:PrincipalTag/sub, 'x'}"}}`):     "the variable",
		statement(`,"Condition":{"StringEquals":{"dynamodb:Select":"${aws:PrincipalTag/sub"}}`):           "the value",
		`{"Sid":"Odd","Effect":"Allow","Resource":"*","NotAction":"s3:*"}`:                                "NotAction",
		`{"Sid":"Odd","Effect":"Allow","NotResource":"*","Action":"dynamodb:*"}`:                          "NotResource",
		`{"Sid":"Odd","Effect":"Allow","Resource":"arn:aws:dynamodb:*","Action":"dynamodb:*"}`:            "the Resource",
		`{"Sid":"Odd","Effect":"Allow","Resource":"arn:aws:dynamodb:::table/${x}","Action":"dynamodb:*"}`: "a variable in the Resource",
		`{"Sid":"Odd","Effect":"Permit","Resource":"*","Action":"*"}`:                                     "an Effect",
		`{"Sid":"Odd","Effect":"Allow","Action":"*"}`:                                                     "it wants a Resource",
		`{"Sid":"Odd","Effect":"Allow","Principal":"*","Action":"sts:AssumeRoleWithWebIdentity"}`:         "Principal",
	} {
		p, err := ParsePolicy("Its", []byte(`{"Version":"2012-10-17","Statement":[`+text+`,`+getItems+`]}`))
		if err == nil || !strings.HasPrefix(err.Error(), "the policy Its: the statement Odd: not modelled: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
		if len(p.statements) != 1 {
			t.Errorf("%s: %d statements are left", text, len(p.statements))
		}
	}
	for text, want := range map[string]string{
		`{"Version":"2008-10-17","Statement":[]}`:              `not modelled: the version "2008-10-17"`,
		`{"Version":"2012-10-17","Statement":{}}`:              "not modelled",
		`{"Version":"2012-10-17","Statement":[],"More":1}`:     "not modelled",
		`{"Version":"2012-10-17","Statement":[]} {}`:           "not modelled",
		`{"Version":"2012-10-17","Statement":[{"Sid":{}}]}`:    "the statement number 1",
		`{"Version":"2012-10-17","Statement":[{"Action":{}}]}`: "want a text or a list of texts",
	} {
		if _, err := ParsePolicy("Its", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	passed := policy(t, `{"Effect":"Allow","Action":["kms:Decrypt","logs:*","xray:Put*","cognito-idp:*","lambda:*"],"NotResource":"*","Condition":{"Odd":{}}}`)
	if len(passed.statements) != 0 {
		t.Errorf("statements of other services: %+v", passed)
	}
}

// AssumeRoleWithWebIdentity as the CDK's WebIdentityPrincipal and WithSessionTags declare it.
func TestR95_ARoleIsTakenAsItsTrustPolicySays(t *testing.T) {
	trust := func(action, aud, amr string) Policy {
		return policy(t, fmt.Sprintf(`{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":%s,"Condition":{
			"StringEquals":{"cognito-identity.amazonaws.com:aud":%q},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":%q}}}`, action, aud, amr))
	}
	const plain, tagging = `"sts:AssumeRoleWithWebIdentity"`, `["sts:AssumeRoleWithWebIdentity","sts:TagSession"]`
	user := WebIdentity{Audience: "us-east-1:p", Subject: "us-east-1:i", AMR: []string{"authenticated", "cognito-idp…"}}
	tagged := user
	tagged.Tags = map[string]string{"sub": "1"}
	guest := WebIdentity{Audience: "us-east-1:p", AMR: []string{"unauthenticated"}}
	lambda := policy(t, `{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}`)
	for name, x := range map[string]struct {
		trust Policy
		who   WebIdentity
		want  string
	}{
		"a user":                 {trust(plain, "us-east-1:p", "authenticated"), user, ""},
		"a guest":                {trust(plain, "us-east-1:p", "authenticated"), guest, "AssumeRoleWithWebIdentity"},
		"a guest's role":         {trust(plain, "us-east-1:p", "unauth*"), guest, ""},
		"another identity pool":  {trust(plain, "us-east-1:q", "authenticated"), user, "AssumeRoleWithWebIdentity"},
		"tags":                   {trust(tagging, "us-east-1:p", "authenticated"), tagged, ""},
		"tags that may not be":   {trust(plain, "us-east-1:p", "authenticated"), tagged, "sts:TagSession"},
		"a function's role":      {lambda, user, "AssumeRoleWithWebIdentity"},
		"a role without a trust": {Policy{}, user, "AssumeRoleWithWebIdentity"},
	} {
		err := AssumeRoleWithWebIdentity(x.trust, x.who)
		if (err == nil) != (x.want == "") || err != nil && !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
}

// IAM User Guide, "IAM JSON policy elements: Resource": * is any run, ? any one character.
func TestR95_Wildcards(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"a*c", "abbc", true},
		{"a*c", "ac", true},
		{"a*c", "abd", false},
		{"*b*d", "abcd", true},
		{"*b*d", "acd", false},
		{"*", "", true},
		{"a*a", "a", false},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"a?c", "abd", false},
		{"?", "", false},
		{"a?*", "ab", true},
	} {
		if got := Like(c.pattern, c.text); got != c.want {
			t.Errorf("%s, %s: %v", c.pattern, c.text, got)
		}
	}
}

// A pattern matches as the regular expression of the same form.
func TestR95_WildcardsMatchAsARegularExpression(t *testing.T) {
	form.Check(t, 200, 2_000, 100_000, func(t *rapid.T) {
		text := rapid.StringMatching(`[ab*?é]{0,8}`).Draw(t, "pattern")
		value := rapid.StringMatching(`[ab*?é]{0,8}`).Draw(t, "value")
		expression := regexp.MustCompile("^(?s)" + strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(text)) + "$")
		if got, want := newPattern(text, true).matches(value, nil), expression.MatchString(value); got != want {
			t.Fatalf("%q and %q: %v", text, value, got)
		}
		if got := newPattern(text, false).matches(value, nil); got != (text == value) {
			t.Fatalf("%q equals %q: %v", text, value, got)
		}
	})
}

// A role that gets a narrower condition is allowed no more: own rows are never others', whatever
// a request says.
func TestR95_NoRequestReachesAnotherLeadingKey(t *testing.T) {
	policies := []Policy{policy(t, strings.ReplaceAll(leading, `"dynamodb:GetItem"`, `"dynamodb:GetItem","dynamodb:UpdateItem","dynamodb:Query"`)), policy(t, ownRows)}
	form.Check(t, 200, 2_000, 50_000, func(t *rapid.T) {
		item := rapid.MapOfN(rapid.SampledFrom([]string{"pk", "sk", "Pk", "email"}), rapid.Just(map[string]string{"S": "USER#p#bob"}), 1, 3)
		in := map[string]any{"TableName": "suite-Table"}
		for _, member := range rapid.SliceOfN(rapid.SampledFrom([]string{"Key", "Item", "key", "Expected", "ProjectionExpression", "KeyConditionExpression", "ConditionExpression", "Select", "IndexName"}), 1, 4).Draw(t, "members") {
			switch member {
			case "Key", "Item", "key", "Expected":
				in[member] = item.Draw(t, member)
			case "Select":
				in[member] = rapid.SampledFrom([]string{"ALL_ATTRIBUTES", "COUNT", "SPECIFIC_ATTRIBUTES"}).Draw(t, member)
			default:
				in[member] = rapid.StringMatching(`((pk|email|#a|AND|=|:v|,|\(|\)|begins_with|size) ?){1,6}`).Draw(t, member)
			}
		}
		in["ExpressionAttributeNames"] = map[string]string{"#a": rapid.SampledFrom([]string{"pk", "email", "authzRoles"}).Draw(t, "#a")}
		in["ExpressionAttributeValues"] = map[string]any{":v": map[string]string{"S": "USER#p#bob"}}
		body, _ := json.Marshal(in)
		operation := rapid.SampledFrom([]string{"GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"}).Draw(t, "operation")
		_, hasKey := in["Key"]
		_, hasItem := in["Item"]
		_, queries := in["KeyConditionExpression"]
		keyed := map[string]bool{"GetItem": hasKey, "UpdateItem": hasKey, "DeleteItem": hasKey, "PutItem": hasItem, "Query": queries}[operation]
		g := NewGuard(NewKeys(), []Table{suiteTable}, region, nil)
		if refused := g.authorize(Principal{ARN: own, Policies: policies, Tags: map[string]string{"sub": "ada"}}, target+operation, body); keyed && refused == nil {
			t.Fatalf("%s %s is allowed", operation, body)
		}
	})
}

func FuzzR95_ARequestIsAllowedOnlyIfItIsUnderstood(f *testing.F) {
	f.Add("GetItem", `{"TableName":"suite-Table",`+ada+`,"ProjectionExpression":"email"}`)
	f.Add("Query", `{"TableName":"suite-Table","KeyConditionExpression":"#a = :b AND begins_with(sk, :c)","ExpressionAttributeNames":{"#a":"pk"},"ExpressionAttributeValues":{":b":{"S":"USER#p#ada"}}}`)
	f.Add("BatchWriteItem", `{"RequestItems":{"suite-Table":[{"PutRequest":{"Item":{"pk":{"S":"CLIENT#1"}}}}]}}`)
	policies := []Policy{policy(f, ownRows)}
	f.Fuzz(func(t *testing.T, operation, body string) {
		if decided(t, policies, map[string]string{"sub": "ada"}, operation, body) == "allowed" && (operation != "GetItem" && operation != "Query" || !strings.Contains(body, "ada") && !strings.Contains(body, `\u`)) {
			t.Errorf("%s %s", operation, body)
		}
	})
}

func FuzzR95_APolicyIsReadOrRefused(f *testing.F) {
	for _, statement := range []string{update, selecting, leading, index, ownRows} {
		f.Add(`{"Version":"2012-10-17","Statement":[` + statement + `]}`)
	}
	f.Fuzz(func(t *testing.T, document string) {
		p, err := ParsePolicy("p", []byte(document))
		if err != nil {
			return
		}
		decided(t, []Policy{p}, nil, "GetItem", `{"TableName":"suite-Table",`+ada+`}`)
	})
}

func FuzzR95_AnAuthorizationIsReadOrRefused(f *testing.F) {
	keys := NewKeys()
	c := keys.Issue(Principal{ARN: own, Policies: []Policy{policy(f, getItems)}}, noon.Add(1<<40))
	g := newGuarded(keys)
	good := signed(f, c, "GetItem", one).Header.Get("Authorization")
	f.Add(good)
	f.Add("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0")
	f.Fuzz(func(t *testing.T, header string) {
		r := signed(t, c, "GetItem", one)
		r.Header.Set("Authorization", header)
		// Blanks and the order of the three parts say nothing.
		_, signature, _ := strings.Cut(good, "Signature=")
		if got := g.send(t, r, noon); got == "" && !strings.Contains(header, signature) {
			t.Errorf("%q is taken", header)
		}
	})
}
