// Command register is the stack's own custom resource. CloudFormation runs it when a
// stack is created, changed or removed. It writes the token profile of each app client as
// a row CLIENT#<id> of the table.
//
// The ids cannot reach the functions in another way: a client needs its pool, the pool
// needs its functions, and an id in a function's environment would close the circle
// (github.com/aws/aws-cdk#7016). A row also takes effect without a new version of a
// function.
//
// Every request may come twice (package customresource), so every step can be repeated.
package main

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr}))
	store, err := dynamo.Open(os.Getenv)
	if err != nil {
		log.Error("the function cannot start", slog.String("cause", err.Error()))
		os.Exit(1)
	}
	lambda.Start(resource{store, log}.handle)
}
