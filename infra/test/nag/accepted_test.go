package nag

import "github.com/cognito-triggers/cognito-triggers/triggers"

// every is each function of the suite.
var every = func() []string {
	all := []string{"Suite/Register/Resource"}
	for _, name := range triggers.Names() {
		all = append(all, "Suite/"+name+"/Resource")
	}
	return all
}()

// accepted are the findings that the suite accepts, each with its reason.
var accepted = []struct {
	rule      string
	resources []string
	reason    string
}{
	{
		"AwsSolutions-COG2",
		[]string{"Suite/Pool/Resource"},
		"MFA is each pool's own decision, and one that locks people out when it is made for them; nothing of the suite stands against it",
	},
	{
		"AwsSolutions-COG8",
		[]string{"Suite/Pool/Resource"},
		"the Plus plan costs more for each active user; `plan: plus` and `threatProtection` in the stage file turn it on",
	},
	{
		"Serverless-LambdaDLQ", every,
		"a dead letter queue receives what an asynchronous invocation could not deliver; Cognito and CloudFormation wait for the answer",
	},
	{
		"Serverless-LambdaTracing", every,
		"X-Ray costs money for each trace and a wildcard in the function's role; the log line of each invocation has the durations",
	},
}
