package infra

import (
	"os"
	"slices"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// reconcileFolder is the folder of the function's program in dist.
const reconcileFolder = "reconcile"

// The environment of the function, in addition to the table's name.
const (
	envPool     = "USER_POOL_ID"
	envListRate = "LIST_RATE"
	envEvery    = "EVERY_HOURS"
)

// reconcileMinutes is Lambda's longest time-out.
const reconcileMinutes = 15

// newReconcile makes the scheduled sweep, if the stage has one. The pool does not call
// this function as it calls the triggers, so it may have the pool's id and statements
// about it without a cycle (github.com/aws/aws-cdk#7016).
func newReconcile(scope constructs.Construct, s *TriggerSuite, p *Props) error {
	if p.Reconcile.EveryHours == 0 {
		return nil
	}
	folder, err := stageBundle(reconcileFolder, p)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	logs := newLogs(scope, "Reconcile", p)
	fn := awslambda.NewFunction(scope, new("Reconcile"), functionProps(p, &awslambda.FunctionProps{
		Description: new("Makes the table equal to the user pool"),
		Code:        awslambda.Code_FromAsset(new(folder), nil),
		Timeout:     awscdk.Duration_Minutes(new(float64(reconcileMinutes))),
		Environment: &map[string]*string{
			envTable: s.Table.TableName(), envPool: s.Pool.UserPoolId(),
			envListRate:  new(strconv.Itoa(p.Reconcile.ListRate)),
			envEvery:     new(strconv.Itoa(p.Reconcile.EveryHours)),
			envNamespace: new(p.namespace(scope)),
		},
		Role:     reconcileRole(scope, logs, s, p),
		LogGroup: logs,
	}))
	trace(fn, p)
	s.Reconcile = fn
	schedule(scope, fn)
	return nil
}

// schedule lets EventBridge call the function every five minutes: a run without work costs one
// read. A failed run is not repeated: the next one does its work.
func schedule(scope constructs.Construct, fn awslambda.Function) {
	rule := awsevents.NewCfnRule(scope, new("ReconcileSchedule"), &awsevents.CfnRuleProps{
		Description:        new("Runs the sweep that makes the table equal to the user pool"),
		ScheduleExpression: new("rate(5 minutes)"),
		State:              new("ENABLED"),
		Targets: []any{&awsevents.CfnRule_TargetProperty{
			Arn: fn.FunctionArn(), Id: new("Reconcile"),
			RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{MaximumRetryAttempts: new(0.0)},
		}},
	})
	awslambda.NewCfnPermission(scope, new("ReconcilePermission"), &awslambda.CfnPermissionProps{
		Action: new("lambda:InvokeFunction"), FunctionName: fn.FunctionArn(),
		Principal: new("events.amazonaws.com"), SourceArn: rule.AttrArn(),
	})
	awslambda.NewEventInvokeConfig(scope, new("ReconcileOnce"), &awslambda.EventInvokeConfigProps{
		Function: fn, RetryAttempts: new(0.0),
	})
}

// reconcileRole lets the function list and describe the pool and ask for a user, and write
// what a trigger may and what erases. It reads PROFILE and nothing of AUTHZ, and keeps its
// book in rows of its own.
func reconcileRole(scope constructs.Construct, logs awslogs.ILogGroup, s *TriggerSuite, p *Props) awsiam.Role {
	mirror := &[]*string{s.Table.TableArn()}
	statements := []awsiam.PolicyStatement{
		writeLogs(logs),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: new("ReadPool"), Actions: list([]string{"cognito-idp:AdminGetUser", "cognito-idp:DescribeUserPool", "cognito-idp:ListUsers"}),
			Resources: &[]*string{s.Pool.UserPoolArn()},
		}),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: new("ReadProfiles"), Actions: list([]string{"dynamodb:BatchGetItem", "dynamodb:Scan"}), Resources: mirror,
			Conditions: selecting(sorted(dynamo.ProfileAttributes(), live.ScanAttributes())),
		}),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: new("ReadShards"), Actions: list([]string{"dynamodb:Query"}), Resources: &[]*string{new(*s.Table.TableArn() + "/index/" + table.ShardIndex)},
		}),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: new("WriteProfilesAndTombstones"), Actions: list([]string{"dynamodb:UpdateItem"}), Resources: mirror,
			Conditions: updating(sorted(dynamo.ProfileAttributes(), dynamo.EraseAttributes())),
		}),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: new("KeepBook"), Actions: list([]string{"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}), Resources: mirror,
			Conditions: &map[string]any{
				"ForAllValues:StringLike": map[string]any{"dynamodb:LeadingKeys": []string{table.CheckpointPrefix + "*"}},
				"StringEqualsIfExists":    map[string]any{"dynamodb:ReturnValues": "NONE"},
			},
		}),
	}
	statements = slices.Concat(statements, useTableKey(p, true), sendTraces(p))
	return newLambdaRole(scope, "Reconcile", "Reconcile", statements)
}

// sorted returns all names, sorted, each once.
func sorted(lists ...[]string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(lists...))))
}
