package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// foreign is a program that runs; testdata/js/serve.mjs has the form of its lines.
type foreign struct {
	version string
	calls   []string
	in      *json.Encoder
	out     *bufio.Reader
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
	f := &foreign{in: json.NewEncoder(in), out: bufio.NewReader(out)}
	hello, err := f.answer()
	if err != nil {
		_ = cmd.Process.Kill()
		return nil, errors.Join(err, errors.New(complaint.String()))
	}
	f.version, f.calls = hello["version"], strings.Fields(hello["calls"])
	return f, nil
}

// refused is what a client refused, or passed on to its app.
type refused struct{ Name, Message, Stack string }

func (r *refused) Error() string { return r.Name + ": " + r.Message }

func (f *foreign) offers(call string) bool { return slices.Contains(f.calls, call) }

// do makes a call; its error is a *refused where the program answered.
func (f *foreign) do(call string, given map[string]string) (map[string]string, error) {
	line := map[string]string{"do": call}
	for name, value := range given {
		line[name] = value
	}
	if err := f.in.Encode(line); err != nil {
		return nil, fmt.Errorf("calling %s: %w", call, err)
	}
	return f.answer()
}

func (f *foreign) answer() (map[string]string, error) {
	line, err := f.out.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) || len(line) == 0 {
		return nil, fmt.Errorf("the program has ended: %w", err)
	}
	var said struct {
		Told    map[string]string
		Refused *refused
	}
	if err := json.Unmarshal(line, &said); err != nil {
		return nil, fmt.Errorf("reading %q: %w", line, err)
	}
	if said.Refused != nil {
		return nil, said.Refused
	}
	return said.Told, nil
}
