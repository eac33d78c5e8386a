// Command echo is the floor of every Go function: the official runtime client
// and a handler that gives the event back. What a function of the suite costs
// above it is the suite's doing.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type echo struct{}

// Invoke gives the event back.
func (echo) Invoke(_ context.Context, event []byte) ([]byte, error) { return event, nil }

func main() { lambda.Start(echo{}) }
