// Command app is an application in its own module that adds the suite to its stack, next
// to its own resources.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/cognito-triggers/cognito-triggers/infra"
	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

// policy is written in Go here; settings.LoadStage reads it, with all settings, from a
// stage file.
func policy() infra.Policy {
	return infra.Policy{
		SignUp: infra.SignUpPolicy{
			Rules: infra.SignUpRules{
				Domains:    &infra.DomainsRule{Deny: []string{"blocked.example"}},
				Disposable: &infra.DisposableRule{Rule: infra.Rule{Mode: "observe"}},
			},
		},
		Mirror: infra.MirrorPolicy{Attributes: []string{"name"}},
		Tokens: infra.TokenPolicy{
			Profiles: map[string]infra.TokenProfile{"app": {
				Access: infra.TokenContent{Claims: []infra.Claim{{Name: "roles", From: "authz.roles"}}},
			}},
		},
	}
}

func main() {
	defer jsii.Close()
	props := &infra.Props{
		Settings: infra.Settings{
			SelfSignUp:     true,
			Plan:           infra.PlanEssentials,
			Domain:         infra.Domain{Prefix: "somebody-else"},
			Clients:        map[string]infra.Client{"web": {Profile: "app", CallbackURLs: []string{"https://app.example/callback"}, Flows: []infra.Flow{infra.FlowSRP}}},
			ResourceServer: infra.ResourceServer{Identifier: "app", Scopes: []infra.Scope{{Name: "read"}}},
			Functions:      map[string]infra.FunctionSettings{"PreTokenGeneration": {MemoryMiB: 512}},
			Policy:         policy(),
		},
		Bundles: "dist/arm64",
	}
	if err := props.Validate(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, new("Mine"), nil)
	suite := infra.NewTriggerSuite(stack, "SignIn", props)

	server := awsiam.NewRole(stack, new("Server"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new("ecs-tasks.amazonaws.com"), nil)})
	suite.GrantDirectoryRead(server)
	awscdk.NewCfnOutput(stack, new("Alarm"), &awscdk.CfnOutputProps{Value: suite.Alarms["PreSignUpErrors"].AlarmArn()})

	second(stack)
	app.Synth(nil)
}

// second hooks the functions into a pool that the app makes.
func second(stack awscdk.Stack) {
	pool := awscognito.NewUserPool(stack, new("Staff"), nil)
	client := pool.AddClient(new("Desk"), nil)
	infra.NewTriggerSuite(stack, "StaffSignIn", &infra.Props{
		Pool: pool, Clients: map[string]awscognito.IUserPoolClient{"web": client}, Bundles: "dist/arm64",
	})
}

// The application reads what the triggers write.
var _ = directory.New
