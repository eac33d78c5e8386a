package nag

import (
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

func tripped(s settings.Settings) bool { return s.Tripwire.On() }

func guarded(s settings.Settings) bool { return s.API.On }

func always(settings.Settings) bool { return true }

// every is each function of the suite.
var every = func() []string {
	all := []string{"Suite/Register/Resource"}
	for _, name := range triggers.UsualNames() {
		all = append(all, "Suite/"+name+"/Resource")
	}
	return all
}()

// accepted are the findings that the suite accepts, each with its reason, where the stage is
// of its kind.
var accepted = []struct {
	rule      string
	where     func(settings.Settings) bool
	resources []string
	reason    string
}{
	{
		"AwsSolutions-COG2",
		func(s settings.Settings) bool { return s.MFA.Mode != settings.MFARequired },
		[]string{"Suite/Pool/Resource"},
		"`mfa: {mode: required}` locks out users whose app cannot set up a factor, so each stage decides; synth warns of a kept stage without MFA",
	},
	{
		"AwsSolutions-COG8",
		func(s settings.Settings) bool { return s.Plan != settings.PlanPlus },
		[]string{"Suite/Pool/Resource"},
		"the Plus plan costs more for each active user; `plan: plus` and `threatProtection` in the stage file turn it on",
	},
	{
		"AwsSolutions-IAM5",
		func(s settings.Settings) bool { return s.SendsSMS() },
		[]string{"Suite/Pool/smsRole/Resource"},
		"a text message goes to a number, which is no resource: sns:Publish cannot be limited to one",
	},
	{
		"AwsSolutions-IAM5", tripped,
		[]string{"Suite/TripwireRole/Resource"},
		"CloudTrail's history and its list of trails have no resources, and the account's trail may be in another Region or account",
	},
	{
		"Serverless-LambdaStarPermissions", tripped,
		[]string{"Suite/TripwireRole/Resource"},
		"CloudTrail's history and its list of trails have no resources",
	},
	{
		"Serverless-EventBusDLQ", tripped,
		[]string{"Suite/TripwireSchedule", "Suite/TripwirePoolCalls", "Suite/TripwireFunctionCalls"},
		"an event that was lost is not repeated: the schedule looks again, and the alarm rings where nobody looks",
	},
	{
		"Serverless-LambdaAsyncFailureDestination", tripped,
		[]string{"Suite/TripwireOnce/Resource"},
		"an event that was lost is not repeated: the schedule looks again, and the alarm rings where nobody looks",
	},
	{
		"Serverless-LambdaDLQ", tripped,
		[]string{"Suite/Tripwire/Resource"},
		"an event that was lost is not repeated: the schedule looks again, and the alarm rings where nobody looks",
	},
	{
		"Serverless-LambdaTracing", tripped,
		[]string{"Suite/Tripwire/Resource"},
		"X-Ray costs a wildcard in the function's role; the log line of each run says what it found",
	},
	{
		"Serverless-LambdaDLQ", guarded,
		[]string{"Suite/Whoami/Resource"},
		"a dead letter queue receives what an asynchronous invocation could not deliver; API Gateway waits for the answer",
	},
	{
		"Serverless-LambdaTracing", guarded,
		[]string{"Suite/Whoami/Resource"},
		"the function reads and writes nothing; the API's log line of each request has the latency",
	},
	{
		"Serverless-LambdaDLQ", always, every,
		"a dead letter queue receives what an asynchronous invocation could not deliver; Cognito and CloudFormation wait for the answer",
	},
	{
		"Serverless-LambdaTracing", always, every,
		"X-Ray costs money for each trace and a wildcard in the function's role; the log line of each invocation has the durations",
	},
}
