package infra

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// A stage file is the shortest way to the props; all of them can be written in Go as
// well (app/testdata/module is a whole application of that kind).
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
