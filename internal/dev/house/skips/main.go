// Command skips runs go test and says what was not tested.
//
//	go run ./internal/dev/house/skips -timeout 20m ./...
//
// go test hides skipped tests unless -v shows everything, so a machine without
// Node, or without the network, prints the same "ok" as one that has run every
// test. This command takes the arguments of go test, runs it with -json and prints
// what go test prints without -v, and before a package's line one for each test
// that was skipped, with the reason that the test gave:
//
//	SKIP	internal/signup	TestACheckTakesMicroseconds: the race detector makes everything slow
//	ok  	github.com/cognito-triggers/cognito-triggers/internal/signup	2.1s
//
// and at the end how many they were. A skip is no failure. The exit status is
// that of go test: not 0 when a test failed, or when a package could not be built.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

func main() {
	code, err := run(os.Args[1:], os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "skips:", err)
	}
	os.Exit(code)
}

// run runs go test and gives its exit status, which is 1 at least when something
// else went wrong.
func run(args []string, out, errout io.Writer) (int, error) {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = errout
	events, err := cmd.StdoutPipe()
	if err != nil {
		return 1, err
	}
	if err := cmd.Start(); err != nil {
		return 1, fmt.Errorf("starting go test: %w", err)
	}
	told := tell(events, out)
	// What cannot be told must not keep go test from its end.
	_, _ = io.Copy(io.Discard, events)
	err = cmd.Wait()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return max(1, exit.ExitCode()), told
	case err != nil:
		return 1, fmt.Errorf("running go test: %w", err)
	case told != nil:
		return 1, told
	}
	return 0, nil
}
