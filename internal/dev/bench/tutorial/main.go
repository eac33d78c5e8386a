// Command tutorial is a trigger as the published examples write it: the client from
// config.LoadDefaultConfig in main, the default HTTP client, typed events and
// attributevalue (AWS's own: aws-doc-sdk-examples, gov2, the Cognito user activity log;
// and the Lambda developer guide, "Define Lambda function handlers in Go").
//
// It does the suite's work in DynamoDB, so that the comparison is of the form and not of
// the task: the same update of PROFILE, the same update of SIGNIN, one read of AUTHZ. It
// does less around it: no log line, no metrics, no time budget, no retry policy, no check
// of a deletion, and the reply loses the members that the typed events do not know. One
// program holds the three functions; _HANDLER, Lambda's own variable, says which one
// runs.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// function is the examples' handler.
type function struct {
	client *dynamodb.Client
	table  string
}

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	f := function{client: dynamodb.NewFromConfig(cfg), table: os.Getenv("TABLE_NAME")}
	handlers := map[string]any{
		"postconfirmation":   f.postConfirmation,
		"postauthentication": f.postAuthentication,
		"pretokengeneration": f.preTokenGeneration,
	}
	handler, known := handlers[os.Getenv("_HANDLER")]
	if !known {
		log.Fatal(fmt.Errorf("there is no handler %q", os.Getenv("_HANDLER")))
	}
	lambda.Start(handler)
}
