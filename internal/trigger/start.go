package trigger

import (
	"bytes"
	"context"
	"log"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

// Setup builds a function's chain from its environment, in the init phase.
type Setup func(ctx context.Context, getenv func(string) string) (*Chain, error)

// Start runs a function until its process ends; it does not return. A setup
// that fails ends the process with one line that says why, so that a bad policy
// never serves anybody.
func Start(setup Setup) {
	out := NewLog(os.Stdout)
	log.SetFlags(0)
	log.SetOutput(runtimeLines{out})
	chain, err := setup(context.Background(), os.Getenv)
	if err != nil {
		out.Error("the function cannot start", slog.String("cause", err.Error()))
		os.Exit(1)
	}
	lambda.Start(chain)
}

// runtimeLines puts what aws-lambda-go prints through package log into the
// function's own form. It prints every error that a handler returns; that one is
// in the invocation's line already.
type runtimeLines struct{ out *slog.Logger }

func (r runtimeLines) Write(line []byte) (int, error) {
	if text := bytes.TrimSpace(line); !bytes.HasPrefix(text, []byte(`{"errorMessage"`)) {
		r.out.Error("the Lambda runtime reports", slog.String("cause", string(text)))
	}
	return len(line), nil
}
