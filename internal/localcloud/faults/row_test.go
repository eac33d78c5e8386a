package faults_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo/record"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// row is the operators' side of the table.
type row struct{ client *dynamodb.Client }

// read returns all rows of a user.
func (r row) read(t *testing.T, sub string) users.Rows {
	t.Helper()
	rows, err := record.Rows(context.WithoutCancel(t.Context()), r.client, directorytest.Table, key(sub))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// grant writes the role that the tests look for in tokens.
func (r row) grant(t *testing.T, sub string) {
	t.Helper()
	item, err := record.Authz(key(sub), table.Authz{Roles: []string{"editor"}, Status: table.Active, Rev: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: new(directorytest.Table), Item: item}); err != nil {
		t.Fatal(err)
	}
}
