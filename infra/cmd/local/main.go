// Command local runs the synthesized stack on this machine, without an AWS account and
// without Docker.
//
//	go run ./infra/cmd/local demo    takes a user pool through its life and shows it
//	go run ./infra/cmd/local move    moves the users of an app (package shop) to a pool, and shows it
//	go run ./infra/cmd/local serve   keeps the local cloud up until Ctrl-C
//	go run ./infra/cmd/local trust   prints how this machine trusts the certificates of serve
//
// All but trust read a synthesized cloud assembly, and run in the project's folder: `make demo`,
// `make demo-move`, `make local`, `make trust`.
//
// serve listens on port 4810 of localhost for the user pool, its pages and its OAuth
// endpoints, on 4811 for the same over TLS, on 4812 for the functions, on 4813 for the
// table, on 4814 for the page that shows it all (package page), on 4815 for the sample app
// (package sample) and on 4816 for the HTTP API, if the stage has one; -port-base 5810 moves
// them all, and 0 takes free ones, as demo and move do. With -port-base 4810 move has the shop on
// 4817. While it runs, dist has local.env for AWS SDKs, outputs.local.json for
// `ops --stage local` and local.js for AWS Amplify.
//
// Who signs for TLS is made once per user and can sign for this machine only (package
// authority).
//
// A token's issuer is AWS's own string, so that an app checks it as on AWS and takes only
// the keys from here. -issuer local is for programs that find the keys by the issuer.
// -code 123456 fixes every code.
//
// A setting of the template that the local cloud does not obey stops the start, with what
// would follow; -tolerate UserPool.UserPoolAddOns.AdvancedSecurityMode goes on without it and says so.
//
// While serve runs, what you save acts: the stage file within a second, and the Go code of
// the functions when it is built (package live); -watch=false turns that off.
//
// serve forgets everything at its end. -data DIR keeps users, sessions, keys and rows in a folder
// for the next start (package internal/localcloud/state); a changed stage meets them as a
// deployment does. What is under way for minutes is forgotten: challenges, authorization codes,
// departures to a provider, the counts of wrong guesses.
//
// A stage beside a pool that it does not make runs with one that the local cloud makes: with
// AWS's defaults and an app client, or with -pool FILE as DescribeUserPool shows yours.
//
//	(umask 077; aws cognito-idp describe-user-pool --user-pool-id ID > pool.json)
//	make local STAGE=NAME LOCAL_FLAGS='--pool pool.json'
//
// An app client of yours is a member of the list UserPoolClients that you add to the file, as
// describe-user-pool-client writes it, perhaps with its secret. Where the stage attaches itself, its custom resource
// hooks the pool here, too; where the pool's owner does, the local cloud does it and says so.
//
// Where the HTTP API is in front of an app (api.app of the stage), serve -app
// http://localhost:3000 takes its place: no request of the local cloud leaves this machine.
//
// serve -people 1000 puts users into the pool that no trigger has heard of, -list-delay 5s
// lets ListUsers lag as Cognito's does, and -quotas aws refuses calls beyond AWS's default
// quotas.
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
	case len(args) > 0 && args[0] == "move":
		return move(ctx, args[1:])
	case len(args) > 0 && args[0] == "serve":
		return serve(ctx, args[1:])
	case len(args) > 0 && args[0] == "trust":
		return trust(args[1:], os.Stdout)
	}
	return fmt.Errorf("name what to run: go run ./infra/cmd/local demo, move, serve or trust")
}
