package project

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/process"
)

// Bootstrap prepares the account for the CDK, once for each account and Region.
func (p *Project) Bootstrap(ctx context.Context) error {
	_, err := p.cdk(ctx, "bootstrap")
	return err
}

// Synth writes the stack's template to cdk.out in the project's folder.
func (p *Project) Synth(ctx context.Context) error {
	_, err := p.cdk(ctx, "synth", "--quiet")
	return err
}

// outputsFile is the outputs' file in the project's folder.
const outputsFile = "outputs.json"

// Deploy brings the stack to the stage's state and returns its outputs.
func (p *Project) Deploy(ctx context.Context) (map[string]string, error) {
	if _, err := p.cdk(ctx, "deploy", "--require-approval", "never", "--outputs-file", outputsFile); err != nil {
		return nil, err
	}
	return Outputs(p.OutputsFile(), p.Stack())
}

// Outputs returns those of a stack, from the file that a deploy left.
func Outputs(file, stack string) (map[string]string, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the outputs: %w", err)
	}
	stacks := map[string]map[string]string{}
	if err := json.Unmarshal(src, &stacks); err != nil {
		return nil, fmt.Errorf("reading the outputs: %w", err)
	}
	return stacks[stack], nil
}

// Publish packs and uploads the functions and prepares the deployment without running it.
// The archives are then in cdk.out/.cache.
func (p *Project) Publish(ctx context.Context) error {
	_, err := p.cdk(ctx, "deploy", "--require-approval", "never", "--method", "prepare-change-set")
	return err
}

// Diff returns what a deploy would change, with an error if that is anything.
func (p *Project) Diff(ctx context.Context) (string, error) { return p.cdk(ctx, "diff", "--fail") }

// Destroy removes the stack without asking.
func (p *Project) Destroy(ctx context.Context) error {
	_, err := p.cdk(ctx, "destroy", "--force")
	return err
}

// cdk runs the command line in a process group of its own, interrupts it when ctx ends,
// and returns its output.
func (p *Project) cdk(ctx context.Context, verb string, args ...string) (string, error) {
	args = append([]string{"--prefix", "infra", "cdk", verb, "-c", "stage=" + p.o.Stage}, args...)
	cmd := exec.Command("npx", args...)
	var printed bytes.Buffer
	out := io.MultiWriter(&printed, p.o.Log)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.o.Dir, p.o.Env, out, out
	fmt.Fprintf(p.o.Log, "\n$ cdk %s\n", strings.Join(args[3:], " "))
	start := time.Now()
	child, err := process.Start(cmd)
	if err != nil {
		return "", fmt.Errorf("starting the CDK command line: %w", err)
	}
	select {
	case <-child.Done():
	case <-ctx.Done():
		_ = child.Stop(syscall.SIGINT, 10*time.Second)
		return printed.String(), fmt.Errorf("cdk %s: %w", verb, ctx.Err())
	}
	fmt.Fprintf(p.o.Log, "(%.1f s)\n", time.Since(start).Seconds())
	if err := child.Err(); err != nil {
		return printed.String(), fmt.Errorf("cdk %s: %w; its last lines:\n%s", verb, err, tail(printed.String(), 20))
	}
	return printed.String(), nil
}

// tail returns the last lines of a text.
func tail(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
