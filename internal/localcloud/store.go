package localcloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/process"
)

// store runs dynalite 4.0.0, a DynamoDB in Node. The rows are in a folder, so that it can
// be stopped and restarted.
type store struct {
	node, cli, rows string
	port            int
	child           *process.Child
}

// startLimit is far above the half second that dynalite needs.
const startLimit = 20 * time.Second

func openStore(ctx context.Context, opts Options) (*store, error) {
	s, err := findDynalite(opts)
	if err != nil {
		return nil, err
	}
	if _, err := address("DynamoDB", opts.Ports.DynamoDB); err != nil {
		return nil, err
	}
	if s.rows, err = os.MkdirTemp("", "cognito-triggers-rows-"); err != nil {
		return nil, fmt.Errorf("making a folder for the rows: %w", err)
	}
	if err := s.startOn(ctx, opts.Ports.DynamoDB); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// findDynalite finds Node and the package that infra's lock file pins.
func findDynalite(opts Options) (*store, error) {
	node, err := exec.LookPath(cmp.Or(opts.NodePath, "node"))
	if err != nil {
		return nil, fmt.Errorf("the local tables need Node (https://nodejs.org), 20 or later: %w", err)
	}
	infra := cmp.Or(opts.InfraDir, "infra")
	cli, err := filepath.Abs(filepath.Join(infra, "node_modules", "dynalite", "cli.js"))
	if err != nil {
		return nil, fmt.Errorf("finding dynalite: %w", err)
	}
	if _, err := os.Stat(cli); err != nil {
		return nil, fmt.Errorf("the local tables need dynalite, which is not in %s: run npm --prefix infra ci", filepath.Join(infra, "node_modules"))
	}
	return &store{node: node, cli: cli}, nil
}

// startOn starts on a port; 0 is a free one. dynalite cannot choose a port itself, and a
// port that was free a moment ago may be taken, so it tries three times.
func (s *store) startOn(ctx context.Context, port int) error {
	if s.port = port; port != 0 {
		return s.start(ctx)
	}
	var err error
	for range 3 {
		if s.port, err = freePort(); err != nil {
			return err
		}
		if err = s.start(ctx); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("finding a free port: %w", err)
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

// unflinching is a module that keeps dynalite up when a request breaks off, as it does
// when a function is killed. dynalite throws then (index.js, req.on('error')) and nothing
// catches it.
const unflinching = `data:text/javascript,process.on("uncaughtException", e => {
  if (e.code !== "ECONNRESET") { console.error(e); process.exit(1) }
})`

// start returns when dynalite says that it listens.
func (s *store) start(ctx context.Context) error {
	if s.child != nil {
		return nil
	}
	said := newSaying("listening at")
	cmd := exec.Command(s.node, "--import", unflinching, s.cli, "--host", "127.0.0.1", "--port", strconv.Itoa(s.port), "--createTableMs", "20", "--path", s.rows)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	cmd.Stdout, cmd.Stderr = said, said
	cmd.WaitDelay = time.Second
	child, err := process.Start(cmd)
	if err != nil {
		return fmt.Errorf("starting dynalite: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	select {
	case <-said.heard:
		s.child = child
		return nil
	case <-child.Done():
		return fmt.Errorf("dynalite ended at its start (%v): %s", child.Err(), said)
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("waiting for dynalite: %w", ctx.Err()), child.Stop(syscall.SIGKILL, 0))
	}
}

// stop lets dynalite end by itself; after a second it kills it.
func (s *store) stop() error {
	if s.child == nil {
		return nil
	}
	err := s.child.Stop(syscall.SIGTERM, time.Second)
	s.child = nil
	return err
}

func (s *store) close() error { return errors.Join(s.stop(), os.RemoveAll(s.rows)) }

func (s *store) url() string { return "http://127.0.0.1:" + strconv.Itoa(s.port) }
