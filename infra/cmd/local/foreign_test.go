package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/project"
)

// Where the programs and the packages of others are.
const (
	jsFolder     = "testdata/js"
	jsFullFolder = "testdata/js-full"
	pyFolder     = "testdata/python"
	venv         = "../../../dist/venv"
	venvFull     = "../../../dist/venv-full"
)

// program is one that testdata has around a package that others wrote.
type program struct {
	// folder holds the program file; packages matches the package's folder if it is installed.
	folder, file, packages string
	// python is the interpreter's environment; "" is for Node.
	python string
	// from is the target that installs the package.
	from string
}

func node(file, name string) program {
	return program{folder: jsFolder, file: file, packages: jsFolder + "/node_modules/" + name, from: "make test"}
}

func nodeFull(file, name string) program {
	return program{folder: jsFullFolder, file: file, packages: jsFullFolder + "/node_modules/" + name, from: "make test-full"}
}

func python(file, name string) program {
	return program{folder: pyFolder, file: file, packages: venv + "/lib/python*/site-packages/" + name, python: venv, from: "make test"}
}

func pythonFull(file, name string) program {
	return program{folder: pyFolder, file: file, packages: venvFull + "/lib/python*/site-packages/" + name, python: venvFull, from: "make test-full"}
}

// lacks returns why the program cannot run here; "" if it can.
func (p program) lacks() string {
	if found, err := filepath.Glob(p.packages); err == nil && len(found) > 0 {
		return ""
	}
	return fmt.Sprintf("%s is not installed, %s installs it where the network is there", filepath.Base(p.packages), p.from)
}

// foreign is a program that runs.
type foreign struct {
	lines
	version string
	calls   []string
}

// start runs the program until the test ends.
func (p program) start(t *testing.T, environment []string, to any) (*foreign, error) {
	t.Helper()
	args, err := json.Marshal(to)
	if err != nil {
		return nil, err
	}
	interpreter := "node"
	if p.python != "" {
		if interpreter, err = filepath.Abs(p.python + "/bin/python"); err != nil {
			return nil, err
		}
	}
	cmd := exec.CommandContext(t.Context(), interpreter, p.file, string(args))
	// A developer's profile and proxy are not for it.
	cmd.Dir, cmd.Env = p.folder, append(project.Quiet(os.Environ()), append(environment, "NO_PROXY=localhost", "HOME="+t.TempDir(), "PYTHONDONTWRITEBYTECODE=1")...)
	cmd.WaitDelay = 5 * time.Second
	var complaint strings.Builder
	cmd.Stderr = &complaint
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil && t.Context().Err() == nil {
			t.Errorf("%s: %v: %s", p.file, err, complaint.String())
		}
	})
	f := &foreign{lines: lines{json.NewEncoder(in), bufio.NewReader(out)}}
	hello, err := f.answer()
	if err != nil {
		_ = cmd.Process.Kill()
		return nil, errors.Join(err, errors.New(complaint.String()))
	}
	f.version, f.calls = hello["version"], strings.Fields(hello["calls"])
	return f, nil
}

func (f *foreign) offers(call string) bool { return slices.Contains(f.calls, call) }
