package journey

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

func (j *Journey) key(sub, row string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		table.PK: &types.AttributeValueMemberS{Value: table.User(j.PoolID, sub)},
		table.SK: &types.AttributeValueMemberS{Value: row},
	}
}

// grantAda writes the AUTHZ row, as the team's own server does; no trigger may.
func (j *Journey) grantAda(ctx context.Context) (Result, error) {
	item, err := attributevalue.MarshalMap(map[string]any{
		"authzRoles": []string{"editor"}, "authzStatus": "active",
		"authzTenant": "acme", "authzTenants": []string{"acme", "globex"},
		"authzTenantRoles": map[string][]string{"acme": {"admin"}},
		"authzExtra":       map[string]any{"plan": "team"}, "authzRev": 1,
	})
	if err != nil {
		return Result{}, err
	}
	for name, value := range j.key(j.ada.sub, table.AuthzRow) {
		item[name] = value
	}
	_, err = j.Dynamo.PutItem(ctx, &dynamodb.PutItemInput{TableName: &j.TableName, Item: item})
	return Result{Note: "AUTHZ: role editor, tenants acme and globex, admin in acme alone, plan team"}, err
}

func (j *Journey) suspendAda(ctx context.Context) (Result, error) {
	_, err := j.Dynamo.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &j.TableName, Key: j.key(j.ada.sub, table.AuthzRow),
		UpdateExpression:          new("SET authzStatus = :s"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":s": &types.AttributeValueMemberS{Value: "suspended"}},
	})
	return Result{Note: "AUTHZ: status suspended"}, err
}

// Row returns one row of a user as plain values; nil if there is none.
func (j *Journey) Row(ctx context.Context, sub, row string) (map[string]any, error) {
	out, err := j.Dynamo.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &j.TableName, Key: j.key(sub, row), ConsistentRead: new(true),
	})
	if err != nil || out.Item == nil {
		return nil, err
	}
	plain := map[string]any{}
	if err := attributevalue.UnmarshalMap(out.Item, &plain); err != nil {
		return nil, fmt.Errorf("reading the row %s: %w", row, err)
	}
	return plain, nil
}

// Subs returns the subs of the journey's users, by name.
func (j *Journey) Subs() map[string]string {
	return map[string]string{"Ada": j.ada.sub, "Grace": j.grace.sub}
}

func (j *Journey) expectProfile(ctx context.Context, sub, email string) error {
	profile, err := j.Row(ctx, sub, table.ProfileRow)
	if err != nil {
		return err
	}
	return expect(profile != nil && profile["email"] == email && profile["status"] == "active",
		"the table has no whole PROFILE of %s: %v", sub, profile)
}
