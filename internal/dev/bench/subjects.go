package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/build"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/sandbox"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/spec"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/stub"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// The three forms of a function.
const (
	ours     = "suite"
	tutorial = "tutorial"
	floor    = "echo"
)

// subject is one program to measure.
type subject struct {
	form     string
	function string
	program  sandbox.Program
	event    []byte
	file     int64 // bytes, of the file that is deployed
}

func (s *subject) name() string { return s.form + " " + s.function }

// find returns a subject, or nil.
func (b *bench) find(form, function string) *subject {
	for _, s := range b.subjects {
		if s.form == form && (function == "" || s.function == function) {
			return s
		}
	}
	return nil
}

// bench is what a run needs. Close it.
type bench struct {
	root, dir string
	stub      *stub.Stub
	shares    *sandbox.Shares
	unshared  error // why there are no shares
	subjects  []*subject
	progress  io.Writer
}

// newBench builds the programs and starts the stub.
func newBench(ctx context.Context, progress io.Writer) (_ *bench, err error) {
	b := &bench{progress: progress}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	if b.root, err = build.Root(); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "cognito-triggers-bench-*"); err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	digest, err := spec.Digest(b.root)
	if err != nil {
		return nil, err
	}
	if b.stub, err = stub.Start(b.dir, digest); err != nil {
		return nil, err
	}
	b.shares, b.unshared = sandbox.OpenShares()
	return b, b.prepare(ctx)
}

func (b *bench) close() error {
	var errs []error
	if b.stub != nil {
		errs = append(errs, b.stub.Close())
	}
	if b.shares != nil {
		errs = append(errs, b.shares.Close())
	}
	if b.dir != "" {
		errs = append(errs, os.RemoveAll(b.dir))
	}
	return errors.Join(errs...)
}

// prepare makes the subjects: the echo, and every function in both forms; one on request has
// no tutorial form.
func (b *bench) prepare(ctx context.Context) error {
	fmt.Fprintln(b.progress, "building the programs ...")
	for i, f := range triggers.All() {
		event, err := spec.Event(b.root, f.Room, f.Common)
		if err != nil {
			return err
		}
		if i == 0 {
			err = b.add(ctx, subject{form: floor, function: f.Room, event: event}, "internal/dev/bench/echo")
		}
		err = errors.Join(err, b.add(ctx, subject{form: ours, function: f.Room, event: event}, "triggers/"+f.Room))
		if f.UsesTable() && !f.OnRequest {
			err = errors.Join(err, b.add(ctx, subject{form: tutorial, function: f.Room, event: event}, "internal/dev/bench/tutorial"))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// add builds a subject's program into its own folder, as deployed.
func (b *bench) add(ctx context.Context, s subject, source string) error {
	dir := filepath.Join(b.dir, s.form, s.function)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	file := filepath.Join(dir, "bootstrap")
	if err := build.Compile(ctx, b.root, build.Program{Package: source, Out: file}); err != nil {
		return err
	}
	var err error
	if s.file, err = b.deployedSize(ctx, source, file); err != nil {
		return err
	}
	if s.form == ours {
		if err := spec.WritePolicy(b.root, dir, s.function); err != nil {
			return err
		}
	}
	s.program = sandbox.Program{Name: s.function, Dir: dir, Env: append(b.stub.Environment(), "FUNCTION_TIMEOUT_MS=4000")}
	b.subjects = append(b.subjects, &s)
	return nil
}

// deployedArch is what the stack deploys by default; its files are smaller than amd64's.
const deployedArch = "arm64"

// deployedSize returns the size of the file that Lambda loads. On a machine with another
// processor it builds a second file for that.
func (b *bench) deployedSize(ctx context.Context, source, measured string) (int64, error) {
	file := measured
	if runtime.GOARCH != deployedArch {
		file = measured + "." + deployedArch
		defer os.Remove(file)
		if err := build.Compile(ctx, b.root, build.Program{Package: source, Out: file, Arch: deployedArch}); err != nil {
			return 0, err
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		return 0, fmt.Errorf("reading the size of %s: %w", source, err)
	}
	return info.Size(), nil
}
