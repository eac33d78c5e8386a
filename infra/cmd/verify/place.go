package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/project"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// place is a deployed stage with the recording functions.
type place struct {
	// evidence says that AWS itself answers here.
	evidence bool
	target   journey.Target
	// records returns all that the functions have printed so far.
	records func(context.Context) ([]record, error)
	// patient sets presignup a longer time-out than Cognito's; nil if that is not
	// possible.
	patient func(context.Context) error
	// close removes everything.
	close func(context.Context) error
}

// open deploys the stage. Close the place also after an error.
func open(ctx context.Context, o options) (*place, error) {
	p := &place{close: func(context.Context) error { return nil }}
	dir, err := os.MkdirTemp("", "verify")
	if err != nil {
		return p, fmt.Errorf("making a folder: %w", err)
	}
	p.close = func(context.Context) error { return os.RemoveAll(dir) }
	switch o.on {
	case onLocal:
		err = p.local(ctx, o, dir)
	case onEmulator:
		err = p.emulator(ctx, o, dir)
	case onAWS:
		err = p.aws(ctx, o, dir)
	default:
		err = fmt.Errorf("-on takes %s, %s or %s; it has %q", onLocal, onEmulator, onAWS, o.on)
	}
	return p, err
}

// alsoBefore adds what close must do first.
func (p *place) alsoBefore(first func(context.Context) error) {
	then := p.close
	p.close = func(ctx context.Context) error { return errors.Join(first(ctx), then(ctx)) }
}

// newProject makes the project of the stage: dev, with a domain of its own, and on an emulator
// without the API.
func newProject(ctx context.Context, o options, dir string, env []string, emulated bool) (*project.Project, error) {
	file, err := os.ReadFile(filepath.Join(o.root, "infra", "stages", "dev.yaml"))
	if err != nil {
		return nil, fmt.Errorf("reading the stage dev: %w", err)
	}
	const disposable, domain = "\ndisposable: true\n", "\ndomain: {prefix: trigger-suite-dev}\n"
	if !bytes.Contains(file, []byte(disposable)) || !bytes.Contains(file, []byte(domain)) {
		return nil, errors.New("the stage dev is not as the repository has it: it must be disposable and have its own domain")
	}
	file = bytes.Replace(file, []byte(domain), []byte("\ndomain: {prefix: trigger-suite-"+o.id+"}\n"), 1)
	if emulated {
		file = project.WithoutAPI(file)
	}
	// A stack that lives for minutes needs no alarms.
	file = append(file, "\nmonitoring: {noAlarms: true, noDashboard: true}\n"...)
	return project.New(ctx, project.Options{
		Root: o.root, Dir: filepath.Join(dir, "project"), Stage: o.id, File: file,
		Arch: o.arch, Bundles: o.bundles, Env: env, Log: o.log,
	})
}

// local starts the stage in the local cloud.
func (p *place) local(ctx context.Context, o options, dir string) error {
	made, err := newProject(ctx, o, dir, append(os.Environ(), project.Switches()...), false)
	if err != nil {
		return err
	}
	if err := made.Synth(ctx); err != nil {
		return err
	}
	var seen lines
	cloud, err := localcloud.Start(ctx, localcloud.Options{
		AssemblyDir: filepath.Join(made.Dir(), "cdk.out"), InfraDir: filepath.Join(o.root, "infra"), OnInvocation: seen.add,
	})
	if err != nil {
		return err
	}
	p.alsoBefore(func(context.Context) error { return cloud.Close() })
	p.records = func(ctx context.Context) ([]record, error) {
		if err := cloud.Settle(ctx); err != nil {
			return nil, fmt.Errorf("waiting for the functions: %w", err)
		}
		return seen.all(), nil
	}
	p.target, err = cast.Target(cloud)
	return err
}

// lines collects what the local cloud's functions print.
type lines struct {
	mu   sync.Mutex
	seen []record
}

func (l *lines) add(i lambdahost.Invocation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range i.LogLines {
		if r, ok := parse([]byte(line)); ok {
			l.seen = append(l.seen, r)
		}
	}
}

// all returns them in the order in which they were printed: an environment tells of
// its invocation when it is free again.
func (l *lines) all() []record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return inOrder(slices.Clone(l.seen))
}

// users sets what the stage dev promises, and invented users whose mail reaches nobody.
func (o options) users(t journey.Target) journey.Target {
	t = cast.Promised(t)
	t.AdaEmail, t.GraceEmail = o.address("ada"), o.address("grace")
	return t
}
