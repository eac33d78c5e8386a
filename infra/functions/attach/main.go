// Command attach is the custom resource of a stage whose pool the suite did not make
// (pool.mode attach): it puts the suite's aliases into the pool, and takes them out when the
// resource goes. What it does to a pool is package attach; this is what CloudFormation's
// requests make of it.
//
// A Create attaches. An Update sets what it says, so a rollback, which is an Update with the
// old properties, leaves the pool attached as it was. A Delete undoes; it fails only where
// the pool may still call functions that would go with the stack. A failed Create has the
// pool's physical id, too: the Delete that follows undoes what was done. Every request is
// answered once and remembered, so a late copy of one changes nothing.
//
// The function runs one request at a time (reserved concurrency 1): no copy of a request works
// beside the next one.
package main

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/attach/live"
	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr}))
	store, err := dynamo.Open(os.Getenv)
	if err != nil {
		log.Error("the function cannot start", slog.String("cause", err.Error()))
		os.Exit(1)
	}
	client := awsraw.FromEnvironment()
	lambda.Start(resource{log: log, ask: live.Asker{Client: client}, role: os.Getenv("SMS_ROLE_ARN"), open: func(pool, request string) attach.Attacher {
		return attach.Attacher{Pool: live.Pool{Client: client, ID: pool}, Records: live.Row{Store: store, Pool: pool}, Clock: live.Clock{}, By: request}
	}}.handle)
}
