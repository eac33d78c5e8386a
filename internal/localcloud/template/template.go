// Package template reads a synthesized cloud assembly (a cdk.out folder) into plain Go
// values: what CloudFormation would create, with invented ids.
//
// So the local cloud runs exactly what would be deployed. Intrinsic functions are
// resolved only where a value is needed; unused roles, alarms and dashboards may contain
// anything. A needed value that cannot be resolved is an error with the logical id and
// the property's path. What is understood but cannot run here is a line in
// [Stack.Unsupported].
//
// No setting of the user pool and of the HTTP API is dropped silently (known.go): what does not act stops the
// start or is such a line.
//
// Ids are derived from the stack's name and the logical id, never drawn: a restarted
// local cloud has the same pool, clients and tables. Client secrets are derived too and
// protect nothing.
package template

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/gateway"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// Region and AccountID are those of every stack.
const (
	Region    = "us-east-1"
	AccountID = "000000000000"
)

// Stack is one stack with everything resolved. Slices are sorted by logical id.
type Stack struct {
	Name, Region, AccountID string
	Functions               []Function
	Pool                    *Pool         // nil if the stack creates none and names none
	IdentityPool            *IdentityPool // nil if the stack creates none
	Tables                  []Table
	Roles                   []Role       // those that a function or the identity pool uses
	API                     *gateway.API `json:",omitempty"` // nil if the stack creates none
	CustomResources         []CustomResource
	Outputs                 map[string]string
	// Unsupported has a line for each property that does not act as on AWS.
	Unsupported []string
}

// Read reads the stack with this name or id in the assembly; "" is the only stack. It
// returns all faults of the template in one error. Tolerate has the paths of settings, such
// as UserPool.MfaConfiguration, that are a line of Unsupported and no fault although the
// local cloud does not obey them.
func Read(assemblyDir, stackName string, tolerate ...string) (*Stack, error) {
	found, err := findStack(assemblyDir, stackName)
	if err != nil {
		return nil, fmt.Errorf("reading the cloud assembly %s: %w", assemblyDir, err)
	}
	reading, err := newReading(found)
	if err != nil {
		return nil, fmt.Errorf("reading stack %s: %w", found.name, err)
	}
	reading.all()
	reading.judge(tolerate)
	if err := reading.failure(); err != nil {
		return nil, fmt.Errorf("reading stack %s: %w", found.name, err)
	}
	return reading.stack, nil
}

// reading is a Stack in the making.
type reading struct {
	*resolver
	assets    map[string]string // S3 object key → path
	stack     *Stack
	qualified []string // ARNs of versions and aliases
	policy    []lambdahost.Permission
	found     []finding // in roles
	faults    []error
}

func newReading(found *foundStack) (*reading, error) {
	resolver, err := newResolver(found)
	if err != nil {
		return nil, err
	}
	stack := &Stack{Name: found.name, Region: Region, AccountID: AccountID, Outputs: map[string]string{}}
	return &reading{resolver: resolver, assets: found.assets, stack: stack}, nil
}

func (r *reading) all() {
	for _, id := range slices.Sorted(maps.Keys(r.resources)) {
		r.resource(id, r.resources[id].Type)
	}
	r.customResources()
	r.existingPool()
	r.belongToPool()
	r.identityPool()
	r.httpAPI()
	for _, name := range slices.Sorted(maps.Keys(r.outputs)) {
		output := r.outputs[name]
		if output.Condition != "" && !r.conditionHolds(output.Condition, &r.faults) {
			continue
		}
		at := &properties{reading: r, id: "Outputs." + name, values: map[string]any{"Value": output.Value}}
		r.stack.Outputs[name] = at.text("Value")
	}
}

// failure joins the faults, each once.
func (r *reading) failure() error {
	seen := map[string]bool{}
	return errors.Join(slices.DeleteFunc(r.faults, func(fault error) bool {
		again := seen[fault.Error()]
		seen[fault.Error()] = true
		return again
	})...)
}

// unsupported notes what the local cloud leaves out.
func (r *reading) unsupported(format string, args ...any) {
	r.stack.Unsupported = append(r.stack.Unsupported, fmt.Sprintf(format, args...))
}
