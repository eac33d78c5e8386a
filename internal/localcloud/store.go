package localcloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/process"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/state"
)

// store runs dynalite 4.0.0, a DynamoDB in Node. The rows are in a folder, so that it can
// be stopped and restarted. dynalite answers every web page (index.js, "if
// (req.headers.origin)"), so it listens on a socket in a folder that only this user can
// enter, and the door is the only way to it.
type store struct {
	node, cli, folder string
	rows              string
	lock              []*os.File // of the folder with the rows, which dynalite holds, too
	port              int
	child             *process.Child
	door              *door.Door
	layer             *faults.Layer
	pages             func(*http.Request) bool // those that a web page may send; nil lets none in
}

// startLimit is far above the half second that dynalite needs.
const startLimit = 20 * time.Second

// openStore keeps the rows in data, or beside the socket if it is nil.
func openStore(ctx context.Context, opts Options, data *state.Folder, guard func(http.Handler) http.Handler, pages func(*http.Request) bool) (*store, error) {
	s, err := findDynalite(opts)
	if err != nil {
		return nil, err
	}
	s.pages = pages
	if s.folder, err = privateFolder(os.TempDir(), "/tmp"); err != nil {
		return nil, err
	}
	s.rows = filepath.Join(s.folder, "rows")
	if data != nil {
		s.rows, s.lock = data.Table(), []*os.File{data.Lock()}
	}
	s.port, s.layer = opts.Ports.DynamoDB, faults.NewLayer(guard(toSocket(socketIn(s.folder))))
	if err := s.start(ctx); err != nil {
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

// unflinching is a module that keeps dynalite up when a request breaks off, as it does
// when a function is killed. dynalite throws then (index.js, req.on('error')) and nothing
// catches it.
const unflinching = `data:text/javascript,process.on("uncaughtException", e => {
  if (e.code !== "ECONNRESET") { console.error(e); process.exit(1) }
})`

// start opens the door and returns when dynalite listens behind it.
func (s *store) start(ctx context.Context) error {
	if s.child != nil {
		return nil
	}
	entrance, err := door.Listen("DynamoDB", s.port)
	if err != nil {
		return err
	}
	s.door = entrance
	if s.port == 0 {
		s.port = entrance.Port()
	}
	if err := s.startDynalite(ctx); err != nil {
		return errors.Join(err, s.stop())
	}
	s.door.Serve(s.layer, s.pages)
	return nil
}

// startDynalite returns when dynalite says that it listens. Node's listen, to which
// dynalite passes its port, takes a socket's path as well.
func (s *store) startDynalite(ctx context.Context) error {
	if err := os.RemoveAll(socketIn(s.folder)); err != nil { // of a process that was killed
		return fmt.Errorf("removing the socket of before: %w", err)
	}
	said := newSaying("listening at")
	cmd := exec.Command(s.node, "--import", unflinching, s.cli, "--port", socketIn(s.folder), "--createTableMs", "20", "--path", s.rows)
	cmd.ExtraFiles = s.lock
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

// stop closes the door and lets dynalite end by itself; after a second it kills it.
func (s *store) stop() error {
	var errs []error
	if s.door != nil {
		errs = append(errs, s.door.Close())
	}
	if s.child != nil {
		errs = append(errs, s.child.Stop(syscall.SIGTERM, time.Second))
	}
	s.child, s.door = nil, nil
	return errors.Join(errs...)
}

func (s *store) close() error { return errors.Join(s.stop(), os.RemoveAll(s.folder)) }

func (s *store) url() string { return "http://localhost:" + strconv.Itoa(s.port) }
