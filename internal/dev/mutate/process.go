package main

import (
	"context"
	"fmt"
	"math"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// outcome is how one run of the test binary ended.
type outcome struct {
	passed, timedOut bool
	cpu              time.Duration
	output           string
}

// limits bound one run.
type limits struct {
	cpu  time.Duration // processor time, in whole seconds; 0 is no bound
	wall time.Duration
}

// memoryKB stops a mutant that allocates without end before the machine suffers. It
// bounds addresses, of which a Go program takes many.
const memoryKB = 6 << 20

// run runs some tests of the binary, with variables added to the environment.
func (b binary) run(ctx context.Context, tests []string, l limits, env ...string) (outcome, error) {
	return b.start(ctx, l, env, "-test.run", exactly(tests), "-test.failfast", "-test.timeout", (2 * l.wall).String())
}

func (b binary) start(ctx context.Context, l limits, env []string, args ...string) (outcome, error) {
	within, cancel := context.WithTimeout(ctx, l.wall)
	defer cancel()
	shell := fmt.Sprintf("ulimit -v %d; ", memoryKB)
	if l.cpu > 0 {
		shell += fmt.Sprintf("ulimit -t %d; ", int(math.Ceil(l.cpu.Seconds())))
	}
	cmd := exec.CommandContext(within, "sh", append([]string{"-c", shell + `exec "$0" "$@"`, b.file}, args...)...)
	cmd.Dir = b.dir
	cmd.Env = append(b.env[:len(b.env):len(b.env)], env...)
	cmd.WaitDelay = time.Second // for processes that a killed test left behind
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return outcome{}, ctx.Err()
	}
	state := cmd.ProcessState
	if state == nil {
		return outcome{}, fmt.Errorf("starting the test binary: %w", err)
	}
	return outcome{
		passed: err == nil, timedOut: !state.Exited(),
		cpu: state.UserTime() + state.SystemTime(), output: string(out),
	}, nil
}

// exactly returns the pattern that matches these top-level tests and no other.
func exactly(tests []string) string {
	quoted := make([]string, len(tests))
	for i, test := range tests {
		quoted[i] = regexp.QuoteMeta(test)
	}
	return "^(" + strings.Join(quoted, "|") + ")$"
}
