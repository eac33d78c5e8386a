package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/mutate/schemata"
)

// binary is the package's test binary with all mutants in it.
type binary struct {
	file, dir string
	env       []string
}

// build compiles the package with every mutant behind its switch. All files are in dir;
// the compiler sees them in the package's place.
func build(ctx context.Context, t target, o options, dir string) (binary, []schemata.Mutant, error) {
	texts, mutants := schemata.Rewrite(t.fset, t.pkg, t.info, t.sources)
	replace := make(map[string]string, len(texts)+1)
	put := func(name string, text []byte) error {
		replace[filepath.Join(t.dir, name)] = filepath.Join(dir, name)
		return os.WriteFile(filepath.Join(dir, name), text, 0o600)
	}
	for i, text := range texts {
		if err := put(t.sources[i].Name, text); err != nil {
			return binary{}, nil, err
		}
	}
	if err := put("zz_mutant_switch.go", schemata.Switch(t.name, len(mutants))); err != nil {
		return binary{}, nil, err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return binary{}, nil, err
	}
	overlayFile := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		return binary{}, nil, err
	}
	b := binary{file: filepath.Join(dir, "mutants.test"), dir: t.dir, env: append(
		os.Environ(), "RAPID_CHECKS="+strconv.Itoa(o.checks),
		"RAPID_SEED=1", "RAPID_NOFAILFILE=true", "RAPID_SHRINKTIME=0s")}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", overlayFile, "-o", b.file, t.path)
	cmd.Dir = t.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return binary{}, nil, fmt.Errorf("compiling the mutants: %w\n%s", err, out)
	}
	return b, mutants, nil
}

// hasTests reports whether there is a binary: go test -c writes none for a package
// without a test file.
func (b binary) hasTests() bool {
	_, err := os.Stat(b.file)
	return err == nil
}
