package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/sample/shop"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

// move starts the local cloud with the shop behind its HTTP API, and moves the shop's users to the
// pool. Its customers sit at browsers, or at programs that ask the same.
func move(ctx context.Context, args []string) (err error) {
	var migrate string
	opts, err := options("move", args, func(flags *flag.FlagSet) {
		flags.StringVar(&migrate, "migrate", "dist/bin/migrate", "the program of infra/cmd/migrate")
	})
	if err != nil {
		return err
	}
	pages, end, err := browsers(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	return demonstrateMove(ctx, opts, os.Stdout, pages, migrate)
}

// browsers starts the program of the customers.
func browsers(ctx context.Context, opts localcloud.Options) (lines, func() error, error) {
	cmd := exec.CommandContext(ctx, cmp.Or(opts.NodePath, "node"), "move.mjs")
	cmd.Dir, cmd.Stderr, cmd.WaitDelay = filepath.Join(cmp.Or(opts.InfraDir, "infra"), "cmd/local/testdata/browser"), os.Stderr, 5*time.Second
	in, err := cmd.StdinPipe()
	out, failed := cmd.StdoutPipe()
	if err = errors.Join(err, failed); err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return lines{}, nil, fmt.Errorf("starting the customers: %w", err)
	}
	pages := lines{json.NewEncoder(in), bufio.NewReader(out)}
	hello, err := pages.answer()
	if err == nil {
		fmt.Printf("\nThe customers come by %s.\n", hello["version"])
	}
	return pages, func() error { return errors.Join(in.Close(), cmd.Wait()) }, err
}

func demonstrateMove(ctx context.Context, opts localcloud.Options, out io.Writer, pages lines, migrate string) (err error) {
	front, err := door.Listen("the shop", opts.Ports.Shop)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, front.Close()) }()
	if opts.App, err = url.Parse(front.URL()); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "move-") // of the export and of what the studio keeps
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	return onStage(ctx, opts, out, func(a *account, cloud *localcloud.Cloud, seen *steps) error {
		all, err := files(cloud, folder)
		if err == nil {
			_, err = write(all)
		}
		if err != nil {
			return err
		}
		m, err := newMoving(cloud, cmp.Or(opts.InfraDir, "infra"))
		if err != nil {
			return err
		}
		m.pages, m.at, m.migrate, m.folder = pages, front.URL(), migrate, folder
		m.Serve(front)
		for step, of := range m.parts() {
			if err := m.Turn(shop.Step(step)); err != nil {
				return err
			}
			a.title("%s", of.title)
			a.tellAll(ctx, cloud, seen, of.steps)
		}
		m.rows(a)
		return nil
	})
}

// moving is a shop whose users move.
type moving struct {
	*shop.App
	journey.Target
	pages lines
	at    string // the shop's address
	// migrate is the studio's program, folder where its files are.
	migrate, folder string
}

// customers of the shop: what they type, and what they have ordered. Grace never comes.
var customers = []struct{ name, password, item string }{
	{"ada", "Correct-horse-1", "a box of tea"},
	{"bob", "Battery-staple-2", "a kettle"},
	{"grace", "Purple-monkey-3", "six cups"},
}

func email(name string) string { return name + "@example.com" }

func newMoving(cloud *localcloud.Cloud, infra string) (*moving, error) {
	to, err := cast.Target(cloud)
	if err != nil {
		return nil, err
	}
	at := cloud.Endpoints()
	tokens, err := bearer.New(bearer.Config{Pool: to.PoolID, Clients: []string{to.WebClientID}, Issuers: map[string]string{at.Issuer: at.JWKS}})
	if err != nil {
		return nil, err
	}
	users := directory.New(to.Dynamo, to.TableName, to.PoolID)
	setup := shop.Setup{
		Tokens: tokens, Scopes: []string{"app/read"}, Infra: infra, UserPool: at.CognitoIDP, Client: to.WebClientID, API: at.API,
		Address: func(ctx context.Context, sub string) (string, bool, error) {
			profile, err := users.Profile(ctx, sub)
			return profile.Email, profile.EmailVerified, err
		},
	}
	var rows []shop.Customer
	for i, c := range customers {
		rows = append(rows, shop.Customer{Email: email(c.name), Hash: shop.Hash(c.password), Order: shop.Order{Number: i + 1, Item: c.item}})
	}
	rows[1].Hash, err = shop.OlderHash(customers[1].password)
	return &moving{App: shop.New(setup, rows...), Target: to}, err
}
