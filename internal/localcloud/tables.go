package localcloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
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

// createTables creates the tables that are not kept, and waits until all are active.
func (s *store) createTables(ctx context.Context, tables []template.Table) error {
	client := s.client()
	for _, table := range tables {
		_, err := client.CreateTable(ctx, creation(table))
		if _, kept := errors.AsType[*types.ResourceInUseException](err); kept {
			err = s.asBefore(ctx, table)
		}
		if err != nil {
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

// asBefore refuses a kept table whose keys or indexes the template has changed: dynalite has
// no way to change them (actions/updateTable.js).
func (s *store) asBefore(ctx context.Context, table template.Table) error {
	found, err := s.client().DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table.Name})
	if err != nil {
		return err
	}
	kept := found.Table
	made := &dynamodb.CreateTableInput{KeySchema: kept.KeySchema, AttributeDefinitions: kept.AttributeDefinitions}
	for _, index := range kept.GlobalSecondaryIndexes {
		made.GlobalSecondaryIndexes = append(made.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: index.IndexName, KeySchema: index.KeySchema, Projection: index.Projection,
		})
	}
	if shape(creation(table)) != shape(made) {
		return errors.New("the template says other keys or indexes than the kept table has, which only a deployment can change: begin anew with another folder of --data")
	}
	return nil
}

// shape returns keys and indexes as a text, in whichever order they were.
func shape(in *dynamodb.CreateTableInput) string {
	lines := []string{}
	add := func(what any) {
		text, _ := json.Marshal(what)
		lines = append(lines, string(text))
	}
	for _, a := range in.AttributeDefinitions {
		add(a)
	}
	for _, index := range in.GlobalSecondaryIndexes {
		if index.Projection != nil {
			slices.Sort(index.Projection.NonKeyAttributes)
		}
		add(index)
	}
	slices.Sort(lines)
	add(in.KeySchema)
	return strings.Join(lines, "\n")
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
