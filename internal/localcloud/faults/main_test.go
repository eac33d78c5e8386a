package faults_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/build"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/spec"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// packages holds the functions as deployed: <name>/bootstrap and policy.json.
var packages string

// common are the functions' most frequent events, by function.
var common = map[string][]byte{}

// usesTable reports whether a function has the store that fails here.
func usesTable(function string) bool {
	return slices.ContainsFunc(triggers.All(), func(t triggers.Trigger) bool { return t.Room == function && t.UsesTable() })
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "faults")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, t := range triggers.All() {
		if common[t.Room], err = spec.Event("../../..", t.Room, t.Common); err == nil {
			err = pack(t.Room, filepath.Join(dir, t.Room))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	packages = dir
	return m.Run()
}

// specification is the folder of the events' policy, infra that of dynalite.
const (
	specification = "../../../events"
	infra         = "../../../infra"
)

func pack(name, dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	policy, err := os.ReadFile(specification + "/policy.json")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "policy.json"), policy, 0o644); err != nil {
		return err
	}
	return build.Compile(context.Background(), "../../..", build.Program{Package: "triggers/" + name, Out: filepath.Join(dir, "bootstrap")})
}
