// Package project deploys one stage from its own folder, with the repository's pinned CDK
// command line, app and built functions.
//
// The folder holds cdk.json, the app and the stage file, so that it can deploy a stage
// that is no file of the repository: a changed copy of dev, or the disposable stage of a
// verification. Its cdk.json is the repository's, but the app is compiled once, nothing is
// built before each call, and the functions' processor is the project's. `ops` works there, too.
package project

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Options says what to deploy, and from where.
type Options struct {
	// Root is the repository. Dir is an empty folder, which becomes the project.
	Root, Dir string
	// Stage is the stage's name, File its stage file.
	Stage string
	File  []byte
	// Arch is the processor of the functions, Bundles the folder with
	// <arch>/<function>/bootstrap; "" is dist in Root.
	Arch, Bundles string
	// App is the compiled app; "" compiles it from Root.
	App string
	// Env is the environment of the command line; see Emulated. nil is this process's
	// own.
	Env []string
	// Log receives the output of the command line; nil discards it.
	Log io.Writer
}

// Project is a folder that can be deployed. It serves one goroutine.
type Project struct{ o Options }

// New fills the folder.
func New(ctx context.Context, o Options) (*Project, error) {
	p := &Project{o}
	if p.o.Bundles == "" {
		p.o.Bundles = filepath.Join(o.Root, "dist")
	}
	if p.o.Log == nil {
		p.o.Log = io.Discard
	}
	if err := os.MkdirAll(filepath.Join(o.Dir, "infra", "stages"), 0o755); err != nil {
		return nil, fmt.Errorf("making the project: %w", err)
	}
	if err := p.Use("./app"); err != nil {
		return nil, err
	}
	if err := p.compile(ctx, filepath.Join(o.Dir, "app")); err != nil {
		return nil, err
	}
	if err := p.link(); err != nil {
		return nil, err
	}
	return p, p.Change(o.File)
}

// compile makes the app.
func (p *Project) compile(ctx context.Context, app string) error {
	if p.o.App != "" {
		if err := os.Symlink(p.o.App, app); err != nil {
			return fmt.Errorf("linking the app: %w", err)
		}
		return nil
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", app, "./infra/app")
	build.Dir = p.o.Root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the app: %w\n%s", err, out)
	}
	return nil
}

// link puts the functions and the CDK command line where the project looks for them.
func (p *Project) link() error {
	for name, target := range map[string]string{
		filepath.Join("dist", p.o.Arch):        filepath.Join(p.o.Bundles, p.o.Arch),
		filepath.Join("infra", "node_modules"): filepath.Join(p.o.Root, "infra", "node_modules"),
	} {
		name = filepath.Join(p.o.Dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.Symlink(target, name)); err != nil {
			return fmt.Errorf("filling the project: %w", err)
		}
	}
	return nil
}

// Use writes cdk.json with the command that synthesizes; New uses ./app.
func (p *Project) Use(app string) error {
	src, err := os.ReadFile(filepath.Join(p.o.Root, "cdk.json"))
	if err != nil {
		return fmt.Errorf("reading the project's settings: %w", err)
	}
	settings := map[string]any{}
	if err := json.Unmarshal(src, &settings); err != nil {
		return fmt.Errorf("reading the project's settings: %w", err)
	}
	settings["app"] = app
	delete(settings, "build")
	if context, ok := settings["context"].(map[string]any); ok {
		context["arch"] = p.o.Arch
	}
	if src, err = json.Marshal(settings); err != nil {
		return fmt.Errorf("writing the project's settings: %w", err)
	}
	return p.write("cdk.json", src)
}

// Change replaces the stage file for the next deploy.
func (p *Project) Change(file []byte) error {
	return p.write(filepath.Join("infra", "stages", p.o.Stage+".yaml"), file)
}

func (p *Project) write(name string, content []byte) error {
	if err := os.WriteFile(filepath.Join(p.o.Dir, name), content, 0o644); err != nil {
		return fmt.Errorf("filling the project: %w", err)
	}
	return nil
}

// Stack returns the name of the stage's stack.
func (p *Project) Stack() string { return "CognitoTriggers-" + p.o.Stage }

// Dir returns the project's folder; the synthesized stack is in its cdk.out.
func (p *Project) Dir() string { return p.o.Dir }

// OutputsFile returns the file with the outputs of a deploy.
func (p *Project) OutputsFile() string { return filepath.Join(p.o.Dir, outputsFile) }

// Environ returns the environment of the command line; see Options.Env.
func (p *Project) Environ() []string { return p.o.Env }
