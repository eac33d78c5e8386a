package infra

import (
	"fmt"
	"os"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// tripwireFolder is the folder of the function's program in dist.
const tripwireFolder = "tripwire"

// tripwireSeconds is enough for some twenty questions, one after the other, and a heal.
const tripwireSeconds = 60

// newTripwire makes the function that looks after the hooks, if the stage has one, and what
// wakes it. The pool does not call this function, so it may have the pool's ARN without a cycle.
// It comes after the hooks: before, all would be wrong.
func newTripwire(scope constructs.Construct, s *TriggerSuite, p *Props) error {
	if !p.Tripwire.On() {
		return nil
	}
	folder, err := stageBundle(tripwireFolder, p)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	logs := newLogs(scope, "Tripwire", p)
	env := map[string]*string{
		"USER_POOL_ARN": s.Pool.UserPoolArn(), "HOOKS": s.hooksText(p), "TOKEN_VERSION": new(string(p.TokenVersion)), envNamespace: new(p.namespace(scope)),
	}
	if p.Tripwire.Heal {
		env[envTable] = s.Table.TableName()
	}
	s.Tripwire = awslambda.NewFunction(scope, new("Tripwire"), functionProps(p, &awslambda.FunctionProps{
		Description: new("Looks whether the user pool still calls the suite"),
		Code:        awslambda.Code_FromAsset(new(folder), nil),
		Timeout:     awscdk.Duration_Seconds(new(float64(tripwireSeconds))),
		Environment: &env,
		Role:        tripwireRole(scope, logs, s, p),
		LogGroup:    logs,
	}))
	if hooks := scope.Node().TryFindChild(new("Hooks")); hooks != nil {
		s.Tripwire.Node().AddDependency(hooks)
	}
	for _, permission := range s.permissions {
		s.Tripwire.Node().AddDependency(permission)
	}
	awslambda.NewEventInvokeConfig(scope, new("TripwireOnce"), &awslambda.EventInvokeConfigProps{Function: s.Tripwire, RetryAttempts: new(0.0)})
	s.wakes("TripwireSchedule", &awsevents.CfnRuleProps{ScheduleExpression: new(fmt.Sprintf("rate(%d minutes)", p.Tripwire.EveryMinutes))})
	for id, pattern := range s.tripwirePatterns(p) {
		s.wakes(id, &awsevents.CfnRuleProps{EventPattern: pattern})
	}
	return nil
}

// hooksText is what the function compares with: <trigger>=<function>:<alias>:<version>.
func (s *TriggerSuite) hooksText(p *Props) *string {
	var parts []*string
	for i, t := range p.Hooked() {
		name := t.Name + "="
		if i > 0 {
			name = "," + name
		}
		parts = append(parts, &name, s.Functions[t.Name].FunctionName(), new(":"+settings.LiveAlias+":"), s.Aliases[t.Name].Version().Version())
	}
	return awscdk.Fn_Join(new(""), &parts)
}

// wakes lets a rule of EventBridge run the function. A failed run is not repeated: the next one
// looks again.
func (s *TriggerSuite) wakes(id string, props *awsevents.CfnRuleProps) {
	props.Description, props.State = new("Runs the tripwire"), new("ENABLED")
	props.Targets = []any{&awsevents.CfnRule_TargetProperty{
		Arn: s.Tripwire.FunctionArn(), Id: new("Tripwire"),
		RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{MaximumRetryAttempts: new(0.0)},
	}}
	rule := awsevents.NewCfnRule(s.Construct, new(id), props)
	awslambda.NewCfnPermission(s.Construct, new(id+"Permission"), &awslambda.CfnPermissionProps{
		Action: new("lambda:InvokeFunction"), FunctionName: s.Tripwire.FunctionArn(),
		Principal: new("events.amazonaws.com"), SourceArn: rule.AttrArn(),
	})
}

// tripwirePatterns are those of the calls that can take the suite out of the pool, by the ids of
// their rules. CloudTrail names Lambda's operations with the date of their API, such as
// DeleteFunction20150331, and a function as its caller did: by its name, its ARN or a part of it,
// with or without a qualifier.
func (s *TriggerSuite) tripwirePatterns(p *Props) map[string]any {
	type object = map[string]any
	pattern := func(source string, names []any, parameters object) object {
		return object{
			"source": []any{source}, "detail-type": []any{"AWS API Call via CloudTrail"},
			"detail": object{"eventName": names, "requestParameters": parameters},
		}
	}
	var calls, functions []any
	for _, name := range []string{"AddPermission", "DeleteAlias", "DeleteFunction", "PutFunctionConcurrency", "RemovePermission", "UpdateAlias"} {
		calls = append(calls, object{"prefix": name})
	}
	for _, t := range p.Hooked() {
		functions = append(functions, object{"wildcard": awscdk.Fn_Join(new(""), &[]*string{new("*"), s.Functions[t.Name].FunctionName(), new("*")})})
	}
	return map[string]any{
		"TripwirePoolCalls": pattern("aws.cognito-idp", []any{"DeleteUserPool", "UpdateUserPool"},
			object{"userPoolId": []any{s.Pool.UserPoolId()}}),
		"TripwireFunctionCalls": pattern("aws.lambda", calls, object{"functionName": functions}),
	}
}

// tripwireRole lets the function ask about the pool, the suite's functions and CloudTrail. Where
// it heals, it may also update the pool and keep the pool's row.
func tripwireRole(scope constructs.Construct, logs awslogs.ILogGroup, s *TriggerSuite, p *Props) awsiam.Role {
	var functions []*string
	for _, t := range p.Hooked() {
		// With a qualifier, Lambda asks for the function or for its alias (as attachRole).
		functions = append(functions, s.Functions[t.Name].FunctionArn(), s.Aliases[t.Name].FunctionArn())
	}
	pool := &[]*string{s.Pool.UserPoolArn()}
	statements := []awsiam.PolicyStatement{
		writeLogs(logs),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: new("ReadPool"), Actions: list([]string{"cognito-idp:DescribeUserPool"}), Resources: pool,
		}),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: new("ReadFunctions"), Resources: &functions,
			Actions: list([]string{"lambda:GetAlias", "lambda:GetFunctionConcurrency", "lambda:GetFunctionConfiguration", "lambda:GetPolicy"}),
		}),
		// DescribeTrails and LookupEvents have no resources, and the account's trail may be in
		// another Region or account (service authorization reference, AWS CloudTrail).
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: new("ReadCloudTrail"), Resources: list([]string{"*"}),
			Actions: list([]string{"cloudtrail:DescribeTrails", "cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus", "cloudtrail:LookupEvents"}),
		}),
	}
	if p.Tripwire.Heal {
		statements = slices.Concat(statements, []awsiam.PolicyStatement{
			awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
				Sid: new("UpdatePool"), Actions: list([]string{"cognito-idp:GetUserPoolMfaConfig", "cognito-idp:UpdateUserPool"}), Resources: pool,
			}),
			keepRecord(s.Table),
		}, passSMSRole(p), useTableKey(p, true))
	}
	return newLambdaRole(scope, "Tripwire", "Tripwire", statements)
}

// tripwireAlarms returns the alarms of the tripwire. Their window always has two looks: fewer
// are missing data, and the runs may be some minutes apart. A moved alias is a ticket after both:
// during a deployment it moves before the function knows its new version.
func (s *TriggerSuite) tripwireAlarms(p *Props) []alarm {
	if s.Tripwire == nil {
		return nil
	}
	looks := window{minutes: 2*p.Tripwire.EveryMinutes + 10, of: 1, points: 1}
	g := gauge{namespace: p.namespace(s.Construct), fn: s.Tripwire}.over(looks.minutes)
	return []alarm{
		{owner: "Tripwire", kind: hooksWrong, window: looks, metric: g.own(hooksWrong, "Maximum", ""), alive: true},
		{owner: "Tripwire", kind: aliasMoved, window: looks, metric: g.own(aliasMoved, "Minimum", "")},
	}
}
