package infra

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// AddOutputs shows what a client, an operator or the local cloud must know of the deployed
// suite, as outputs of a stack. prefix begins their names, such as Staff in StaffUserPoolId:
// two suites of one stack need two prefixes, and "" is one (`ops --prefix` reads the others).
// The secret of a machine's client is not among them: every principal with DescribeStacks can
// read an output. A nil suite has none.
func AddOutputs(stack awscdk.Stack, s *TriggerSuite, prefix string) {
	if s == nil {
		return
	}
	output := func(name string, value *string, description string) {
		awscdk.NewCfnOutput(stack, new(prefix+name), &awscdk.CfnOutputProps{Value: value, Description: new(description)})
	}
	output("UserPoolId", s.Pool.UserPoolId(), "The user pool")
	if s.API != nil {
		output("ApiUrl", s.API.ApiEndpoint(), "The HTTP API; /whoami answers who the caller is")
	}
	if s.IdentityPool != nil {
		output("IdentityPoolId", s.IdentityPool.Ref(), "The identity pool, for AWS credentials")
	}
	output("TableName", s.Table.TableName(), "The table")
	for _, t := range s.props.Hooked() {
		output(t.Name+settings.FunctionNameOutput, s.Functions[t.Name].FunctionName(), t.Purpose)
		if s.props.ExistingPool.Elsewhere() {
			output(t.Name+settings.AliasOutput, s.Aliases[t.Name].FunctionArn(), "What the pool's LambdaConfig names as "+t.Name)
		}
		if s.props.ExistingPool.Elsewhere() && t.Versioned {
			output(settings.EventVersionOutput, new(string(s.props.TokenVersion)), "The LambdaVersion of the pool's PreTokenGenerationConfig")
		}
	}
	if arns := s.watched(); len(arns) > 0 {
		output(settings.WatchOutput, awscdk.Fn_Join(new(","), &arns), "The alarms by which ops deploy --watch takes a deployment back")
	}
	if s.props.takesPool() {
		return
	}
	output("UserPoolDomain", s.Domain.BaseUrl(nil), "Base address of the token endpoint and the sign-in pages")
	if s.props.Domain.Name != "" {
		output("UserPoolDomainTarget", s.Domain.CloudFrontEndpoint(), "What the DNS record of the domain must point to")
	}
	for _, name := range slices.Sorted(maps.Keys(s.Clients)) {
		output(settings.ClientOutput(name), s.Clients[name].UserPoolClientId(), "The app client "+name)
	}
}

// mostWatched is how many alarms CloudFormation watches (API reference, RollbackConfiguration).
const mostWatched = 5

// watched returns the ARNs of the alarms that soon say that sign-up or sign-in is broken. The
// CDK command line takes no composite alarm: it calls each a metric alarm.
func (s *TriggerSuite) watched() (arns []*string) {
	names := []string{signInDead + dead[0].name}
	for _, t := range s.props.Hooked() {
		names = append(names, t.Name+broken)
	}
	for _, name := range names {
		if alarm, ok := s.Alarms[name]; ok && len(arns) < mostWatched {
			arns = append(arns, alarm.AlarmArn())
		}
	}
	return arns
}
