package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

func (f function) postConfirmation(ctx context.Context, event events.CognitoEventUserPoolsPostConfirmation) (events.CognitoEventUserPoolsPostConfirmation, error) {
	return event, f.writeProfile(ctx, event.CognitoEventUserPoolsHeader, event.Request.UserAttributes)
}

// postAuthentication writes one row after the other, as the examples do.
func (f function) postAuthentication(ctx context.Context, event events.CognitoEventUserPoolsPostAuthentication) (events.CognitoEventUserPoolsPostAuthentication, error) {
	if err := f.writeProfile(ctx, event.CognitoEventUserPoolsHeader, event.Request.UserAttributes); err != nil {
		return event, err
	}
	return event, f.writeSignIn(ctx, event.CognitoEventUserPoolsHeader, event.Request.UserAttributes)
}

// authz is the row with a user's rights.
type authz struct {
	Roles  []string       `dynamodbav:"authzRoles"`
	Tenant string         `dynamodbav:"authzTenant"`
	Status string         `dynamodbav:"authzStatus"`
	Extra  map[string]any `dynamodbav:"authzExtra"`
}

func (f function) preTokenGeneration(ctx context.Context, event events.CognitoEventUserPoolsPreTokenGenV2_0) (events.CognitoEventUserPoolsPreTokenGenV2_0, error) {
	key, err := rowKey(event.UserPoolID, event.Request.UserAttributes["sub"], table.AuthzRow)
	if err != nil {
		return event, err
	}
	out, err := f.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &f.table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return event, fmt.Errorf("reading the user's rights: %w", err)
	}
	var row authz
	if err := attributevalue.UnmarshalMap(out.Item, &row); err != nil {
		return event, fmt.Errorf("reading the user's rights: %w", err)
	}
	claims := map[string]any{"roles": row.Roles, "tenant": row.Tenant}
	id := map[string]any{"roles": row.Roles, "tenant": row.Tenant}
	for name, value := range row.Extra {
		id[name] = value
	}
	event.Response.ClaimsAndScopeOverrideDetails.IDTokenGeneration.ClaimsToAddOrOverride = id
	event.Response.ClaimsAndScopeOverrideDetails.AccessTokenGeneration.ClaimsToAddOrOverride = claims
	event.Response.ClaimsAndScopeOverrideDetails.AccessTokenGeneration.ScopesToAdd = []string{"app/read"}
	return event, nil
}

func rowKey(pool, sub, row string) (map[string]types.AttributeValue, error) {
	return attributevalue.MarshalMap(table.Keys{PK: table.User(pool, sub), SK: row})
}
