package main

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// asksTheTable is R96 in a browser: a page asks the table with the credentials of its user, whom
// the Authenticator has signed in.
func (s session) asksTheTable() {
	s.Helper()
	s.does("signIn")
	ada := table.User(s.j.PoolID, s.does("refresh")["sub"])
	bob := ada[:len(ada)-1] + "_"
	s.put(ada, table.AuthzRow, "authzTenant", "acme")
	s.put(bob, table.ProfileRow, "email", "bob@example.com")

	key := func(pk, row string) string {
		return `"Key": {"pk": {"S": "` + pk + `"}, "sk": {"S": "` + row + `"}}`
	}
	only := func(columns string) string { return `"ProjectionExpression": "` + columns + `"` }
	from := func(pk string) string {
		return `"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "` + pk + `"}}`
	}
	transaction := func(key string) string {
		return `"TransactItems": [{"Get": {"TableName": "TABLE", ` + key + `, ` + only("email") + `}}]`
	}
	own := key(ada, table.ProfileRow)
	const denied, read = "AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role/", "email"
	for _, c := range []struct {
		name, operation string
		input           []string
		spoil, want     string
	}{
		{"own PROFILE", "GetItem", []string{own, only(read)}, "", s.user["email"]},
		{"own SIGNIN", "GetItem", []string{key(ada, table.SignInRow), only("lastSignInAt")}, "", "lastSignInAt"},
		{"all own rows", "Query", []string{from(ada), only("sk,email")}, "", s.user["email"]},
		{"own PROFILE as a whole", "GetItem", []string{own}, "", denied},
		{"all own rows as a whole", "Query", []string{from(ada)}, "", denied},
		{"how many own rows", "Query", []string{from(ada), `"Select": "COUNT"`}, "", denied},
		{"own AUTHZ", "GetItem", []string{key(ada, table.AuthzRow), only("authzTenant")}, "", denied},
		{"AUTHZ among own rows", "Query", []string{from(ada), only("sk,authzTenant")}, "", denied},
		{"AUTHZ by a filter", "Query", []string{from(ada), only("sk"), `"FilterExpression": "attribute_exists(authzTenant)"`}, "", denied},
		{"Bob's PROFILE", "GetItem", []string{key(bob, table.ProfileRow), only(read)}, "", denied},
		{"Bob's rows", "Query", []string{from(bob), only(read)}, "", denied},
		{"own and Bob's", "BatchGetItem", []string{`"RequestItems": {"TABLE": {"Keys": [{"pk": {"S": "` + ada + `"}, "sk": {"S": "PROFILE"}}, {"pk": {"S": "` + bob + `"}, "sk": {"S": "PROFILE"}}], ` + only(read) + `}}`}, "", denied},
		{"own in a transaction", "TransactGetItems", []string{transaction(own)}, "", denied}, // on AWS it is read by the grant of GetItem
		{"Bob's in a transaction", "TransactGetItems", []string{transaction(key(bob, table.ProfileRow))}, "", denied},
		{"everybody", "Scan", []string{only(read)}, "", denied},
		{"who has an address", "Query", []string{`"IndexName": "byEmail"`, `"KeyConditionExpression": "emailKey = :p", "ExpressionAttributeValues": {":p": {"S": "bob@example.com"}}`, only("pk")}, "", denied},
		{"a write of own", "UpdateItem", []string{own, `"UpdateExpression": "SET email = :p", "ExpressionAttributeValues": {":p": {"S": "x"}}`}, "", denied},
		{"another row of own", "PutItem", []string{`"Item": {"pk": {"S": "` + ada + `"}, "sk": {"S": "AUTHZ"}}`}, "", denied},
		{"the end of own", "DeleteItem", []string{own}, "", denied},
		{"own by PartiQL", "ExecuteStatement", []string{`"Statement": "SELECT email FROM \"TABLE\" WHERE pk='` + ada + `'"`}, "", denied},
		{"the table", "DescribeTable", nil, "", denied},
		{"with another secret", "GetItem", []string{own, only(read)}, `"forged": {"secretAccessKey": "another"}`, "InvalidSignatureException: "},
		{"with another session", "GetItem", []string{own, only(read)}, `"forged": {"sessionToken": "another"}`, "UnrecognizedClientException: "},
		{"with the administrator's key", "GetItem", []string{own, only(read)}, `"forged": {"accessKeyId": "local", "secretAccessKey": "local", "sessionToken": null}`, "AccessDeniedException: The local cloud does not take"},
		{"signed an hour ago", "GetItem", []string{own, only(read)}, `"late": -3600000`, "InvalidSignatureException: "},
	} {
		if got := s.asks(c.operation, c.input, c.spoil); !strings.Contains(got, c.want) || (c.want == denied) != strings.HasPrefix(got, denied) {
			s.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	s.leaves()
}

// asks sends a request to the table from the page and returns the answer or the refusal.
func (s session) asks(operation string, input []string, spoil string) string {
	s.Helper()
	if !strings.Contains(operation, "Batch") && !strings.Contains(operation, "Transact") && operation != "ExecuteStatement" {
		input = append(input, `"TableName": "TABLE"`)
	}
	members := []string{`"operation": "` + operation + `"`, `"endpoint": "` + s.cloud.Endpoints().DynamoDB + `"`, `"region": "` + s.cloud.Stack.Region + `"`, `"input": {` + strings.Join(input, ", ") + `}`}
	if spoil != "" {
		members = append(members, spoil)
	}
	request := strings.ReplaceAll("{"+strings.Join(members, ", ")+"}", "TABLE", s.cloud.Table())
	if !json.Valid([]byte(request)) {
		s.Fatalf("no JSON: %s", request)
	}
	told := s.does("ask", "request", request)
	return told["answer"] + told["refused"]
}

func (s session) put(pk, row, column, value string) {
	s.Helper()
	item := map[string]types.AttributeValue{}
	for name, value := range map[string]string{table.PK: pk, table.SK: row, column: value} {
		item[name] = &types.AttributeValueMemberS{Value: value}
	}
	if _, err := s.cloud.DynamoDB().PutItem(s.Context(), &dynamodb.PutItemInput{TableName: new(s.cloud.Table()), Item: item}); err != nil {
		s.Fatal(err)
	}
}
