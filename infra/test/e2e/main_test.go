package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/ministack"
	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/project"
)

// account is an emulated AWS account with the stage dev in it.
type account struct {
	server  *ministack.Server
	options project.Options
	project *project.Project
	stage   []byte
	outputs map[string]string
}

// emulate starts the emulator in a folder, for the stage dev.
func emulate(t *testing.T) (a *account, dir string) {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(root, "dist", "venv", "bin", "ministack")
	if os.Getenv("E2E_REQUIRED") == "" {
		t.Skip("an emulated deployment takes a minute and what PyPI has: make e2e-deploy proves it, as part of make test")
	}
	dir = t.TempDir()
	a = &account{}
	if a.server, err = ministack.Start(t.Context(), program, filepath.Join(dir, "ministack")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.close(t, dir) })
	if a.stage, err = os.ReadFile(filepath.Join(root, "infra", "stages", "dev.yaml")); err != nil {
		t.Fatal(err)
	}
	a.stage = withoutAlarms(a.stage)
	a.options = project.Options{
		Root: root, Dir: filepath.Join(dir, "project"), Stage: "dev", File: a.stage, Arch: runtime.GOARCH, Log: os.Stdout,
		Env: project.Emulated(a.server.URL, ministack.Account, ministack.Region, filepath.Join(dir, "home")),
	}
	return a, dir
}

// open starts the emulator and makes a project for the stage dev.
func open(t *testing.T) *account {
	t.Helper()
	a, _ := emulate(t)
	var err error
	if a.options.App, err = app(); err != nil {
		t.Fatal(err)
	}
	if a.project, err = project.New(t.Context(), a.options); err != nil {
		t.Fatal(err)
	}
	return a
}

// app compiles the app of the sources, once for all tests.
var app = sync.OnceValues(func() (string, error) {
	file, err := filepath.Abs("../../../dist/bin/app")
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", file, "../../app")
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the app: %w\n%s", err, said)
	}
	return file, nil
})

// close ends the emulator and checks that nothing that it started still runs.
func (a *account) close(t *testing.T, dir string) {
	if err := a.server.Stop(); err != nil {
		t.Error(err)
	}
	if t.Failed() {
		log, _ := os.ReadFile(a.server.LogFile)
		t.Logf("the emulator's last words:\n%s", log[max(0, len(log)-4000):])
	}
	if left := running(dir); len(left) != 0 {
		t.Errorf("still running: %q", left)
	}
}

// running returns the command lines of processes that name a folder. It sees Linux's
// processes only; elsewhere it finds none.
func running(dir string) []string {
	var found []string
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		if line, err := os.ReadFile(file); err == nil && bytes.Contains(line, []byte(dir)) {
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}

// deploy brings the stack to the stage's state.
func (a *account) deploy(t *testing.T) {
	t.Helper()
	outputs, err := a.project.Deploy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.outputs = outputs
}

// config returns an SDK's configuration for the emulated account.
func (a *account) config() aws.Config {
	return aws.Config{
		Region: ministack.Region, BaseEndpoint: &a.server.URL, HTTPClient: awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider(ministack.Account, "emulated", ""),
	}
}

// step prints what is proved, for whoever reads the run.
func step(t *testing.T, format string, args ...any) {
	t.Helper()
	fmt.Printf("\n== "+format+"\n", args...)
}
