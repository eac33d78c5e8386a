package infra

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// make build has the flags in the Makefile, since the bootstrap of a machine needs no CDK;
// BuildBundles has them in Go. -mod=readonly alone is go's default here.
func TestR75_MakeBuildsWithTheFlagsOfBuildBundles(t *testing.T) {
	src, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	variables := map[string]string{}
	for line := range strings.Lines(string(src)) {
		for _, assign := range []string{" ?= ", " := ", " = "} {
			if name, value, found := strings.Cut(line, assign); found && !strings.Contains(strings.TrimSpace(name), " ") {
				variables[strings.TrimSpace(name)] = strings.TrimSpace(value)
			}
		}
	}
	command := strings.NewReplacer("$(TARGET_OS)", variables["TARGET_OS"], "$(TAGS)", variables["TAGS"], "'", "").Replace(variables["GO_BUILD"])
	want := strings.Join(slices.Concat(buildVariables, []string{"go"}, slices.DeleteFunc(slices.Clone(buildArguments), func(a string) bool { return a == "-mod=readonly" })), " ")
	if command != want {
		t.Errorf("the Makefile has\n%s\nBuildBundles has\n%s", command, want)
	}
}

func TestR75_BuildBundlesBuildsEveryFunction(t *testing.T) {
	mains, err := filepath.Glob("functions/*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, main := range mains {
		folders = append(folders, filepath.Base(filepath.Dir(main)))
	}
	if !slices.Equal(folders, slices.Sorted(slices.Values(ownFolders))) {
		t.Errorf("infra/functions has %v, BuildBundles builds %v", folders, ownFolders)
	}
}
