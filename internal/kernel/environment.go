package kernel

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// The stack sets these variables for every function of the suite.
const (
	// TimeoutVariable holds the function's time-out in milliseconds. Lambda tells a
	// function its deadline but not its time-out.
	TimeoutVariable = "FUNCTION_TIMEOUT_MS"
	// TableVariable holds the table's name, for functions that use the table.
	TableVariable = "TABLE_NAME"
	// NamespaceVariable holds the namespace of the metrics, which keeps two stages in
	// one account apart.
	NamespaceVariable = "METRICS_NAMESPACE"
	// SlowVariable holds the milliseconds from which a call counts as slow.
	SlowVariable = "SLOW_MS"
	// FunctionVariable is Lambda's own: the function's name on AWS, which no two suites
	// share.
	FunctionVariable = "AWS_LAMBDA_FUNCTION_NAME"
	// PolicyDirVariable is Lambda's own: the folder of the function's code and of its
	// policy.json.
	PolicyDirVariable = "LAMBDA_TASK_ROOT"
)

// Environment is what a chain needs from outside. Now and Log must be set.
type Environment struct {
	// Timeout is the function's time-out. 0 means unknown; the event's time is then
	// the time of its arrival.
	Timeout time.Duration
	// Slow is the time that a call may take without being counted as slow. 0: none counts.
	Slow time.Duration
	// Function is the dimension of the metrics; "" means Function.Name.
	Function string
	// PolicyHash identifies the policy in the log.
	PolicyHash string
	// Namespace is the namespace of the metrics; "" means the constant Namespace.
	Namespace string
	Now       func() time.Time
	Log       *slog.Logger
}

// Configure loads a function's part of the policy and reads its environment.
func Configure(getenv func(string) string, name string) (policy.Document, Environment, error) {
	document, hash, err := policy.Load(getenv(PolicyDirVariable), policy.Sections(name)...)
	if err != nil {
		return policy.Document{}, Environment{}, err
	}
	env, err := NewEnvironment(getenv, hash)
	return document, env, err
}

// NewEnvironment reads the environment of a deployed function. The error names the
// wrong variable.
func NewEnvironment(getenv func(string) string, policyHash string) (Environment, error) {
	env := Environment{PolicyHash: policyHash, Namespace: getenv(NamespaceVariable), Function: getenv(FunctionVariable), Now: time.Now, Log: NewLog(os.Stdout)}
	var err error
	if env.Timeout, err = millis(TimeoutVariable, getenv(TimeoutVariable)); err == nil && getenv(SlowVariable) != "" {
		env.Slow, err = millis(SlowVariable, getenv(SlowVariable))
	}
	return env, err
}

// millis reads a duration in milliseconds.
func millis(variable, text string) (time.Duration, error) {
	ms, err := strconv.Atoi(text)
	if err != nil || ms <= 0 {
		return 0, fmt.Errorf("%s must be a time in milliseconds, such as 4000; it is %q", variable, text)
	}
	return time.Duration(ms) * time.Millisecond, nil
}

// NewLog returns a log of JSON lines with the keys of Lambda's log filters
// (timestamp, level, message).
func NewLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr}))
}
