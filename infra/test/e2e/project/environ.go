package project

import (
	"os"
	"path/filepath"
	"strings"
)

// Emulated is the environment of a command line that must reach an emulator at url
// and nothing else: none of this process's AWS settings, and a home of its own,
// because the command line remembers below it which account an access key has.
func Emulated(url, account, region, home string) []string {
	env := []string{
		"HOME=" + home, "AWS_ENDPOINT_URL=" + url, "AWS_REGION=" + region, "AWS_DEFAULT_REGION=" + region,
		"AWS_ACCESS_KEY_ID=" + account, "AWS_SECRET_ACCESS_KEY=emulated", "AWS_EC2_METADATA_DISABLED=true",
		"NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
	}
	// The 141 MB that jsii unpacks once need not be unpacked again for a new home.
	if cache, err := os.UserCacheDir(); err == nil && os.Getenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT") == "" {
		env = append(env, "JSII_RUNTIME_PACKAGE_CACHE_ROOT="+filepath.Join(cache, "aws", "jsii", "package-cache"))
	}
	return append(env, Quiet(os.Environ())...)
}

// Quiet gives an environment without AWS settings, homes and proxies, and with the
// switches that keep the command line from asking and telling anybody.
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

// Switches are what the Makefile sets for every call of the command line too. The
// numbers are Node's versions whose end of life jsii would announce at length.
func Switches() []string {
	return []string{
		"CI=true", "CDK_DISABLE_CLI_TELEMETRY=true", "NODE_NO_WARNINGS=1",
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=18,20,21,22,23",
	}
}
