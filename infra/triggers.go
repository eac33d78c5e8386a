package infra

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// operation returns the trigger's hook in the pool. The versioned one must be the CDK's
// own object: AddTrigger accepts a version only for that object.
func operation(t triggers.Trigger) awscognito.UserPoolOperation {
	if t.Versioned {
		return awscognito.UserPoolOperation_PRE_TOKEN_GENERATION_CONFIG()
	}
	return awscognito.UserPoolOperation_Of(new(strings.ToLower(t.Name[:1]) + t.Name[1:]))
}

// writes returns the attributes of a user's rows that UpdateItem may touch, as package dynamo
// lists them; none means that the function may write no such row.
//
// AUTHZ, the row that says what a user may do, shares its partition key with the rows
// that triggers write, and IAM cannot tell items of one partition apart. It can tell
// attributes apart: AUTHZ shares no name with any list here, and a test holds that.
func writes(t triggers.Trigger) []string {
	attributes := map[triggers.Row][]string{triggers.Profile: dynamo.ProfileAttributes(), triggers.SignIn: dynamo.SignInAttributes()}
	var all []string
	for _, row := range t.Writes {
		all = append(all, attributes[row]...)
	}
	return sorted(all)
}

// folders returns the folders of all functions: the triggers', the one that
// CloudFormation runs, and those of the scheduled sweep, the API, the pool to attach and the tripwire if
// the stage has them.
func (p *Props) folders() []string {
	var all []string
	for _, t := range p.Hooked() {
		all = append(all, t.Room)
	}
	if p.API.On {
		all = append(all, whoamiFolder)
	}
	if p.Reconcile.EveryHours != 0 {
		all = append(all, reconcileFolder)
	}
	if p.ExistingPool.Mode == settings.PoolAttach {
		all = append(all, attachFolder)
	}
	if p.WithDefaults().Tripwire.On() {
		all = append(all, tripwireFolder)
	}
	return append(all, registerFolder)
}
