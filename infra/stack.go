package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// NewStack makes the stack CognitoTriggers-<stage> with a suite in it, in the account and
// Region of the props. What they leave open the CDK command line fills in from the caller's
// credentials.
//
// It panics as NewTriggerSuite does.
func NewStack(scope constructs.Construct, stage string, props *Props) (awscdk.Stack, *TriggerSuite) {
	props = props.checked("stage " + stage)
	stack := awscdk.NewStack(scope, new(settings.StackName(stage)), &awscdk.StackProps{
		Description:           new(fmt.Sprintf("Cognito trigger suite %s, stage %s", Version, stage)),
		TerminationProtection: new(props.protected()),
		Env:                   props.environment(),
	})
	tags := awscdk.Tags_Of(stack)
	tags.Add(new("project"), new("cognito-triggers"), nil)
	tags.Add(new("stage"), new(stage), nil)

	suite := NewTriggerSuite(stack, "Suite", props)
	AddOutputs(stack, suite, "")
	return stack, suite
}
