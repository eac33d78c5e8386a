package infra

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// addOutputs shows what a client, an operator or the local cloud must know of the
// deployed stack. The secret of a machine's client is not among them: every principal with
// DescribeStacks can read an output.
func addOutputs(stack awscdk.Stack, s *TriggerSuite) {
	output := func(name string, value *string, description string) {
		awscdk.NewCfnOutput(stack, new(name), &awscdk.CfnOutputProps{Value: value, Description: new(description)})
	}
	output("UserPoolId", s.Pool.UserPoolId(), "The user pool")
	if s.API != nil {
		output("ApiUrl", s.API.ApiEndpoint(), "The HTTP API; /whoami answers who the caller is")
	}
	if s.IdentityPool != nil {
		output("IdentityPoolId", s.IdentityPool.Ref(), "The identity pool, for AWS credentials")
	}
	output("TableName", s.Table.TableName(), "The table")
	for _, t := range triggers.All() {
		output(t.Name+settings.FunctionNameOutput, s.Functions[t.Name].FunctionName(), t.Purpose)
	}
	if s.props.takesPool() {
		return
	}
	output("UserPoolDomain", s.Domain.BaseUrl(nil), "Base address of the token endpoint and the sign-in pages")
	for _, name := range slices.Sorted(maps.Keys(s.Clients)) {
		users := "The app client that people use"
		if name != settings.WebClient && name != settings.MachineClient {
			users = "The app client " + name
		} else if s.props.Settings.Clients[name].Machine {
			users = "The app client that services use"
		}
		output(settings.ClientOutput(name), s.Clients[name].UserPoolClientId(), users)
	}
}
