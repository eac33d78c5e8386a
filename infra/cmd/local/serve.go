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
	s, err := readServing(args)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.start(ctx); err != nil {
		return otherPorts(err)
	}
	if s.watch {
		s.watcher.Store(s.watchEdits(ctx))
	}
	fmt.Fprintf(s.out, "Confirmation codes are printed here, not mailed, as is what the functions do:\n\n")
	<-ctx.Done()
	fmt.Fprintln(s.out, "\nstopping ...")
	return nil
}

// serving is one call of serve.
type serving struct {
	localcloud.Options
	account
	people    int
	files, ca string // folders
	watch     bool

	cloud   *localcloud.Cloud
	watcher atomic.Pointer[live.Watcher]
	ends    []func() error // of what is open, the first last
}

func readServing(args []string) (s *serving, err error) {
	s = &serving{account: account{out: os.Stdout}}
	var data string
	s.Options, err = options("serve", args, func(flags *flag.FlagSet) {
		flags.IntVar(&s.people, "people", 0, "how many users to import to begin with")
		flags.StringVar(&s.files, "files", "dist", "the folder of the files for other programs")
		flags.StringVar(&data, "data", "", "a `folder` that keeps users and rows for the next start (default: they are forgotten)")
		flags.BoolVar(&s.watch, "watch", true, "let edits of the stage file and of the functions' code act")
		caFlag(flags, &s.ca)
	})
	s.Timeline = timeline.New(timeline.Limits{})
	s.Data, s.OnData = data, kept(os.Stderr, data, s.Timeline)
	s.OnUnobeyed = func(line string) { fmt.Fprintf(s.out, "      ! not as on AWS: %s\n", line) }
	s.OnInvocation = func(i lambdahost.Invocation) { s.triggers(localcloud.Recorded(i)) }
	s.Pool.OnMail = func(m userpool.Message) {
		fmt.Fprintf(s.out, "      ✉ %-10s %s: %s\n", m.Purpose, plain(m.Username), plain(cmp.Or(m.Link, m.Code)))
	}
	return s, err
}

// start starts the cloud and what is beside it, and says where it is.
func (s *serving) start(ctx context.Context) error {
	lock, err := lockFiles(s.files)
	if err != nil {
		return err
	}
	s.ends = append(s.ends, lock.Close)
	if s.Authority, err = openAuthority(s.ca); err != nil {
		return err
	}
	if s.cloud, err = localcloud.Start(ctx, s.Options); err != nil {
		return err
	}
	// The functions run from the watcher's folder: it ends after them.
	s.ends = append(s.ends, func() error { return s.watcher.Load().Close() }, s.cloud.Close)
	if s.people > 0 {
		if _, err := s.cloud.Pool.Import(importedUsers(s.people)...); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "\nThe pool has %d users already, from person000001@example.com on; no trigger has seen them.\n", s.people)
	}
	app, err := serveSample(s.cloud, s.Options)
	if err != nil {
		return err
	}
	s.ends = append(s.ends, app.Close)
	shown, err := page.Start(s.cloud, s.Ports.Page, page.WithStages(filepath.Join(s.InfraDir, "stages")),
		page.WithSample(app.URL()), page.WithStage(func() *settings.Stage { return s.watcher.Load().Stage() }))
	if err != nil {
		return err
	}
	s.ends = append(s.ends, shown.Close)
	all, err := files(s.cloud, s.files)
	if err != nil {
		return err
	}
	remove, err := write(all)
	if err != nil {
		return err
	}
	s.ends = append(s.ends, remove)
	welcome(s.out, s.cloud, shown.URL(), app.URL(), s.Options, all)
	return nil
}

func (s *serving) close() error {
	var errs []error
	for _, end := range slices.Backward(s.ends) {
		errs = append(errs, end())
	}
	return errors.Join(errs...)
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
		{"identity pool", endpoints.CognitoIdentity},
		{"token endpoint", endpoints.Token},
		{"OpenID discovery", endpoints.Discovery},
		{"public keys", endpoints.JWKS},
		{"tokens' issuer", endpoints.Issuer},
		{"functions", endpoints.Lambda},
		{"table", endpoints.DynamoDB},
		{"HTTP API", endpoints.API},
	} {
		if line[1] != "" {
			fmt.Fprintf(out, "  %-16s %s\n", line[0], line[1])
		}
	}
	fmt.Fprintf(out, "\nOutputs of the stack:\n\n")
	for _, name := range slices.Sorted(maps.Keys(cloud.Outputs())) {
		fmt.Fprintf(out, "  %-30s %s\n", name, cloud.Outputs()[name])
	}
	for _, name := range slices.Sorted(maps.Keys(cloud.Outputs())) {
		if client, ok := cloud.Client(name); ok && client.Secret != "" {
			fmt.Fprintf(out, "  %-30s %s\n", "(secret of "+name+")", client.Secret)
		}
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
