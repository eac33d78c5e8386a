package template

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// CustomResource is a resource that a deployment creates by running a function. Those
// that cannot run locally are also in Stack.Unsupported.
type CustomResource struct {
	LogicalID, Type string
	// FunctionARN is that of the function in Stack.Functions that ServiceToken names, or
	// "".
	FunctionARN string
	// Call is what the CDK's AwsCustomResource (Custom::AWS) calls at its creation, or
	// nil.
	Call *Call
	// Properties are the resolved properties, without ServiceToken.
	Properties map[string]any
}

// Call is one call of an AWS API.
type Call struct {
	Service    string          `json:"service"` // "DynamoDB" or "@aws-sdk/client-dynamodb"
	Action     string          `json:"action"`  // "putItem" or "PutItemCommand"
	Parameters json.RawMessage `json:"parameters"`
}

// DynamoDB reports whether the call is for DynamoDB, which runs locally.
func (c *Call) DynamoDB() bool {
	return strings.EqualFold(strings.TrimPrefix(c.Service, "@aws-sdk/client-"), "dynamodb")
}

// Runnable reports whether the local cloud has what the resource needs.
func (c CustomResource) Runnable() bool {
	return c.FunctionARN != "" || (c.Call != nil && c.Call.DynamoDB())
}

// customResources reads the custom resources when all functions are known.
func (r *reading) customResources() {
	for _, id := range slices.Sorted(maps.Keys(r.resources)) {
		if kind := r.resources[id].Type; kind == "AWS::CloudFormation::CustomResource" || strings.HasPrefix(kind, "Custom::") {
			r.custom(id, kind)
		}
	}
}

func (r *reading) custom(id, kind string) {
	at := r.propertiesOf(id)
	resource := CustomResource{LogicalID: id, Type: kind, Properties: at.resolvedBut("ServiceToken")}
	if token := at.text("ServiceToken"); r.stack.runs(token) {
		resource.FunctionARN = token
	}
	if kind == "Custom::AWS" {
		resource.Call = at.call()
	}
	if !resource.Runnable() {
		r.unsupported("%s (%s) is not run: %s", id, kind, resource.needs(at.text("ServiceToken")))
	}
	r.stack.CustomResources = append(r.stack.CustomResources, resource)
}

func (c CustomResource) needs(serviceToken string) string {
	if c.Call != nil {
		return fmt.Sprintf("it calls %s of %s, which the local cloud does not have", c.Call.Action, c.Call.Service)
	}
	return fmt.Sprintf("its function %s is not one that runs here", serviceToken)
}

// resolvedBut resolves all properties but one.
func (p *properties) resolvedBut(left string) map[string]any {
	resolved := map[string]any{}
	for name := range p.values {
		if value, ok := p.value(name); ok && name != left {
			resolved[name] = value
		}
	}
	return resolved
}

// call decodes the JSON text in Create, or in Update, which a creation runs if Create is
// absent.
func (p *properties) call() *Call {
	name := "Create"
	if !p.has(name) {
		name = "Update"
	}
	text := p.text(name)
	if text == "" {
		return nil
	}
	call := &Call{}
	if err := json.Unmarshal([]byte(text), call); err != nil {
		p.fault(name, fmt.Errorf("want a call in JSON: %w", err))
	}
	return call
}

// servesCustomResources reports whether a function exists only to run the stack's custom
// resources, which are reported themselves.
func (r *reading) servesCustomResources(id string) bool {
	own, _ := r.attribute(id, "Arn", maxDepth)
	for _, declared := range r.resources {
		if token, err := r.text(declared.Properties["ServiceToken"], maxDepth); err == nil && token == own {
			return true
		}
	}
	return false
}
