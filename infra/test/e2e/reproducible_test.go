package e2e

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/ministack"
	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/project"
)

// The test builds every function for the deployed processor in two copies of the sources,
// one with its own build cache, and has the CDK pack and publish both. Programs, template
// and archives must be the same byte for byte.
func TestR39_TwoCleanDirectoriesGiveIdenticalArchives(t *testing.T) {
	a, _ := emulate(t)
	here := a.made(t, "first", ministack.Account, os.Getenv("GOCACHE"))
	// In the same account nothing would be packed again.
	there := a.made(t, "the second copy", "111111111111", t.TempDir())
	archives := 0
	for name, sum := range here {
		if there[name] != sum {
			t.Errorf("%s differs", name)
		}
		if strings.HasSuffix(name, ".zip") {
			archives++
		}
		fmt.Printf("  %s  %s\n", sum, name)
	}
	programs, _ := filepath.Glob(filepath.Join(a.options.Root, "triggers", "*", "main.go"))
	own, _ := filepath.Glob(filepath.Join(a.options.Root, "infra", "functions", "*", "main.go"))
	programs = append(programs, own...)
	for _, program := range programs {
		if name := "/dist/arm64/" + filepath.Base(filepath.Dir(program)) + "/bootstrap"; here[name] == "" {
			t.Errorf("%s is not built", name)
		}
	}
	if len(here) != len(there) || len(programs) == 0 || archives == 0 {
		t.Errorf("%d files here, %d there; %d programs, %d archives", len(here), len(there), len(programs), archives)
	}
	step(t, "%d programs and %d archives are the same from two clean directories and two build caches", len(programs), archives)
}

// made copies the sources, builds and publishes, and returns the SHA-256 of the results.
func (a *account) made(t *testing.T, folder, number, cache string) map[string]string {
	t.Helper()
	root := filepath.Join(t.TempDir(), folder)
	copySources(t, a.options.Root, root)
	if err := os.Symlink(filepath.Join(a.options.Root, "infra", "node_modules"), filepath.Join(root, "infra", "node_modules")); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("make", "build")
	build.Dir, build.Env = root, os.Environ()
	if cache != "" {
		build.Env = append(build.Env, "GOCACHE="+cache)
	}
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	o := a.options
	o.Root, o.Dir, o.Arch = root, filepath.Join(t.TempDir(), "project"), "arm64"
	o.Env = project.Emulated(a.server.URL, number, ministack.Region, t.TempDir())
	p, err := project.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(p.Bootstrap(t.Context()), p.Publish(t.Context())); err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for base, pattern := range map[string]string{root: "dist/arm64/*/bootstrap", p.Dir(): "cdk.out/.cache/*.zip"} {
		sum(t, base, pattern, sums)
	}
	sum(t, p.Dir(), "cdk.out/*.template.json", sums)
	return sums
}

// sum adds the SHA-256 of each file that matches.
func sum(t *testing.T, base, pattern string, sums map[string]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(base, filepath.FromSlash(pattern)))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sums[strings.TrimPrefix(file, base)] = fmt.Sprintf("%x", sha256.Sum256(src))
	}
}

// copySources copies what git tracks or would track.
func copySources(t *testing.T, from, to string) {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "-co", "--exclude-standard")
	list.Dir = from
	names, err := list.Output()
	if err != nil {
		t.Fatalf("listing the sources: %v", err)
	}
	for name := range strings.SplitSeq(strings.Trim(string(names), "\x00"), "\x00") {
		src, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, src, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
