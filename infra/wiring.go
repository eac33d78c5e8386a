package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// wire makes the pool call the function's alias, and lets only this pool of this account
// call the alias. No caller can invoke the function past its alias. For a pool that somebody
// else makes it leaves the hook to its owner or to the custom resource.
func (s *TriggerSuite) wire(t triggers.Trigger, live awslambda.Alias, p *Props) {
	if s.hookable == nil {
		s.permissions = append(s.permissions, s.permit(t, live))
		return
	}
	var version awscognito.LambdaVersion
	if t.Versioned {
		version = lambdaVersions[p.TokenVersion]
	}
	hook := operation(t)
	s.hookable.AddTrigger(hook, live, version)
	// AddTrigger leaves a permission in the pool's tree with the pool's ARN as
	// SourceArn. AWS's own guide asks for the account, too.
	permission := s.hookable.Node().FindChild(new(permissionID(*hook.OperationName())))
	permission.(awslambda.CfnPermission).SetSourceAccount(awscdk.Stack_Of(s.hookable).Account())
}

// permit lets a pool that somebody else makes call the function's alias.
func (s *TriggerSuite) permit(t triggers.Trigger, live awslambda.Alias) awslambda.CfnPermission {
	return awslambda.NewCfnPermission(s.Construct, new(t.Name+"Permission"), &awslambda.CfnPermissionProps{
		Action: new("lambda:InvokeFunction"), FunctionName: live.FunctionArn(), Principal: new("cognito-idp.amazonaws.com"),
		SourceArn: s.Pool.UserPoolArn(), SourceAccount: awscdk.Stack_Of(s.Construct).Account(),
	})
}

// permissionID returns the id under which AddTrigger leaves the permission: the name of
// the operation with a capital letter, then Cognito. An upgrade of the CDK that changes
// it fails at synth.
func permissionID(operation string) string {
	return string(operation[0]-'a'+'A') + operation[1:] + "Cognito"
}

// lambdaVersions are the CDK's names for ours.
var lambdaVersions = map[TokenVersion]awscognito.LambdaVersion{
	V1_0: awscognito.LambdaVersion_V1_0,
	V2_0: awscognito.LambdaVersion_V2_0,
	V3_0: awscognito.LambdaVersion_V3_0,
}
