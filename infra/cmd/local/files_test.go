package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/authority"
)

// Programs take addresses from outputs, variables and files. One real host among them, and
// an app sends its users' passwords there.
func TestR56_NothingThatTheLocalCloudSaysNamesARealHost(t *testing.T) {
	t.Parallel()
	cloud, _ := running(t, local(t))
	all, err := files(cloud, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	welcome(&said, cloud, "http://localhost:4814", "http://localhost:4815", localcloud.Options{Authority: &authority.Authority{New: true}}, all)
	for _, f := range all {
		said.Write(f.text)
	}
	for name, value := range cloud.Outputs() {
		said.WriteString(name + " " + value + "\n")
	}
	for _, function := range cloud.Stack.Functions {
		env, err := json.Marshal(function.Env)
		if err != nil {
			t.Fatal(err)
		}
		said.Write(env)
	}
	for line := range strings.Lines(said.String()) {
		if strings.Contains(line, "amazoncognito.com") {
			t.Errorf("it names a real host: %s", line)
		}
	}
	if want := cloud.Endpoints().CognitoTLS; cloud.Outputs()["UserPoolDomain"] != want {
		t.Errorf("the domain is %s, want %s", cloud.Outputs()["UserPoolDomain"], want)
	}
}

func TestR56_TheFilesOfARunAreThereUntilItEnds(t *testing.T) {
	t.Parallel()
	cloud, _ := running(t, local(t))
	dir := t.TempDir()
	all, err := files(cloud, dir)
	if err != nil {
		t.Fatal(err)
	}
	// Of a process that was killed, for everybody to read.
	if err := os.WriteFile(filepath.Join(dir, "local.env"), []byte("AWS_REGION=old\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	remove, err := write(all)
	if err != nil {
		t.Fatal(err)
	}
	for want, name := range map[string]string{
		"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=" + cloud.Endpoints().CognitoIDP + "\n": "local.env",
		"AWS_ENDPOINT_URL_COGNITO_IDENTITY=" + cloud.Endpoints().CognitoIdentity + "\n":     "local.env",
		`"domain": "` + strings.TrimPrefix(cloud.Endpoints().CognitoTLS, "https://") + `"`:  "local.js",
		`"identityPoolEndpoint": "` + cloud.Endpoints().CognitoIDP + `/"`:                   "local.js",
		`"identityPoolId": "` + cloud.Outputs()["IdentityPoolId"] + `"`:                     "local.js",
	} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "local.env")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the administrator's key: %v, %v", info.Mode(), err)
	}
	var stacks map[string]map[string]string
	text, err := os.ReadFile(filepath.Join(dir, "outputs.local.json"))
	if err != nil || json.Unmarshal(text, &stacks) != nil {
		t.Fatalf("%v: %s", err, text)
	}
	outputs := stacks[settings.StackName(settings.LocalStage)]
	if outputs[settings.LocalStageOutput] != "dev" || outputs["UserPoolId"] != cloud.Stack.Pool.ID || outputs[settings.LocalDynamoDBOutput] != cloud.Endpoints().DynamoDB {
		t.Errorf("the outputs are %v", outputs)
	}
	// Another one has taken a file over.
	if err := os.WriteFile(filepath.Join(dir, "local.js"), []byte("its own"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 || left[0].Name() != "local.js" {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestWhatIsNoFlagIsRefused(t *testing.T) {
	if _, err := options("serve", []string{"--code", "123456", "port-base", "5810"}); err == nil || !strings.HasPrefix(err.Error(), "port-base: not a flag") {
		t.Error(err)
	}
}

func TestTheOldPortFlagsSayTheNewOne(t *testing.T) {
	for _, old := range []string{"--cognito-port", "-lambda-port", "--dynamodb-port"} {
		if _, err := options("serve", []string{old, "4810"}); err == nil || !strings.Contains(err.Error(), "write -port-base N instead") {
			t.Errorf("%s: %v", old, err)
		}
	}
	for verb, want := range map[string]localcloud.Ports{"serve": {CognitoIDP: 4810, CognitoTLS: 4811, Lambda: 4812, DynamoDB: 4813, Page: 4814, Sample: 4815, API: 4816, Shop: 4817}, "demo": {}} {
		if opts, err := options(verb, nil); err != nil || opts.Ports != want {
			t.Errorf("%s: %v, %v", verb, opts.Ports, err)
		}
	}
	if opts, err := options("demo", []string{"--port-base", "5810"}); err != nil || opts.Ports != localcloud.PortsFrom(5810) {
		t.Errorf("%v, %v", opts.Ports, err)
	}
	for _, bad := range []string{"-1", "x", "65530", ""} {
		if _, err := options("serve", []string{"--port-base", bad}); err == nil {
			t.Errorf("%q is a base", bad)
		}
	}
}

func TestABusyPortSaysHowToTakeAnother(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	opts := local(t)
	opts.Ports.CognitoIDP = taken.Addr().(*net.TCPAddr).Port
	_, err = localcloud.Start(t.Context(), opts)
	if err = otherPorts(err); !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "make local LOCAL_FLAGS='--port-base 5810'") {
		t.Errorf("got %v", err)
	}
	if err := otherPorts(context.Canceled); err != context.Canceled {
		t.Errorf("another error became %v", err)
	}
}

func TestTrustPrintsCommandsAndRunsNone(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", "") // nothing can run
	var out bytes.Buffer
	if err := trust([]string{"-ca", dir}, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"NODE_EXTRA_CA_CERTS='" + filepath.Join(dir, "authority.pem") + "'", "AWS_CA_BUNDLE=", "REQUESTS_CA_BUNDLE=", "Nothing was changed"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it lacks %s:\n%s", want, out.String())
		}
	}
	for system, want := range map[string]string{"linux": "certutil -d sql:", "darwin": "security add-trusted-cert"} {
		if text := trustText(system, "/ca.pem"); !strings.Contains(text, want) || !strings.Contains(text, "'/ca.pem'") {
			t.Errorf("%s:\n%s", system, text)
		}
	}
	if err := trust([]string{"-help"}, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v", err)
	}
}
