// Package localcloud runs the suite's AWS on localhost.
//
// Start reads a synthesized stack and starts its tables in dynalite, its functions' real
// bootstraps in lambdahost and its user pool in userpool, with the identity pool beside it
// (package identity). Between pool and functions
// stand the permissions of the template. So a missing permission, a wrong variable or a
// forgotten grant of a table name shows here before a deployment.
//
// It is for development and tests. It forgets everything at Close, unless Options.Data names a
// folder. dynalite keeps its rows in a temporary folder then, so that a test may stop and
// restart it. Ids and client secrets are
// invented. Package iam checks who signs a request to the table, and whether the role of a
// function or of an identity allows it; the other endpoints check no credentials. A function
// is called only with the permission of its own policy. The key local, with the secret local,
// is an administrator's: it may do everything, from a program.
//
// The stack's HTTP API (package gateway) is in front of its functions: it checks tokens as on
// AWS, and every web page whose origin its CORS settings allow may call it.
//
// Options.Timeline is told what happens: calls, the triggers that each fired, the requests of
// each to the table (record.go). Between pool, functions and table stand switches that let
// things go wrong (Cloud.Turn), and an event of the timeline can be sent again
// (Cloud.Replay).
//
// So every program on this machine may be its administrator. A web page is not: package door,
// through which every endpoint listens, answers a page, whichever its origin, only where
// AWS does so without credentials. Those are the unsigned operations of the user pool, its
// OAuth endpoints, discovery and public keys, and the identity pool; to a hosted page it may
// lead its user. A page cannot call an administrator's
// operation, a function, the table or the Runtime API, and no name but localhost and the
// loopback addresses leads to them. The user pool also listens with TLS, and so do its
// pages; package authority signs for it.
//
// No setting of the user pool is dropped silently. Each acts, or is harmless, or is named
// with what follows from ignoring it: in Unsupported if a call that needs it is refused, as
// an error of Start if something succeeds here that AWS would refuse, or if the setting is
// unknown. Options.Tolerate turns such an error into a line of Unsupported. The list is in
// package template (known.go); tests compare it with the installed CDK.
//
// It is tested on Linux. The functions are built for the machine's own system, and for macOS
// all is compiled and vetted, but nobody has tried it there: whether dynalite's socket, the
// end of process groups and the freezing of a process work as on Linux, and whether the
// rest of make test does. There, a killed local cloud leaves its children behind.
//
// dynalite has no TTL and no streams. Package userpool
// says what its user pool lacks, infra/test/README.md what a deployment proves beyond it.
package localcloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"sync"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/authority"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/state"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// Options say what to run. Only AssemblyDir is required.
type Options struct {
	// AssemblyDir is the folder of a synthesized cloud assembly (cdk.out).
	AssemblyDir string
	// StackName is the stack's name or its id in the assembly; "" is the only stack.
	StackName string
	// Tolerate has settings that the local cloud does not obey and that do not stop the
	// start; see template.Read.
	Tolerate []string
	// Described is what DescribeUserPool says of the pool that the stack is beside, see
	// template.Stack.Describe; nil is a pool with AWS's defaults.
	Described []byte
	// Ports to listen on.
	Ports Ports
	// Authority signs for TLS; nil makes one that ends with the cloud.
	Authority *authority.Authority
	// NodePath is Node's executable; "" is node on PATH. InfraDir is the folder whose
	// node_modules holds dynalite; "" is infra in the working folder.
	NodePath, InfraDir string
	// OnInvocation is called for each invocation; see lambdahost.Options.
	OnInvocation func(lambdahost.Invocation)
	// Timeline, if not nil, is told everything that happens.
	Timeline *timeline.Timeline
	// DescribeVersion returns the description of the version that is made of a function's
	// folder; nil leaves it out.
	DescribeVersion func(folder string) string
	// Log receives the functions' output; nil discards it.
	Log io.Writer
	// Secrets are what AWS Secrets Manager holds for the functions, by ARN.
	Secrets map[string]string
	// Pool holds the user pool's options; Start sets Door, and Kept and OnChange with Data.
	Pool userpool.Options
	// Data is a folder that keeps pools and tables from one process to the next (package
	// state); "" forgets them. OnData, if not nil, is called when it cannot be written, and
	// with nil when it can again.
	Data   string
	OnData func(error)
	// OnUnobeyed, if not nil, is called with a sentence for each setting that an operation
	// makes and that the local cloud does not obey.
	OnUnobeyed func(string)
	// App, if not nil, is called in place of each HTTP service that the HTTP API is in front of.
	// It is on this machine.
	App *url.URL
	// Deliver, if not nil, wraps the invoker between pool and functions: a test delays,
	// repeats or drops deliveries with it.
	Deliver func(userpool.Invoker) userpool.Invoker
}

// Cloud is a running stack. Its methods are safe for concurrent use, but StopStore,
// StartStore, FreezeStore, ThawStore and Close must not overlap.
type Cloud struct {
	// Stack is what Start read; do not change it.
	Stack *template.Stack
	// Pool is nil where the stack creates no user pool.
	Pool *userpool.Pool
	// Functions runs the stack's functions.
	Functions *lambdahost.Host

	keys     *iam.Keys
	data     *state.Folder // nil without Options.Data
	store    *store        // nil where the stack has no table
	entrance *door.Door    // the pool's; nil where the stack has none
	front    *door.Door    // the HTTP API's; nil where the stack has none
	vault    *door.Door    // the secrets'; nil where no function names one

	updating sync.Mutex
	custom   []*customResource // those that functions made; guarded by updating after the start
	switches switches
	timeline *timeline.Timeline // nil if nobody asked for one
}

// Start starts a stack. ctx bounds the start only. An error is one line that says what to
// do; then nothing is left running.
func Start(ctx context.Context, opts Options) (*Cloud, error) {
	stack, err := template.Read(opts.AssemblyDir, opts.StackName, opts.Tolerate...)
	if err == nil && opts.Described != nil {
		err = stack.Describe(opts.Described)
	}
	if err != nil {
		return nil, err
	}
	if err := stack.CheckHost(); err != nil {
		return nil, err
	}
	opts = recorded(opts)
	cloud := &Cloud{Stack: stack, keys: iam.NewKeys(), timeline: opts.Timeline}
	for _, start := range []func(context.Context, Options) error{
		cloud.openData, cloud.startStore, cloud.openPool, cloud.openAPI, cloud.openSecrets, cloud.startFunctions, cloud.startPool, cloud.startIdentityPool, cloud.startAPI, cloud.runCustomResources, cloud.wire, cloud.keepData,
	} {
		if err := start(ctx, opts); err != nil {
			return nil, errors.Join(fmt.Errorf("starting the local cloud: %w", err), cloud.Close())
		}
	}
	return cloud, nil
}

func (c *Cloud) startStore(ctx context.Context, opts Options) error {
	if len(c.Stack.Tables) == 0 {
		return nil
	}
	store, err := openStore(ctx, opts, c.data, c.guard, c.tablePages())
	if err != nil {
		return err
	}
	c.store = store
	return store.createTables(ctx, c.Stack.Tables)
}

func (c *Cloud) startFunctions(_ context.Context, opts Options) error {
	host := lambdahost.Options{Port: opts.Ports.Lambda, Env: c.functionEnv(), OnInvocation: opts.OnInvocation, Stderr: opts.Log, Keys: c.keys, Describe: opts.DescribeVersion}
	if c.timeline != nil {
		host.Logs = newLogsAPI(c.Stack, c.timeline, c.importLog)
	}
	var err error
	c.Functions, err = lambdahost.Start(functions(c.Stack, c.local), host)
	if err == nil && c.store != nil {
		c.Fault(nil)
		if c.timeline != nil {
			c.watchStore(c.timeline)
		}
	}
	return err
}

// importLog is that of the user pools, once they are there.
func (c *Cloud) importLog(group string) ([]userpool.ImportLine, bool) {
	if c.Pool == nil {
		return nil, false
	}
	return c.Pool.ImportLog(group)
}

func (c *Cloud) functionEnv() map[string]string {
	env := map[string]string{}
	if c.store != nil {
		env["AWS_ENDPOINT_URL_DYNAMODB"] = c.store.url()
	}
	if c.entrance != nil { // of whoever attaches to the pool, sweeps and watches it
		env["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"] = c.entrance.URL()
	}
	if c.vault != nil {
		env["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = c.vault.URL()
	}
	return env
}

// Settle waits until every answered invocation has been reported to OnInvocation, or
// until ctx ends.
func (c *Cloud) Settle(ctx context.Context) error { return c.Functions.Settle(ctx) }

// StopStore stops DynamoDB as in an outage: connections are refused, rows are kept. It
// does nothing if the store is stopped or the stack has no table.
func (c *Cloud) StopStore() error {
	if c.store == nil {
		return nil
	}
	return c.store.stop()
}

// FreezeStore stops DynamoDB's process where it is (SIGSTOP): connections are accepted and
// nothing is answered. ThawStore lets it go on.
func (c *Cloud) FreezeStore() error { return c.store.child.Freeze() }

// ThawStore ends FreezeStore.
func (c *Cloud) ThawStore() error { return c.store.child.Thaw() }

// StartStore restarts DynamoDB on the same port with the same rows.
func (c *Cloud) StartStore(ctx context.Context) error {
	if c.store == nil {
		return nil
	}
	return c.store.start(ctx)
}

// Unsupported returns a sentence for each property of the stack that does not act as on
// AWS.
func (c *Cloud) Unsupported() []string {
	lines := slices.Clone(c.Stack.Unsupported)
	for _, table := range c.Stack.Tables {
		if table.TTLAttribute != "" {
			lines = append(lines, fmt.Sprintf("%s: rows do not expire by %s, dynalite has no TTL", table.LogicalID, table.TTLAttribute))
		}
	}
	return lines
}

// Close stops every server and process, within a few seconds, and removes the rows, or writes
// what Options.Data keeps. A second Close does nothing.
func (c *Cloud) Close() error {
	var errs []error
	if c.Pool != nil {
		errs = append(errs, c.Pool.Close())
	} else if c.entrance != nil {
		errs = append(errs, c.entrance.Close())
	}
	if c.front != nil {
		errs = append(errs, c.front.Close())
	}
	if c.Functions != nil {
		errs = append(errs, c.Functions.Close())
	}
	if c.vault != nil {
		errs = append(errs, c.vault.Close())
	}
	if c.store != nil {
		errs = append(errs, c.store.close())
	}
	if c.data != nil {
		errs = append(errs, c.data.Close())
		c.data = nil
	}
	return errors.Join(errs...)
}
