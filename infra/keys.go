package infra

import (
	ddb "github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
)

// logKey returns the key of a log group, or nil for CloudWatch's own.
func logKey(scope constructs.Construct, id, arn string) awskms.IKey {
	if arn == "" {
		return nil
	}
	return awskms.Key_FromKeyArn(scope, new(id+"Key"), new(arn))
}

// encryptTable sets the table's key, if there is one. The CDK's own way refuses a stack
// without a Region ("Replica SSE specification cannot be rendered in a region agnostic
// stack"); the key's ARN names its Region anyway.
func encryptTable(table ddb.TableV2, p *Props) {
	if p.TableKeyARN == "" {
		return
	}
	cfn := table.Node().DefaultChild().(ddb.CfnGlobalTable)
	cfn.AddPropertyOverride(new("SSESpecification"), map[string]any{"SSEEnabled": true, "SSEType": "KMS"})
	cfn.AddPropertyOverride(new("Replicas.0.SSESpecification"), map[string]any{"KMSMasterKeyId": p.TableKeyARN})
}

// useTableKey lets a role that may read or write the table use the table's key, through
// DynamoDB alone, which calls KMS on the caller's behalf (developer guide, "Authorizing
// use of your customer managed key").
func useTableKey(p *Props, writes bool) []awsiam.PolicyStatement {
	if p.TableKeyARN == "" {
		return nil
	}
	actions := []string{"kms:Decrypt", "kms:DescribeKey"}
	if writes {
		actions = append(actions, "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
	}
	return []awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: new("UseTableKey"), Actions: list(actions), Resources: list([]string{p.TableKeyARN}),
		Conditions: &map[string]any{"StringLike": map[string]any{"kms:ViaService": "dynamodb.*.amazonaws.com"}},
	})}
}

// sendTraces lets the function send its traces to X-Ray, which has no resources (service
// authorization reference, AWS X-Ray).
func sendTraces(p *Props) []awsiam.PolicyStatement {
	if !p.Tracing {
		return nil
	}
	return []awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: new("SendTraces"), Actions: list([]string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}), Resources: list([]string{"*"}),
	})}
}
