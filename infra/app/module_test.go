package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// testdata/module is a module of its own that imports this one by its path, as an
// application would: its module file is tidied, its functions are built from its own folder,
// its stack is synthesized, and its tests meet the faults.
func TestR75_AnApplicationOfAnotherModule(t *testing.T) {
	form.Often(t, 0, 1, 1)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/module")); err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("../../go.sum") // no database of sums is asked
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.sum"), string(sums), 0o644)
	const module = "github.com/cognito-triggers/cognito-triggers"
	write(t, filepath.Join(dir, "go.mod"), "module example.com/app\n\ngo 1.26.0\n\nrequire "+module+" v0.0.0\n\nreplace "+module+" => "+strconv.Quote(root)+"\n", 0o644)
	goCommand(t, dir, "mod", "tidy")
	goCommand(t, dir, "test", "-count=1", ".")
}

func TestR75_TheModuleFileIsTidy(t *testing.T) {
	form.Often(t, 0, 1, 1)
	goCommand(t, "../..", "mod", "tidy", "-diff")
}

// goCommand runs the go command, and skips the test where a module can be neither found nor
// fetched.
func goCommand(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOSUMDB=off", "GOWORK=off", "GOFLAGS=")
	said, err := cmd.CombinedOutput()
	out := string(said)
	if err != nil && (strings.Contains(out, "module lookup disabled") || strings.Contains(out, "dial tcp")) {
		t.Skipf("the module cache lacks something, and nothing can be fetched:\n%s", out)
	}
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
