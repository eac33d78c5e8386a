package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/mutate/schemata"
)

// target is a package to mutate, with its types.
type target struct {
	path, dir, name, module string
	fset                    *token.FileSet
	pkg                     *types.Package
	info                    *types.Info
	sources                 []schemata.Source
}

// listed is go list's description of a package.
type listed struct {
	ImportPath, Name, Dir, Export string
	GoFiles                       []string
	DepOnly                       bool
	Module                        *struct{ Dir string }
}

// load reads the packages that match the patterns and type-checks them against the
// compiled form of their imports.
func load(ctx context.Context, patterns []string) ([]target, error) {
	args := append([]string{"list", "-export", "-deps", "-json=ImportPath,Name,Dir,Export,GoFiles,DepOnly,Module", "--"}, patterns...)
	var problems bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("listing the packages: %w: %s", err, problems.Bytes())
	}
	exports := make(map[string]string)
	var named []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := decoder.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("reading the list of packages: %w", err)
		}
		exports[l.ImportPath] = l.Export
		if !l.DepOnly && len(l.GoFiles) > 0 {
			named = append(named, l)
		}
	}
	targets := make([]target, 0, len(named))
	for _, l := range named {
		t, err := check(l, exports)
		if err != nil {
			return nil, fmt.Errorf("type-checking %s: %w", l.ImportPath, err)
		}
		targets = append(targets, t)
	}
	return targets, nil
}

func check(l listed, exports map[string]string) (target, error) {
	t := target{path: l.ImportPath, dir: l.Dir, name: l.Name, fset: token.NewFileSet(), info: &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object),
		Uses: make(map[*ast.Ident]types.Object), Implicits: make(map[ast.Node]types.Object),
	}}
	if l.Module != nil {
		t.module = l.Module.Dir
	}
	files := make([]*ast.File, 0, len(l.GoFiles))
	for _, name := range l.GoFiles {
		text, err := os.ReadFile(filepath.Join(l.Dir, name))
		if err != nil {
			return t, err
		}
		file, err := parser.ParseFile(t.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return t, err
		}
		files = append(files, file)
		t.sources = append(t.sources, schemata.Source{Name: name, Text: text, Syntax: file})
	}
	config := types.Config{
		Importer: importer.ForCompiler(t.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }),
		Sizes:    types.SizesFor("gc", runtime.GOARCH),
	}
	var err error
	t.pkg, err = config.Check(l.ImportPath, t.fset, files, t.info)
	return t, err
}
