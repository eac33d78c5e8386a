package infra

import (
	"maps"
	"os"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	ddb "github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// attachFolder is the folder of the custom resource's program in dist.
const attachFolder = "attach"

// attachSeconds is the function's time-out. It ends before the resource's own, so that a
// deployment reads why. The pool may be tried nine times, with pauses of up to a minute in all.
const attachSeconds = 240

// newAttach puts the aliases into a pool that the stage attaches, by a function of the suite that CloudFormation runs.
// It comes after aliases and permissions and goes before them: the pool never calls what it may
// not call, or what is no longer there. The versions are among its properties, so that every
// deployment of functions looks at the pool again: CloudFormation does not see that a hook was
// lost (github.com/serverless/serverless#9635).
func newAttach(scope constructs.Construct, s *TriggerSuite, p *Props) error {
	to := p.ExistingPool
	if to.Mode != settings.PoolAttach {
		return nil
	}
	folder, err := stageBundle(attachFolder, p)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	logs := newLogs(scope, "Attach", p)
	env := map[string]*string{envTable: s.Table.TableName()}
	if to.SMSRoleARN != "" {
		env[envSMSRole] = new(to.SMSRoleARN)
	}
	fn := awslambda.NewFunction(scope, new("Attach"), functionProps(p, &awslambda.FunctionProps{
		Description: new("Puts the suite's hooks into a user pool that the stack did not make"),
		Code:        awslambda.Code_FromAsset(new(folder), nil),
		Timeout:     awscdk.Duration_Seconds(new(float64(attachSeconds))),
		Environment: &env,
		Role:        attachRole(scope, logs, s, p),
		LogGroup:    logs,
		// No copy of a request works beside the next one.
		ReservedConcurrentExecutions: new(1.0),
	}))
	hooks, versions, replace, after := map[string]any{}, []any{}, []string{}, []constructs.IDependable{}
	for _, t := range p.Hooked() {
		if slices.Contains(to.Replace, settings.HookOf(t)) {
			replace = append(replace, t.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Aliases)) {
		hooks[name] = s.Aliases[name].FunctionArn()
		versions = append(versions, s.Aliases[name].Version().Version())
		after = append(after, s.Aliases[name])
	}
	resource := awscdk.NewCustomResource(scope, new("Hooks"), &awscdk.CustomResourceProps{
		ServiceToken:   fn.FunctionArn(),
		ServiceTimeout: awscdk.Duration_Seconds(new(float64(serviceSeconds))),
		ResourceType:   new(settings.AttachType),
		Properties: &map[string]any{
			"Pool": s.Pool.UserPoolId(), "Hooks": hooks, "TokenVersion": string(p.TokenVersion), "Deployed": versions,
			"Replace": replace, "Carry": to.Carry, "Drop": to.Drop,
		},
	})
	for _, permission := range s.permissions {
		after = append(after, permission)
	}
	resource.Node().AddDependency(after...)
	return nil
}

// envSMSRole is the role that the function may pass.
const envSMSRole = "SMS_ROLE_ARN"

// attachRole lets the function look at the one pool and update it, ask and call the aliases, and
// keep the pool's row. It may pass one role, and that to Cognito alone.
func attachRole(scope constructs.Construct, logs awslogs.ILogGroup, s *TriggerSuite, p *Props) awsiam.Role {
	var aliases, functions []*string
	for _, name := range slices.Sorted(maps.Keys(s.Aliases)) {
		aliases = append(aliases, s.Aliases[name].FunctionArn())
		functions = append(functions, s.Functions[name].FunctionArn())
	}
	statements := []awsiam.PolicyStatement{
		writeLogs(logs),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: new("UpdatePool"), Actions: list([]string{"cognito-idp:DescribeUserPool", "cognito-idp:GetUserPoolMfaConfig", "cognito-idp:UpdateUserPool"}),
			Resources: &[]*string{s.Pool.UserPoolArn()},
		}),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: new("TryAliases"), Actions: list([]string{"lambda:GetPolicy", "lambda:InvokeFunction"}), Resources: &aliases,
		}),
		// With a qualifier, whether Lambda asks for the function or for its alias is not said
		// (service authorization reference, GetPolicy).
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: new("ReadPermissions"), Actions: list([]string{"lambda:GetPolicy"}), Resources: &functions,
		}),
		keepRecord(s.Table),
	}
	statements = slices.Concat(statements, passSMSRole(p), useTableKey(p, true))
	return newLambdaRole(scope, "Attach", "Attach", statements)
}

// keepRecord lets a function keep the row of the pool.
func keepRecord(of ddb.ITableV2) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: new("KeepRecord"), Actions: list([]string{"dynamodb:GetItem", "dynamodb:PutItem"}), Resources: &[]*string{of.TableArn()},
		Conditions: &map[string]any{
			"ForAllValues:StringLike": map[string]any{"dynamodb:LeadingKeys": []string{table.AttachPrefix + "*"}},
			"StringEqualsIfExists":    map[string]any{"dynamodb:ReturnValues": "NONE"},
		},
	})
}

// passSMSRole lets a function pass the pool's role to Cognito with an update.
func passSMSRole(p *Props) []awsiam.PolicyStatement {
	role := p.ExistingPool.SMSRoleARN
	if role == "" {
		return nil
	}
	return []awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: new("PassSMSRole"), Actions: list([]string{"iam:PassRole"}), Resources: list([]string{role}),
		Conditions: &map[string]any{"StringEquals": map[string]any{"iam:PassedToService": "cognito-idp.amazonaws.com"}},
	})}
}
