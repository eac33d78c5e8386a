package localcloud

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
)

// DynamoDB returns a client for the stack's tables; nil if there are none. AWS_CA_BUNDLE
// does not break its buildable HTTP client.
func (c *Cloud) DynamoDB() *dynamodb.Client {
	if c.store == nil {
		return nil
	}
	return c.store.client()
}

func (s *store) client() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: template.Region, BaseEndpoint: aws.String(s.url()), Credentials: localCredentials(),
		HTTPClient: awshttp.NewBuildableClient(),
	})
}

func localCredentials() aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider("local", "local", "")
}

// createTables creates the tables and waits until they are active.
func (s *store) createTables(ctx context.Context, tables []template.Table) error {
	client := s.client()
	for _, table := range tables {
		if _, err := client.CreateTable(ctx, creation(table)); err != nil {
			return fmt.Errorf("creating table %s: %w", table.LogicalID, err)
		}
	}
	waiter := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 10*time.Millisecond, 100*time.Millisecond
	})
	for _, table := range tables {
		if err := waiter.Wait(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(table.Name)}, startLimit); err != nil {
			return fmt.Errorf("waiting for table %s: %w", table.LogicalID, err)
		}
	}
	return nil
}

func creation(table template.Table) *dynamodb.CreateTableInput {
	attributes := definitions(nil, table.Key)
	input := &dynamodb.CreateTableInput{
		TableName: aws.String(table.Name), BillingMode: types.BillingModePayPerRequest, KeySchema: keySchema(table.Key),
	}
	for _, index := range table.Indexes {
		attributes = definitions(attributes, index.Key)
		input.GlobalSecondaryIndexes = append(input.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(index.Name), KeySchema: keySchema(index.Key),
			Projection: &types.Projection{ProjectionType: types.ProjectionType(index.Projection), NonKeyAttributes: index.NonKeyAttributes},
		})
	}
	input.AttributeDefinitions = attributes
	return input
}

// keySchema leaves out an absent range key.
func keySchema(key template.Key) []types.KeySchemaElement {
	schema := []types.KeySchemaElement{{AttributeName: aws.String(key.Hash.Name), KeyType: types.KeyTypeHash}}
	if key.Range.Name != "" {
		schema = append(schema, types.KeySchemaElement{AttributeName: aws.String(key.Range.Name), KeyType: types.KeyTypeRange})
	}
	return schema
}

// definitions adds a key's attributes to those already defined.
func definitions(defined []types.AttributeDefinition, key template.Key) []types.AttributeDefinition {
	for _, attribute := range []template.Attribute{key.Hash, key.Range} {
		known := slices.ContainsFunc(defined, func(d types.AttributeDefinition) bool { return *d.AttributeName == attribute.Name })
		if attribute.Name != "" && !known {
			defined = append(defined, types.AttributeDefinition{
				AttributeName: aws.String(attribute.Name), AttributeType: types.ScalarAttributeType(attribute.Type),
			})
		}
	}
	return defined
}
