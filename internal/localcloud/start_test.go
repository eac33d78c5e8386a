package localcloud

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// refused starts a cloud that must not start and returns the error.
func refused(t *testing.T, opts Options) error {
	t.Helper()
	cloud, err := Start(t.Context(), opts)
	if err == nil {
		_ = cloud.Close()
		t.Fatal("it started")
	}
	return err
}

func TestBusyPortIsNamed(t *testing.T) {
	needsDynalite(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	port := taken.Addr().(*net.TCPAddr).Port
	dir := assembly(t, withTable(withAPI(resources())))
	for part, ports := range map[string]Ports{
		"Cognito": {CognitoIDP: port}, "Cognito over TLS": {CognitoTLS: port}, "Lambda": {Lambda: port}, "DynamoDB": {DynamoDB: port}, "the HTTP API": {API: port},
	} {
		err := refused(t, Options{AssemblyDir: dir, InfraDir: infra, Ports: ports})
		_, number, _ := net.SplitHostPort(taken.Addr().String())
		if want := "port " + number + ", wanted for " + part + ", is busy on localhost"; !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

func TestFixedPortsAreUsed(t *testing.T) {
	needsDynalite(t)
	var ports Ports
	for _, port := range []*int{&ports.CognitoIDP, &ports.Lambda, &ports.DynamoDB} {
		var err error
		if *port, err = freePort(); err != nil {
			t.Fatal(err)
		}
	}
	cloud, err := Start(t.Context(), Options{AssemblyDir: assembly(t, withTable(resources())), InfraDir: infra, Ports: ports})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cloud.Close() }()
	endpoints := cloud.Endpoints()
	for url, port := range map[string]int{endpoints.CognitoIDP: ports.CognitoIDP, endpoints.Lambda: ports.Lambda, endpoints.DynamoDB: ports.DynamoDB} {
		if _, got, _ := net.SplitHostPort(strings.TrimPrefix(url, "http://")); got != portText(port) {
			t.Errorf("%s, want port %d", url, port)
		}
	}
}

func portText(port int) string {
	_, text, _ := net.SplitHostPort((&net.TCPAddr{Port: port}).String())
	return text
}

func TestWhatIsMissingIsSaidInOneLine(t *testing.T) {
	withRows := assembly(t, withTable(resources()))
	for name, c := range map[string]struct {
		opts Options
		want string
	}{
		"no assembly": {Options{AssemblyDir: t.TempDir()}, "synthesize the stack first (make synth-host, in the project's folder)"},
		"no stack":    {Options{AssemblyDir: withRows, StackName: "other"}, "it has no stack other, but suite"},
		"no dynalite": {Options{AssemblyDir: withRows, InfraDir: t.TempDir()}, "run npm --prefix infra ci"},
		"no Node":     {Options{AssemblyDir: withRows, InfraDir: infra, NodePath: "/nowhere/node"}, "the local tables need Node"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := refused(t, c.opts); !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestStoreThatWillNotStartSaysWhy(t *testing.T) {
	dir := t.TempDir()
	node := filepath.Join(dir, "node")
	if err := os.WriteFile(node, []byte("#!/bin/sh\necho no such module >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	fake := filepath.Join(dir, "node_modules", "dynalite")
	if err := os.MkdirAll(fake, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(fake, "cli.js"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	err := refused(t, Options{AssemblyDir: assembly(t, withTable(resources())), InfraDir: dir, NodePath: node})
	if !strings.Contains(err.Error(), "dynalite ended at its start (exit status 1): no such module") {
		t.Errorf("got %v", err)
	}
}

func TestStartHeedsItsContext(t *testing.T) {
	needsDynalite(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	cloud, err := Start(ctx, Options{AssemblyDir: assembly(t, withTable(resources())), InfraDir: infra})
	if err == nil {
		_ = cloud.Close()
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// freePort returns a port of 127.0.0.1 that is free now.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}
