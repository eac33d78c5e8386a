package infra

import (
	ddb "github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// newTable makes the one table. It is on demand: sign-ins come in waves, and a throttled
// write is a lost one. The indexes are sparse (only a live PROFILE has emailKey and shard) and hold
// keys only: a reader then reads the item itself, which is consistent, unlike an
// index.
//
// A stack that is deployed takes one new index in an update, and CloudFormation refuses two
// ("Cannot perform more than one GSI creation or deletion in a single update",
// github.com/aws/aws-cdk/issues/14920). So a release adds one at most.
func newTable(scope constructs.Construct, p *Props) ddb.TableV2 {
	made := ddb.NewTableV2(scope, new("Table"), &ddb.TablePropsV2{
		PartitionKey:        text(table.PK),
		SortKey:             text(table.SK),
		Billing:             ddb.Billing_OnDemand(nil),
		TimeToLiveAttribute: new(table.TTL),
		GlobalSecondaryIndexes: &[]*ddb.GlobalSecondaryIndexPropsV2{{
			IndexName:      new(table.EmailIndex),
			PartitionKey:   text(table.EmailKey),
			ProjectionType: ddb.ProjectionType_KEYS_ONLY,
		}, {
			IndexName:      new(table.ShardIndex),
			PartitionKey:   text(table.ShardKey),
			SortKey:        text(table.PK),
			ProjectionType: ddb.ProjectionType_KEYS_ONLY,
		}},
		PointInTimeRecoverySpecification: &ddb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: new(true),
		},
		DeletionProtection: new(p.protected()),
		RemovalPolicy:      p.removal(),
	})
	encryptTable(made, p)
	return made
}

// text returns a key attribute of type S.
func text(name string) *ddb.Attribute {
	return &ddb.Attribute{Name: new(name), Type: ddb.AttributeType_STRING}
}
