package project

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
)

// Emulated returns the environment of a command line that must reach an emulator at url
// and nothing else. It has none of this process's AWS settings, and its own home, where
// the command line remembers which account an access key has.
func Emulated(url, account, region, home string) []string {
	env := []string{
		"HOME=" + home, "AWS_ENDPOINT_URL=" + url, "AWS_REGION=" + region, "AWS_DEFAULT_REGION=" + region,
		"AWS_ACCESS_KEY_ID=" + account, "AWS_SECRET_ACCESS_KEY=emulated", "AWS_EC2_METADATA_DISABLED=true",
		"NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
	}
	// jsii unpacks 141 MB once; a new home must not repeat it.
	if cache, err := os.UserCacheDir(); err == nil && os.Getenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT") == "" {
		env = append(env, "JSII_RUNTIME_PACKAGE_CACHE_ROOT="+filepath.Join(cache, "aws", "jsii", "package-cache"))
	}
	return append(env, Quiet(os.Environ())...)
}

// Quiet returns an environment without AWS settings, homes and proxies, and with the
// Switches.
func Quiet(environ []string) []string {
	var kept []string
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "AWS_") && name != "HOME" && !strings.HasSuffix(strings.ToLower(name), "_proxy") {
			kept = append(kept, entry)
		}
	}
	return append(kept, Switches()...)
}

// Switches keep the command line from asking and reporting; the Makefile sets them too.
// The numbers are the Node versions whose end of life jsii would announce at length.
func Switches() []string {
	return []string{
		"CI=true", "CDK_DISABLE_CLI_TELEMETRY=true", "NODE_NO_WARNINGS=1",
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=18,20,21,22,23",
	}
}

// WithoutAPI leaves the HTTP API out of the stage file of dev: the emulator does not know the
// attribute ProviderURL of a pool, which names the authorizer's issuer, and refuses the stack.
func WithoutAPI(stage []byte) []byte {
	return bytes.Replace(stage, []byte("\napi: {on: true, "), []byte("\n# api: {on: true, "), 1)
}
