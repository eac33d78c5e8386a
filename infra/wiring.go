package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// wire makes the pool call the function's alias, and lets only this pool of this account
// call the alias. No caller can invoke the function past its alias.
func wire(pool awscognito.UserPool, t triggers.Trigger, live awslambda.Alias, p *Props) {
	var version awscognito.LambdaVersion
	if t.Versioned {
		version = lambdaVersions[p.TokenVersion]
	}
	hook := operation(t)
	pool.AddTrigger(hook, live, version)
	// AddTrigger leaves a permission in the pool's tree with the pool's ARN as
	// SourceArn. AWS's own guide asks for the account, too.
	permission := pool.Node().FindChild(new(permissionID(*hook.OperationName())))
	permission.(awslambda.CfnPermission).SetSourceAccount(awscdk.Stack_Of(pool).Account())
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
