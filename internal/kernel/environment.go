package kernel

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// The variables that the stack sets for every function of the suite.
const (
	// TimeoutVariable holds the function's time-out in milliseconds; Lambda
	// tells a function its deadline and not its time-out.
	TimeoutVariable = "FUNCTION_TIMEOUT_MS"
	// TableVariable holds the table's name, for the functions that have one.
	TableVariable = "TABLE_NAME"
	// NamespaceVariable holds the namespace of the metrics: two stages in one
	// account must not count together.
	NamespaceVariable = "METRICS_NAMESPACE"
	// PolicyDirVariable is Lambda's own: where the function's code lies, and
	// policy.json beside it.
	PolicyDirVariable = "LAMBDA_TASK_ROOT"
)

// Environment is what a chain needs from outside. Now and Log must be set.
type Environment struct {
	// Timeout is the function's time-out; 0 means unknown, and the event's time
	// is then the time of its arrival.
	Timeout time.Duration
	// PolicyHash identifies the policy in the log.
	PolicyHash string
	// Namespace is that of the metrics; "" is the constant Namespace.
	Namespace string
	Now       func() time.Time
	Log       *slog.Logger
}

// NewEnvironment reads the environment of a deployed function. The error says
// which variable is wrong.
func NewEnvironment(getenv func(string) string, policyHash string) (Environment, error) {
	env := Environment{PolicyHash: policyHash, Namespace: getenv(NamespaceVariable), Now: time.Now, Log: NewLog(os.Stdout)}
	ms, err := strconv.Atoi(getenv(TimeoutVariable))
	if err != nil || ms <= 0 {
		return Environment{}, fmt.Errorf("%s must be the function's time-out in milliseconds, such as 4000; it is %q",
			TimeoutVariable, getenv(TimeoutVariable))
	}
	env.Timeout = time.Duration(ms) * time.Millisecond
	return env, nil
}

// NewLog makes a log of JSON lines with the keys that Lambda's log filters know
// (timestamp, level, message).
func NewLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr}))
}
