package faults_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/build"
)

// names are the functions, in the order of a user's life.
var names = []string{"presignup", "postconfirmation", "postauthentication", "pretokengeneration"}

// packages holds the functions as deployed: <name>/bootstrap and policy.json.
var packages string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "faults")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, name := range names {
		if err := pack(name, filepath.Join(dir, name)); err != nil {
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
