package infra

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// A stage file is the shortest way to the props; all of them can also be written in Go
// (app/testdata/module is a whole application of that kind).
func ExampleNewTriggerSuite() {
	stage, err := settings.LoadStage("infra/stages/prod.yaml")
	if err != nil {
		fmt.Fprintln(os.Stderr, err) // every fault, with file and line
		os.Exit(1)
	}
	stack := awscdk.NewStack(awscdk.NewApp(nil), new("Mine"), nil)
	suite := NewTriggerSuite(stack, "SignIn", &Props{Settings: stage.Settings})
	_ = suite.Pool // and Table, Functions, Aliases, Alarms: all that was made
}

// The app makes the pool; the stage file has the rest: the policy, the alarms, the
// functions.
func ExampleNewTriggerSuite_pool() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), new("Mine"), nil)
	pool := awscognito.NewUserPool(stack, new("Staff"), nil)
	client := pool.AddClient(new("Desk"), nil)

	given := GivenPool(pool)
	given.Clients = []string{"web"}
	stage, err := settings.LoadStageFor("staff.yaml", given)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	NewTriggerSuite(stack, "StaffSignIn", &Props{
		Settings: stage.Settings, Pool: pool, Clients: map[string]awscognito.IUserPoolClient{"web": client},
	})
}

// What neither a key nor a prop sets is set in the resource of CloudFormation itself, after
// the suite was made: a property by its path, also one that the CDK does not know yet. In a
// stage file, `overrides` does the same.
func ExampleTriggerSuite_property() {
	stage, err := settings.LoadStage("infra/stages/prod.yaml")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	_, suite := NewStack(awscdk.NewApp(nil), stage.Name, &Props{Settings: stage.Settings})
	pool := suite.Pool.Node().DefaultChild().(awscognito.CfnUserPool)
	pool.AddPropertyOverride(new("DeviceConfiguration.ChallengeRequiredOnNewDevice"), true)
}
