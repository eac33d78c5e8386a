package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// versionOptions describes the version that a deployment publishes. The previous version
// stays when the stack no longer knows it: otherwise CloudFormation would delete it with
// its resource, and a rollback would have no target. Deleting the function deletes its
// versions, so removing a stage leaves none behind. The version of an update that fails goes
// with its rollback: a second try of the same code could not publish it again ("A version for
// this Lambda function exists", github.com/aws/aws-cdk#10274). `ops prune` deletes old ones.
//
// The description may contain nothing that can change while the function does not:
// CloudFormation would then replace the version, and Lambda publishes none that equals
// the last ("A version for this Lambda function exists").
func versionOptions(folder string, p *Props) (*awslambda.VersionOptions, error) {
	section, err := p.Shipped(folder, p.given())
	if err != nil {
		return nil, fmt.Errorf("naming the policy of %s: %w", folder, err)
	}
	return &awslambda.VersionOptions{
		Description:   new(settings.PolicyLabel + policy.Hash(section)),
		RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE,
	}, nil
}

// newAlias publishes the function as it is and points the alias live to it. The CDK names
// the version's resource after a hash of the function's code, policy and settings: an
// unchanged function keeps its version.
func newAlias(scope constructs.Construct, id string, fn awslambda.Function, p *Props) awslambda.Alias {
	return awslambda.NewAlias(scope, new(id+"Live"), &awslambda.AliasProps{
		AliasName: new(settings.LiveAlias),
		Version:   fn.CurrentVersion(),

		ProvisionedConcurrentExecutions: number(p.Functions[id].ProvisionedConcurrency),
	})
}
