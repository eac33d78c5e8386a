// Command app is an application in its own module that adds the suite to its stack, next to
// its own resources, and a second suite to a pool that it makes itself. It builds the
// functions first: no folder of this project is needed.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"github.com/cognito-triggers/cognito-triggers/infra"
	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

// bundles is where the functions are built.
const bundles = "build/arm64"

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

// settings are those of the suite with a pool of its own.
func settings() infra.Settings {
	return infra.Settings{
		SelfSignUp:     true,
		Plan:           infra.PlanEssentials,
		Domain:         infra.Domain{Prefix: "somebody-else"},
		Clients:        map[string]infra.Client{"web": {Profile: "app", CallbackURLs: []string{"https://app.example/callback"}, Flows: []infra.Flow{infra.FlowSRP}}},
		ResourceServer: infra.ResourceServer{Identifier: "app", Scopes: []infra.Scope{{Name: "read"}}},
		Functions:      map[string]infra.FunctionSettings{"PreTokenGeneration": {MemoryMiB: 512}},
		Policy:         policy(),
	}
}

func main() {
	defer jsii.Close()
	if err := synthesize(awscdk.NewApp(nil)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// synthesize builds the functions and makes the stack, or returns what is wrong with either.
func synthesize(app awscdk.App) error {
	props := &infra.Props{Settings: settings(), Bundles: bundles}
	if err := props.Validate(); err != nil {
		return err
	}
	if err := infra.BuildBundles(context.Background(), bundles, infra.ARM64); err != nil {
		return err
	}
	stack := awscdk.NewStack(app, new("Mine"), nil)
	suite := infra.NewTriggerSuite(stack, "SignIn", props)
	infra.AddOutputs(stack, suite, "")

	server := awsiam.NewRole(stack, new("Server"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new("ecs-tasks.amazonaws.com"), nil)})
	suite.GrantDirectoryRead(server)
	awscdk.NewCfnOutput(stack, new("Alarm"), &awscdk.CfnOutputProps{Value: suite.Alarms["PreSignUpBroken"].AlarmArn()})

	staff(stack)
	app.Synth(nil)
	return nil
}

// staff hooks the functions into a pool that the app makes.
func staff(stack awscdk.Stack) {
	pool := awscognito.NewUserPool(stack, new("Staff"), nil)
	client := pool.AddClient(new("Desk"), nil)
	suite := infra.NewTriggerSuite(stack, "StaffSignIn", &infra.Props{
		Pool: pool, Clients: map[string]awscognito.IUserPoolClient{"web": client}, Bundles: bundles,
	})
	infra.AddOutputs(stack, suite, "Staff")
}

// The application reads what the triggers write.
var _ = directory.New
