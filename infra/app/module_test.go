package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// testdata/module is a module of its own that imports this one by its path, as an
// application would. It compiles from the module cache, without a network; if that lacks
// something, the go command says what.
func TestAnApplicationOfAnotherModuleCompiles(t *testing.T) {
	form.Often(t, 0, 1, 1)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for from, to := range map[string]string{"testdata/module/main.go": "main.go", "../../go.sum": "go.sum", "../../go.mod": "go.mod"} {
		src, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if to == "go.mod" {
			src = []byte(strings.Replace(string(src), "module github.com/cognito-triggers/cognito-triggers", "module example.com/app", 1))
		}
		if err := os.WriteFile(filepath.Join(dir, to), src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const module = "github.com/cognito-triggers/cognito-triggers"
	run := func(args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOPROXY=off", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run("mod", "edit", "-require="+module+"@v0.0.0", "-replace="+module+"="+root); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := run("vet", "-mod=mod", ".")
	if err != nil && (strings.Contains(out, "module lookup disabled") || strings.Contains(out, "GOPROXY")) {
		t.Skipf("the module cache lacks something:\n%s", out)
	}
	if err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}
