package e2e

import (
	"debug/buildinfo"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// read returns a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("..", "..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// npm and Python packages are pinned to exact versions with hashes, tools that run from a
// module to exact versions, and nothing to the latest.
func TestR39_EveryVersionIsPinned(t *testing.T) {
	for _, folder := range npmFolders(t) {
		pinnedByNPM(t, folder+"/package.json")
	}
	for _, folder := range []string{"infra/test/e2e", "infra/cmd/local/testdata/python"} {
		pinnedByPip(t, folder+"/requirements")
	}
	for _, ref := range regexp.MustCompile(`go run \S+@\S+|npx\s+\S+@\S+`).FindAllString(read(t, "Makefile"), -1) {
		if !regexp.MustCompile(`@(v\d+\.\d+\.\d+|\$\([A-Z_]+\))$`).MatchString(ref) {
			t.Errorf("Makefile: %s is not pinned", ref)
		}
	}
	if latest := regexp.MustCompile(`@latest`).FindString(read(t, "Makefile") + read(t, ".ci/run")); latest != "" {
		t.Error("something is fetched as @latest")
	}
	for _, module := range []string{"github.com/aws/aws-cdk-go/awscdk/v2", "github.com/aws/constructs-go/constructs/v10"} {
		version := regexp.MustCompile(regexp.QuoteMeta(module) + ` (v\S+)`).FindStringSubmatch(read(t, "go.mod"))
		if version == nil || !strings.Contains(read(t, "infra/test/nag/go.mod"), module+" "+version[1]) {
			t.Errorf("infra/test/nag does not look at the stack with the project's %s %v", module, version)
		}
	}
}

// No package that npm installs runs a script of its own, whoever calls npm: the setting is
// beside each list of packages.
func TestR48_NPMRunsNoScriptOfAPackage(t *testing.T) {
	for _, folder := range npmFolders(t) {
		if !regexp.MustCompile(`(?m)^ignore-scripts=true$`).MatchString(read(t, folder+"/.npmrc")) {
			t.Errorf("%s/.npmrc does not say ignore-scripts=true", folder)
		}
	}
}

// npmFolders returns the folders whose packages npm installs.
func npmFolders(t *testing.T) (folders []string) {
	t.Helper()
	const root = "../../.."
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{"node_modules", "dist", "cdk.out", ".git"}, entry.Name()):
			return filepath.SkipDir
		case entry.Name() == "package.json":
			folders = append(folders, strings.TrimPrefix(filepath.Dir(path), root+"/"))
		}
		return nil
	})
	if err != nil || !slices.Contains(folders, "infra") {
		t.Fatalf("found %v, %v", folders, err)
	}
	return folders
}

func pinnedByNPM(t *testing.T, file string) {
	t.Helper()
	var manifest struct{ Dependencies, DevDependencies map[string]string }
	if err := json.Unmarshal([]byte(read(t, file)), &manifest); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	exact := regexp.MustCompile(`^\d+\.\d+\.\d+$`)
	for _, list := range []map[string]string{manifest.Dependencies, manifest.DevDependencies} {
		for name, version := range list {
			if !exact.MatchString(version) {
				t.Errorf("%s: %s %s is not an exact version", file, name, version)
			}
		}
	}
	var lock struct {
		Packages map[string]struct {
			Integrity           string
			Link, InBundle, Dev bool
		}
	}
	if err := json.Unmarshal([]byte(read(t, strings.Replace(file, "package.json", "package-lock.json", 1))), &lock); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for name, entry := range lock.Packages {
		if name != "" && entry.Integrity == "" && !entry.InBundle {
			t.Errorf("%s: %s has no hash in the lock file", file, name)
		}
	}
}

func pinnedByPip(t *testing.T, file string) {
	t.Helper()
	for line := range strings.Lines(read(t, file+".in")) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' && !strings.Contains(line, "==") {
			t.Errorf("%s.in: %s is not pinned", file, line)
		}
	}
	blocks := regexp.MustCompile(`(?m)^[a-z]`).Split(read(t, file+".txt"), -1)
	for _, block := range blocks[1:] {
		if !strings.Contains(block, "==") || !strings.Contains(block, "--hash=sha256:") {
			t.Errorf("%s.txt: %.40s has no version or no hash", file, block)
		}
	}
	if len(blocks) < 2 {
		t.Errorf("%s.txt has no packages", file)
	}
}

// dist/sbom.json must name what the linker wrote into each program. `make sbom` makes the
// file and runs this.
func TestR39_TheSBOMNamesEveryModuleInTheFunctions(t *testing.T) {
	if os.Getenv("SBOM_REQUIRED") == "" {
		t.Skip("make sbom writes the bill of materials and compares it with the functions")
	}
	var sbom struct {
		Components []struct{ Name, Version, PURL string }
	}
	if err := json.Unmarshal([]byte(read(t, "dist/sbom.json")), &sbom); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, c := range sbom.Components {
		listed[c.Name+"@"+c.Version] = true
	}
	programs, err := filepath.Glob("../../../dist/arm64/*/bootstrap")
	if err != nil || len(programs) == 0 {
		t.Fatalf("%v, %v", programs, err)
	}
	modules := map[string]bool{}
	for _, program := range programs {
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		for _, module := range info.Deps {
			modules[module.Path+"@"+module.Version] = true
			if !listed[module.Path+"@"+module.Version] {
				t.Errorf("%s holds %s %s, which the bill does not name", program, module.Path, module.Version)
			}
		}
		if version := strings.TrimPrefix(info.GoVersion, "go"); !listed["std@go"+version] && !listed["std@v"+version] && !listed["std@"+version] {
			t.Errorf("%s is built with Go %s, which the bill does not name", program, version)
		}
	}
	t.Logf("%d modules in %d programs, all among the bill's %d components", len(modules), len(programs), len(listed))
	if len(modules) == 0 {
		t.Error("no program holds a module")
	}
}

// The tests that the table names must exist.
func TestWhatTheEmulatorDropsIsAssertedOnTheTemplate(t *testing.T) {
	files, err := filepath.Glob("../../*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, file := range files {
		tests.WriteString(read(t, filepath.Join("infra", filepath.Base(file))))
	}
	for _, p := range promises {
		if p.dropped != "" && !strings.Contains(tests.String(), "\nfunc "+p.dropped+"(t *testing.T)") {
			t.Errorf("%s %s: package infra has no %s", p.resource, p.property, p.dropped)
		}
	}
}
