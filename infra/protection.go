package infra

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// removal returns what happens to data when its resource leaves the stack. What a failed
// deployment has just made goes with its rollback, so that the next try finds nothing in its
// way; it holds no data yet. Everything else stays.
func (p *Props) removal() awscdk.RemovalPolicy {
	if p.Disposable {
		return awscdk.RemovalPolicy_DESTROY
	}
	return awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE
}

// protected reports whether stack, pool and table refuse to be deleted. The removal policy
// alone does not let a failed first deployment be repeated: DeleteUserPool is refused for a
// pool with deletion protection, also to a rollback, and DeleteStack for a stack with
// termination protection.
func (p *Props) protected() bool { return !p.Disposable && !p.Unprotected }

// environment returns where the stack belongs; nil leaves it to the credentials, and the
// template is then the same for all accounts and Regions.
func (p *Props) environment() *awscdk.Environment {
	if p.Account == "" && p.Region == "" {
		return nil
	}
	return &awscdk.Environment{Account: some(p.Account), Region: some(p.Region)}
}

// place ends the description of a function whose stage is pinned. To pin one that is deployed
// already writes the name of the asset's bucket out, so that the CDK sees a new function and
// makes a new version, while Lambda would see none and refuse to publish it
// (github.com/aws/aws-cdk#28252). A new description is a new function for both.
func (p *Props) place() string {
	if p.environment() == nil {
		return ""
	}
	return " (" + strings.TrimSpace(p.Account+" "+p.Region) + ")"
}
