package template

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// Function is an AWS::Lambda::Function with an OS-only runtime (provided.*). Its Dir is the
// asset's folder in the assembly; Version is "" if the stack publishes none.
type Function struct {
	LogicalID    string
	Architecture string // "x86_64" or "arm64"
	// SystemLogLevel is the least level of Lambda's own lines; "" is INFO.
	SystemLogLevel string
	// RoleARN is of one of the Stack's Roles; "" if the template names none.
	RoleARN string
	lambdahost.Function
}

func (r *reading) function(id string) {
	at := r.propertiesOf(id)
	if runtime := at.text("Runtime"); !strings.HasPrefix(runtime, "provided") {
		if !r.servesCustomResources(id) {
			r.unsupported("%s (AWS::Lambda::Function) needs the runtime %q; only provided.* runs here", id, runtime)
		}
		return
	}
	name := at.nameOf(id)
	function := Function{LogicalID: id, Architecture: "x86_64", Function: lambdahost.Function{
		Name: name, ARN: arn("lambda", "function:"+name), Dir: r.assetOf(at),
		Env:                 at.object("Environment").texts("Variables"),
		LogGroup:            at.object("LoggingConfig").text("LogGroup"),
		Timeout:             time.Duration(at.number("Timeout", 3)) * time.Second,
		MemoryMiB:           at.number("MemorySize", 128),
		ReservedConcurrency: at.number("ReservedConcurrentExecutions", 0),
	}}
	if listed := at.list("Architectures"); len(listed) > 0 {
		function.Architecture = listed[0]
	}
	function.SystemLogLevel = at.object("LoggingConfig").text("SystemLogLevel")
	if function.RoleARN = at.text("Role"); function.RoleARN != "" {
		r.useRole(function.RoleARN, id)
	}
	r.stack.Functions = append(r.stack.Functions, function)
}

// permission notes an AWS::Lambda::Permission. AWS makes the id of its statement from stack and
// logical id.
func (r *reading) permission(id string) {
	at := r.propertiesOf(id)
	function, err := r.functionARN(at.values["FunctionName"], maxDepth)
	if err != nil {
		at.fault("FunctionName", err)
	}
	r.policy = append(r.policy, lambdahost.Permission{
		StatementID: r.stackName + "-" + id, FunctionARN: function, Action: at.text("Action"), Principal: at.text("Principal"),
		SourceARN: at.text("SourceArn"), SourceAccount: at.text("SourceAccount"),
	})
}

// assetOf returns the folder of a function's code, from the asset manifest or from the
// metadata that the CDK CLI writes for debuggers.
func (r *reading) assetOf(at *properties) string {
	key := at.object("Code").text("S3Key")
	if dir, ok := r.assets[key]; ok {
		return dir
	}
	id := strings.TrimSuffix(at.id, ".Properties")
	if path, ok := r.resources[id].Metadata["aws:asset:path"].(string); ok {
		return within(r.dir, path)
	}
	at.fault("Code", fmt.Errorf("no asset of the assembly has the key %q", key))
	return ""
}

// qualifier notes an alias or a version. belongToPool attaches them, and the permissions,
// when all functions have been read.
func (r *reading) qualifier(id string) {
	value, err := r.physicalID(id, maxDepth)
	if err != nil {
		r.faults = append(r.faults, fmt.Errorf("%s: %w", id, err))
		return
	}
	r.qualified = append(r.qualified, fmt.Sprint(value))
}

func (r *reading) attachQualifiers() {
	for _, p := range r.policy {
		for i := range r.stack.Functions {
			function := &r.stack.Functions[i]
			if p.FunctionARN == function.ARN || strings.HasPrefix(p.FunctionARN, function.ARN+":") {
				function.Permissions = append(function.Permissions, p)
			}
		}
	}
	for _, qualified := range r.qualified {
		for i := range r.stack.Functions {
			function := &r.stack.Functions[i]
			qualifier, ok := strings.CutPrefix(qualified, function.ARN+":")
			switch {
			case !ok:
			case qualifier == publishedVersion:
				function.Version = qualifier
			case !slices.Contains(function.Aliases, qualifier):
				function.Aliases = append(function.Aliases, qualifier)
			}
		}
	}
}
