// Command verify asks what only a live user pool can answer. It deploys the stage dev
// under another name, takes the journey (internal/localcloud/journey) there, which also asks
// the API's authorizer and the identity pool, records the
// events that Cognito really sends, compares their shape with those in events/, puts the
// open questions on which the suite makes assumptions, writes a report, and always
// removes everything again.
//
//	go run ./infra/cmd/verify -on local      the local cloud
//	go run ./infra/cmd/verify -on emulator   MiniStack: the way to AWS, without AWS
//	go run ./infra/cmd/verify -on aws -account 123456789012
//
// `make verify-aws ACCOUNT=123456789012` is the last of them. ACCOUNT is the
// confirmation: nothing is deployed unless the credentials are that account's. A run
// takes about ten minutes, costs cents (cost.go) and needs an account that is bootstrapped
// for the CDK. With MAILBOX=you@example.org it also asks you for the codes that Cognito
// mails. The report answers each open question with confirmed, refuted or cannot be
// answered here; the recorded events stay in dist/verify.
//
// The local cloud and the emulator answer as their authors expect of Cognito. The report
// says so: such a run tests this command, not an assumption.
//
// The functions are a build of their own (make verify-build). They print every event
// whole, and obey a caller's clientMetadata, so that Cognito gets answers that no policy
// would make. infra refuses that build for every stage that is not disposable. The users
// are invented, their mailboxes are Amazon's mailbox simulator, and events are redacted
// before they are kept (redact.go).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

func main() {
	// Ctrl-C ends the run; then the stack is removed. A second Ctrl-C is ignored, or the
	// stack would stay.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	o, err := readOptions(os.Args[1:])
	if err == nil {
		_, err = verify(ctx, o)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
}

// options say where to verify and where to write.
type options struct {
	// on is local, emulator or aws; account is the confirmed AWS account.
	on, account string
	// root is the repository, bundles the recording build, out the report's folder.
	root, bundles, out string
	// mailbox is an address whose codes can be read; "" if there is none.
	mailbox, arch, id string
	log               io.Writer
}

const (
	onLocal    = "local"
	onEmulator = "emulator"
	onAWS      = "aws"
)

func readOptions(args []string) (options, error) {
	o := options{log: os.Stdout, arch: runtime.GOARCH, id: fmt.Sprintf("verify-%x", time.Now().Unix()&0xffffff)}
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.StringVar(&o.on, "on", onLocal, "local, emulator or aws")
	flags.StringVar(&o.account, "account", "", "the AWS account in which a stack may be made and removed")
	flags.StringVar(&o.mailbox, "mailbox", "", "an address whose mail you can read (name+tag@… must work); the codes are asked for")
	flags.StringVar(&o.arch, "arch", o.arch, "processor of the functions: arm64 or amd64")
	flags.StringVar(&o.root, "root", ".", "the repository")
	flags.StringVar(&o.out, "out", "", "folder of the report (default dist/verify/<stage>)")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.root, err = filepath.Abs(o.root); err != nil {
		return o, fmt.Errorf("finding the repository: %w", err)
	}
	o.bundles = filepath.Join(o.root, "dist", "recording")
	if o.out == "" {
		o.out = filepath.Join(o.root, "dist", "verify", o.id)
	}
	return o, nil
}

// removal bounds the removal of a stack, after all else has ended.
const removal = 15 * time.Minute

// verify runs all. It writes a report once the journey has begun, also after an error.
func verify(ctx context.Context, o options) (r report, err error) {
	began := time.Now()
	r = report{On: o.on, Stage: o.id, Began: began.UTC()}
	p, err := open(ctx, o)
	defer func() {
		// Not ctx: after a Ctrl-C too, what was made must be removed.
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), removal)
		defer cancel()
		removed := p.close(ending)
		r.Removed, r.Evidence = removed == nil, p.evidence
		r.Took = time.Since(began).Round(100 * time.Millisecond).String()
		if r.Steps != nil {
			removed = errors.Join(removed, r.write(o))
		}
		err = errors.Join(err, removed)
	}()
	if err != nil {
		return r, err
	}
	r.Steps = walk(ctx, p, o.log)
	if r.Questions, err = ask(ctx, p); err != nil {
		return r, err
	}
	records, err := p.records(ctx)
	if err != nil {
		return r, err
	}
	r.Fired = sourcesOf(records)
	r.Events, err = keep(o, p, records)
	return r, err
}
