// Command echo is the least that a Go function costs: the official runtime client and a
// handler that returns the event. A function of the suite is compared with it.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type echo struct{}

// Invoke returns the event.
func (echo) Invoke(_ context.Context, event []byte) ([]byte, error) { return event, nil }

func main() { lambda.Start(echo{}) }
