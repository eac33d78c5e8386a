package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// StackName is the name of a stage's stack.
func StackName(stage string) string { return "CognitoTriggers-" + stage }

// NewStack makes the stack CognitoTriggers-<stage> with a suite in it. Account
// and Region are left open, so that the template is the same for all of them;
// the CDK command line fills in those of the caller's credentials.
//
// It panics as NewTriggerSuite does.
func NewStack(scope constructs.Construct, stage Stage) (awscdk.Stack, *TriggerSuite) {
	stack := awscdk.NewStack(scope, new(StackName(stage.Name)), &awscdk.StackProps{
		Description:           new(fmt.Sprintf("Cognito trigger suite %s, stage %s", Version, stage.Name)),
		TerminationProtection: new(!stage.Disposable),
	})
	tags := awscdk.Tags_Of(stack)
	tags.Add(new("project"), new("cognito-triggers"), nil)
	tags.Add(new("stage"), new(stage.Name), nil)

	suite := NewTriggerSuite(stack, "Suite", &stage.Props)
	addOutputs(stack, suite)
	return stack, suite
}
