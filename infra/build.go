package infra

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// buildArguments and buildVariables make the same bytes from any directory and commit: no
// paths, no stamp of a repository, no build id. lambda.norpc leaves out the RPC mode of the
// retired go1.x runtime (aws-lambda-go, README). The Makefile's build has the same; a test
// compares them. -mod=readonly is go's own default, also where the application has a folder
// vendor: that has no main package of another module.
var (
	buildArguments = []string{"build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-mod=readonly"}
	buildVariables = []string{"CGO_ENABLED=0", "GOOS=linux", "GOFLAGS="}
)

// ownFolders are the functions beside the triggers, by their folders in infra/functions.
var ownFolders = []string{attachFolder, reconcileFolder, registerFolder, tripwireFolder, whoamiFolder}

// BuildBundles builds every function into dir, as <function>/bootstrap: what Props.Bundles
// names. An app calls it before NewTriggerSuite. It builds the version of this module that the
// go.mod of the working directory requires, by one `go build`, for Lambda; "" means ARM64. The
// folder is made where it is absent, and what it holds of an earlier build is replaced after a
// build that succeeded.
//
// The error has what the go command printed. Calls for different folders may run at once.
func BuildBundles(ctx context.Context, dir string, arch Architecture) error {
	arch = cmp.Or(arch, ARM64)
	if _, known := machines[arch]; !known {
		return fmt.Errorf("building the functions: the architecture %q is not known: use one of arm64, amd64", string(arch))
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("building the functions: %w", err)
	}
	built, err := os.MkdirTemp(dir, ".built-*")
	if err != nil {
		return fmt.Errorf("building the functions: %w", err)
	}
	defer func() { _ = os.RemoveAll(built) }()
	if err := goBuild(ctx, built, arch); err != nil {
		return err
	}
	var faults []error
	for _, name := range slices.Concat(triggers.Rooms(), ownFolders) {
		faults = append(faults, os.MkdirAll(filepath.Join(dir, name), 0o755),
			os.Rename(filepath.Join(built, name), filepath.Join(dir, name, bootstrapFile)))
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("building the functions: %w", err)
	}
	return nil
}

// goBuild builds all functions into a folder by one call, which loads shared packages once and
// links on every processor.
func goBuild(ctx context.Context, to string, arch Architecture) error {
	module := strings.TrimSuffix(reflect.TypeFor[Props]().PkgPath(), "/infra")
	args := append(slices.Clone(buildArguments), "-o", to+string(filepath.Separator))
	for _, name := range triggers.Rooms() {
		args = append(args, module+"/triggers/"+name)
	}
	for _, name := range ownFolders {
		args = append(args, module+"/infra/functions/"+name)
	}
	build := exec.CommandContext(ctx, "go", args...)
	build.Env = append(os.Environ(), append(buildVariables, "GOARCH="+string(arch))...)
	if said, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the functions: go build: %w\n%s", errors.Join(err, context.Cause(ctx)), strings.TrimSpace(string(said)))
	}
	return nil
}
