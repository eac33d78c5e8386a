package kernel

import (
	"bytes"
	"context"
	"log"
	"log/slog"
	"os"
	"runtime"
	"strconv"

	"github.com/aws/aws-lambda-go/lambda"
)

// Setup builds a function's chain from its environment, in the init phase.
type Setup func(ctx context.Context, getenv func(string) string) (*Chain, error)

// Start runs a function until its process ends; it does not return. If setup fails,
// the process logs the reason in one line and ends, so that a bad policy never serves
// a user.
func Start(setup Setup) {
	out := NewLog(os.Stdout)
	log.SetFlags(0)
	log.SetOutput(runtimeLines{out})
	chain, err := setup(context.Background(), os.Getenv)
	if err != nil {
		out.Error("the function cannot start", slog.String("cause", err.Error()))
		os.Exit(1)
	}
	if oneProcessor(os.Getenv) {
		runtime.GOMAXPROCS(1)
	}
	lambda.Start(recorded(chain))
}

// fullProcessor is the memory, in MB, from which a function has a whole virtual CPU
// (Lambda developer guide, "Configure Lambda function memory").
const fullProcessor = 1769

// oneProcessor reports whether events come one at a time and the function has at most
// one processor's share. Go would still use all processors of the machine. Waking
// other threads, and using the share up in parallel, costs 15 to 25 % of the CPU per
// event. The init phase keeps all processors, because Lambda does not throttle it.
func oneProcessor(getenv func(string) string) bool {
	memory, err := strconv.Atoi(getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"))
	concurrency := getenv("AWS_LAMBDA_MAX_CONCURRENCY")
	return err == nil && memory <= fullProcessor && (concurrency == "" || concurrency == "1")
}

// runtimeLines writes what aws-lambda-go prints through package log as lines of the
// function's own form. It leaves out the errors that a handler returned: the
// invocation's line has them.
type runtimeLines struct{ out *slog.Logger }

func (r runtimeLines) Write(line []byte) (int, error) {
	if text := bytes.TrimSpace(line); !bytes.HasPrefix(text, []byte(`{"errorMessage"`)) {
		r.out.Error("the Lambda runtime reports", slog.String("cause", string(text)))
	}
	return len(line), nil
}
