package infra

import (
	ddb "github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// newRole makes the function's own role. Its statements are in the role and not in a
// separate policy: the function never exists without them, and a reader sees in one
// place all that it may do. There is no managed policy and no wildcard.
func newRole(scope constructs.Construct, t triggers.Trigger, logs awslogs.ILogGroup, table ddb.ITableV2, p *Props) awsiam.Role {
	statements := []awsiam.PolicyStatement{writeLogs(logs)}
	if t.Reads {
		statements = append(statements, readItems(table))
	}
	if t.Compares {
		statements = append(statements, compareProfile(table))
	}
	if len(writes(t)) > 0 {
		statements = append(statements, updateItems(t, table))
	}
	statements = append(statements, moves(t, table, p)...)
	if t.UsesTable() {
		statements = append(statements, useTableKey(p, len(t.Writes) > 0)...)
	}
	return newLambdaRole(scope, t.Name, "Trigger", append(statements, sendTraces(p)...))
}

// newLambdaRole makes a function's role with these statements.
func newLambdaRole(scope constructs.Construct, id, policy string, statements []awsiam.PolicyStatement) awsiam.Role {
	return awsiam.NewRole(scope, new(id+"Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(new("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			policy: awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
}

// writeLogs lets Lambda write the function's lines into its own log group. The stack
// makes the group, so the function need not.
func writeLogs(logs awslogs.ILogGroup) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:       new("WriteOwnLogs"),
		Actions:   list([]string{"logs:CreateLogStream", "logs:PutLogEvents"}),
		Resources: &[]*string{logs.LogGroupArn()},
	})
}

// readItems lets the function read single items, from the table alone: an index is not
// consistent.
func readItems(table ddb.ITableV2) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:       new("ReadItems"),
		Actions:   list([]string{"dynamodb:BatchGetItem", "dynamodb:GetItem"}),
		Resources: &[]*string{table.TableArn()},
	})
}

// compareProfile lets the function ask whether PROFILE says what an event says.
func compareProfile(table ddb.ITableV2) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        new("CompareProfile"),
		Actions:    list([]string{"dynamodb:BatchGetItem"}),
		Resources:  &[]*string{table.TableArn()},
		Conditions: selecting(dynamo.CompareAttributes()),
	})
}

// updateItems lets the function update its own columns. PutItem and DeleteItem would
// replace or remove a whole item, whatever its columns, and AWS advises against them
// beside such a condition (amazondynamodb developer guide, specifying-conditions).
func updateItems(t triggers.Trigger, table ddb.ITableV2) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        new("UpdateOwnAttributes"),
		Actions:    list([]string{"dynamodb:UpdateItem"}),
		Resources:  &[]*string{table.TableArn()},
		Conditions: updating(writes(t)),
	})
}

// updating allows an update that names these columns only: no other can be written. It
// does not keep the role from reading. dynamodb:Attributes is compared with the columns
// that the request names, "not on attributes in the response". ReturnValues is limited,
// because ALL_OLD and ALL_NEW would return every column of the item; the key is absent if
// the request does not set it, so the condition is IfExists. But
// ReturnValuesOnConditionCheckFailure has no condition key (amazondynamodb developer
// guide, specifying-conditions, the list of keys): an update whose condition fails may
// ask for ALL_OLD and gets the whole row. So a role that may update can read every row
// whose key it knows. The functions never ask for it; `make verify-aws` asks whether it
// is so.
func updating(attributes []string) *map[string]any {
	return &map[string]any{
		"ForAllValues:StringEquals": map[string]any{"dynamodb:Attributes": attributes},
		"StringEqualsIfExists":      map[string]any{"dynamodb:ReturnValues": "NONE"},
	}
}
