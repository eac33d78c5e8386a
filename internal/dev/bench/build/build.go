// Package build compiles programs as the Makefile does, so that the benchmark measures
// what is deployed. A test compares the flags here with the Makefile's.
package build

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Tags are the build tags of the Makefile's GO_BUILD.
const Tags = "lambda.norpc"

// Program is something to compile.
type Program struct {
	// Package is the folder of the main package, relative to the module's root.
	Package string
	// Out is the file to write; its folder must exist.
	Out string
	// Arch is a GOARCH; "" is this machine's. The system is always Linux.
	Arch string
	// Extra, if not "", is a Go file from elsewhere that is compiled into the main
	// package without changing the source tree (go help build, -overlay).
	Extra string
}

// Root returns the folder of the module that contains the working directory.
func Root() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("asking go for the module: %w", err)
	}
	file := string(bytes.TrimSpace(out))
	if file == "" || file == os.DevNull {
		return "", errors.New("the working directory is in no Go module: run this in the project's folder")
	}
	return filepath.Dir(file), nil
}

// Compile builds the program. The error contains the compiler's output.
func Compile(ctx context.Context, root string, p Program) error {
	if err := dependOn(root); err != nil {
		return err
	}
	args := append([]string{"build"}, flags()...)
	if p.Extra != "" {
		overlay, err := overlay(root, p)
		if err != nil {
			return err
		}
		defer os.Remove(overlay)
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "-o", p.Out, "./"+p.Package)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), environment(p.Arch)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", p.Package, err, out)
	}
	return nil
}

// dependOn looks at the module's sources: the go command sees which files a test
// looks at, and takes no result from its cache when one of them has changed (go help
// test). What the compiler reads it does not see.
func dependOn(root string) error {
	for _, pattern := range []string{"go.mod", "triggers/*/*.go", "internal/*/*.go", "internal/*/*/*.go", "internal/*/*/*/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return fmt.Errorf("looking for sources: %w", err)
		}
		for _, file := range files {
			if _, err := os.Stat(file); err != nil {
				return fmt.Errorf("looking at a source: %w", err)
			}
		}
	}
	return nil
}

func flags() []string {
	return []string{"-tags", Tags, "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid="}
}

func environment(arch string) []string {
	env := []string{"CGO_ENABLED=0", "GOOS=linux", "GOFLAGS="}
	if arch != "" {
		env = append(env, "GOARCH="+arch)
	}
	return env
}

// overlay writes the file that names the extra one.
func overlay(root string, p Program) (string, error) {
	at := filepath.Join(root, p.Package, "zz_"+filepath.Base(p.Extra))
	text, err := json.Marshal(map[string]map[string]string{"Replace": {at: p.Extra}})
	if err != nil {
		return "", fmt.Errorf("writing an overlay: %w", err)
	}
	path := p.Out + ".overlay.json"
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return "", fmt.Errorf("writing an overlay: %w", err)
	}
	return path, nil
}

// Packages returns the packages that a program links, standard ones too, in the given
// format (go help list), one line each.
func Packages(ctx context.Context, root, program, format string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-tags", Tags, "-f", format, "./"+program)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), environment("")...)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("listing what %s links: %w", program, err)
	}
	var lines []string
	for line := range bytes.FieldsSeq(out) {
		lines = append(lines, string(line))
	}
	return lines, nil
}
