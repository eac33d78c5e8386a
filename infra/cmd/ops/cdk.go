package main

import (
	"context"
	"os"
	"os/exec"
)

// cdkQuiet keeps the CDK command line from reporting, and jsii from announcing at length that
// a version of Node is past its end of life; the Makefile sets them too.
var cdkQuiet = []string{"CDK_DISABLE_CLI_TELEMETRY=true", "NODE_NO_WARNINGS=1", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=18,20,21,22,23"}

// runCDK runs the pinned CDK command line at the terminal, with more variables. An interrupt
// reaches it as it reaches this command; it decides what can still be undone.
func runCDK(ctx context.Context, env []string, args ...string) error {
	cmd := exec.CommandContext(ctx, "npx", append([]string{"--prefix", "infra", "cdk"}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(append(os.Environ(), cdkQuiet...), env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	return cmd.Run()
}
