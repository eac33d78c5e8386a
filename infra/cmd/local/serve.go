package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/live"
	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/page"
	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/sample"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// serve keeps the local cloud up until ctx ends, and prints what a client needs.
func serve(ctx context.Context, args []string) (err error) {
	var s serving
	var trusted, data string
	opts, err := options("serve", args, func(flags *flag.FlagSet) {
		flags.IntVar(&s.people, "people", 0, "how many users to import to begin with")
		flags.StringVar(&s.files, "files", "dist", "the folder of the files for other programs")
		flags.StringVar(&data, "data", "", "a `folder` that keeps users and rows for the next start (default: they are forgotten)")
		flags.BoolVar(&s.watch, "watch", true, "let edits of the stage file and of the functions' code act")
		caFlag(flags, &trusted)
	})
	if err != nil {
		return err
	}
	lock, err := lockFiles(s.files)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	opts.OnUnobeyed = func(line string) { fmt.Printf("      ! not as on AWS: %s\n", line) }
	if opts.Authority, err = openAuthority(trusted); err != nil {
		return err
	}
	opts.Timeline = timeline.New(timeline.Limits{})
	opts.Data, opts.OnData = data, kept(os.Stderr, data, opts.Timeline)
	a := &account{out: os.Stdout}
	opts.OnInvocation = func(i lambdahost.Invocation) { a.triggers(localcloud.Recorded(i)) }
	opts.Pool.OnMail = func(m userpool.Message) {
		fmt.Printf("      ✉ %-10s %s: %s\n", m.Purpose, m.Username, cmp.Or(m.Link, m.Code))
	}
	cloud, err := localcloud.Start(ctx, opts)
	if err != nil {
		return otherPorts(err)
	}
	return a.serve(ctx, cloud, opts, s)
}

// serving says what is beside a running cloud.
type serving struct {
	people int
	files  string // a folder
	watch  bool
}

// serve serves what is beside a running cloud until ctx ends, and closes all.
func (a *account) serve(ctx context.Context, cloud *localcloud.Cloud, opts localcloud.Options, s serving) (err error) {
	var watcher *live.Watcher
	var acting atomic.Pointer[live.Watcher] // for the page, which is up before
	defer func() { err = errors.Join(err, cloud.Close(), watcher.Close()) }()
	if s.people > 0 {
		if _, err := cloud.Pool.Import(importedUsers(s.people)...); err != nil {
			return err
		}
		fmt.Printf("\nThe pool has %d users already, from person000001@example.com on; no trigger has seen them.\n", s.people)
	}
	shown, err := page.Start(cloud, opts.Ports.Page, page.WithStages(filepath.Join(opts.InfraDir, "stages")), page.WithStage(func() *settings.Stage {
		if w := acting.Load(); w != nil {
			return w.Stage()
		}
		return nil
	}))
	if err != nil {
		return otherPorts(err)
	}
	defer func() { err = errors.Join(err, shown.Close()) }()
	all, err := files(cloud, s.files)
	if err != nil {
		return err
	}
	app, err := serveSample(cloud, opts)
	if err != nil {
		return otherPorts(err)
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	remove, err := write(all)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	welcome(os.Stdout, cloud, shown.URL(), app.URL(), opts, all)
	if s.watch {
		watcher = a.watch(ctx, cloud, opts)
		acting.Store(watcher)
	}
	fmt.Printf("Confirmation codes are printed here, not mailed, as is what the functions do:\n\n")
	<-ctx.Done()
	fmt.Fprintln(os.Stdout, "\nstopping ...")
	return nil
}

func welcome(out io.Writer, cloud *localcloud.Cloud, shown, app string, opts localcloud.Options, all []file) {
	endpoints := cloud.Endpoints()
	forgets := " and forgets everything"
	if opts.Data != "" {
		forgets = "; users and rows stay in " + opts.Data
	}
	fmt.Fprintf(out, "\nThe stack %s is up on this machine. Ctrl-C stops it%s.\n\n", cloud.Stack.Name, forgets)
	for _, line := range [][2]string{
		{"see it", shown},
		{"sample app", app},
		{"user pool", endpoints.CognitoIDP},
		{"the same by TLS", endpoints.CognitoTLS},
		{"token endpoint", endpoints.Token},
		{"OpenID discovery", endpoints.Discovery},
		{"public keys", endpoints.JWKS},
		{"tokens' issuer", endpoints.Issuer},
		{"functions", endpoints.Lambda},
		{"table", endpoints.DynamoDB},
	} {
		fmt.Fprintf(out, "  %-16s %s\n", line[0], line[1])
	}
	fmt.Fprintf(out, "\nOutputs of the stack:\n\n")
	for _, name := range slices.Sorted(maps.Keys(cloud.Outputs())) {
		fmt.Fprintf(out, "  %-30s %s\n", name, cloud.Outputs()[name])
	}
	if machine, ok := cloud.Client(machineClientOutput); ok {
		fmt.Fprintf(out, "  %-30s %s\n", "(machine client's secret)", machine.Secret)
	}
	fmt.Fprintf(out, "\nFor other programs, until Ctrl-C:\n\n")
	width := 0
	for _, f := range all {
		width = max(width, len(f.path))
	}
	for _, f := range all {
		fmt.Fprintf(out, "  %-*s  %s\n", width, f.path, f.purpose)
	}
	if opts.Authority.New {
		fmt.Fprintf(out, "\nNobody trusts its certificates yet: make trust says how.\n")
	}
	if opts.Pool.Code != "" {
		fmt.Fprintf(out, "\nEvery code is %s: every program on this machine can take over any account here.\n", opts.Pool.Code)
	}
	for _, line := range cloud.Unsupported() {
		fmt.Fprintf(out, "\nNot as on AWS: %s.\n", line)
	}
	fmt.Fprintln(out)
}

// serveSample serves the sample app, which calls the pool by its address of local.js.
func serveSample(cloud *localcloud.Cloud, opts localcloud.Options) (*door.Door, error) {
	config, err := amplifyModule(cloud)
	if err != nil {
		return nil, err
	}
	at := cloud.Endpoints()
	app := sample.App{Port: opts.Ports.Sample, Infra: cmp.Or(opts.InfraDir, "infra"), Config: config, Reaches: []string{at.CognitoIDP, at.CognitoTLS}}
	return app.Serve()
}
