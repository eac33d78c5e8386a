// Command local runs the synthesized stack on this machine, without an AWS account and
// without Docker.
//
//	go run ./infra/cmd/local demo    takes a user pool through its life and shows it
//	go run ./infra/cmd/local serve   keeps the local cloud up until Ctrl-C
//
// Both read the cloud assembly in dist/local, which `make synth-host` writes, and run in
// the project's folder: `make demo`, `make local`.
//
// A setting of the template that the local cloud does not obey stops the start, with what
// would follow; -tolerate UserPool.UserPoolAddOns.AdvancedSecurityMode goes on without it and says so.
//
// serve -people 1000 puts users into the pool that no trigger has heard of, -list-delay 5s
// lets ListUsers lag as Cognito's does, and -quotas aws refuses calls beyond AWS's default
// quotas. If a port is busy, choose another one, or 0 for a free one: -cognito-port 0.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) > 0 && args[0] == "demo":
		return demo(ctx, args[1:])
	case len(args) > 0 && args[0] == "serve":
		return serve(ctx, args[1:])
	}
	return fmt.Errorf("name what to run: go run ./infra/cmd/local demo, or serve")
}
