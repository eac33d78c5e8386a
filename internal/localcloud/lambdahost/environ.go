package lambdahost

import (
	"maps"
	"os"
	"slices"
	"strconv"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
)

// environ returns a process's whole environment: the function's variables, overruled by
// those that Lambda reserves
// (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). Of the host's
// variables only PATH comes through, so that no function depends here on a variable that
// it will not have on AWS. A service without a local endpoint is asked here, which refuses it:
// nothing reaches AWS.
func (f *function) environ(runtimeAPI, dir string, key iam.Credentials) []string {
	vars := map[string]string{"PATH": os.Getenv("PATH"), "LANG": "en_US.UTF-8", "TZ": ":UTC", "AWS_ENDPOINT_URL": f.host.URL()}
	maps.Copy(vars, f.host.opts.Env)
	maps.Copy(vars, f.Env)
	maps.Copy(vars, f.reserved(runtimeAPI, dir, key))
	environ := make([]string, 0, len(vars))
	for name, value := range vars {
		environ = append(environ, name+"="+value)
	}
	slices.Sort(environ)
	return environ
}

// reserved returns the variables that a function cannot set.
func (f *function) reserved(runtimeAPI, dir string, key iam.Credentials) map[string]string {
	return map[string]string{
		"_HANDLER":                        "bootstrap",
		"AWS_ACCESS_KEY_ID":               key.AccessKeyID,
		"AWS_DEFAULT_REGION":              f.region(),
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.MemoryMiB),
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     f.version(),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_FORMAT":           "JSON",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + f.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      "local",
		"AWS_LAMBDA_RUNTIME_API":          runtimeAPI,
		"AWS_REGION":                      f.region(),
		"AWS_SECRET_ACCESS_KEY":           key.SecretAccessKey,
		"AWS_SESSION_TOKEN":               key.SessionToken,
		"LAMBDA_TASK_ROOT":                dir,
	}
}
