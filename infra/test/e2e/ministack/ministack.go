// Package ministack runs MiniStack, an emulator of AWS from PyPI, on 127.0.0.1.
//
// By default it listens on every interface, opens further ports, keeps state in the
// user's home, and its functions cannot reach it. Start changes all of that, so that a
// server leaves nothing behind.
package ministack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/process"
)

// Account is the AWS account that the server plays for an access key of the same twelve
// digits.
const Account = "000000000000"

// Region is the one that callers should name.
const Region = "us-east-1"

// Server is a running emulator.
type Server struct {
	// URL is the one endpoint of all services.
	URL string
	// LogFile receives the output of the server and the functions.
	LogFile string

	child *process.Child
}

// Start runs program (venv/bin/ministack), which writes below dir only, and waits until
// it answers. The caller must Stop it.
func Start(ctx context.Context, program, dir string) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, fmt.Errorf("looking for a free port: %w", err)
	}
	s := &Server{URL: "http://127.0.0.1:" + port, LogFile: filepath.Join(dir, "ministack.log")}
	for _, folder := range []string{dir, filepath.Join(dir, "tmp")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, fmt.Errorf("making the emulator's folder: %w", err)
		}
	}
	log, err := os.Create(s.LogFile)
	if err != nil {
		return nil, fmt.Errorf("making the emulator's log: %w", err)
	}
	defer log.Close()
	cmd := exec.Command(program)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, environment(s.URL, port, dir), log, log
	if s.child, err = process.Start(cmd); err != nil {
		return nil, fmt.Errorf("starting %s: %w", program, err)
	}
	if err := s.ready(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// environment returns the server's whole environment. AWS_ENDPOINT_URL reaches the
// functions, which find the table with it.
func environment(url, port, dir string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + filepath.Join(dir, "tmp"),
		"BIND_HOST=127.0.0.1", "GATEWAY_PORT=" + port, "IOT_MTLS_ENABLED=0", "SFTP_ENABLED=0",
		"MINISTACK_REGION=" + Region, "MINISTACK_COGNITO_PRETOKEN_STRICT=1",
		"S3_DATA_DIR=" + filepath.Join(dir, "s3"),
		"AWS_ENDPOINT_URL=" + url, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
	}
}

// ready waits until the server answers, for half a minute at most.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		if request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/_localstack/health", nil); err != nil {
			return fmt.Errorf("asking the emulator: %w", err)
		} else if answer, err := http.DefaultClient.Do(request); err == nil {
			_ = answer.Body.Close()
			return nil
		}
		select {
		case <-s.child.Done():
			return fmt.Errorf("the emulator ended: %w; see %s", s.child.Err(), s.LogFile)
		case <-ctx.Done():
			return fmt.Errorf("the emulator does not answer at %s: %w; see %s", s.URL, ctx.Err(), s.LogFile)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Stop ends the server and its functions.
func (s *Server) Stop() error { return s.child.Stop(syscall.SIGTERM, 5*time.Second) }

// freePort returns a port of 127.0.0.1 that is free now.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}
