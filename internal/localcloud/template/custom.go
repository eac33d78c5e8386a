package template

import (
	"encoding/json"
	"fmt"
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

func (r *reading) custom(id, kind string) {
	at := r.propertiesOf(id)
	resource := CustomResource{LogicalID: id, Type: kind, FunctionARN: r.runnableFunction(at.text("ServiceToken"))}
	resource.Properties = at.resolvedBut("ServiceToken")
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

// runnableFunction returns serviceToken if it names a provided.* function.
func (r *reading) runnableFunction(serviceToken string) string {
	for id, declared := range r.resources {
		if declared.Type != "AWS::Lambda::Function" {
			continue
		}
		own, err := r.attribute(id, "Arn", maxDepth)
		runtime, runtimeErr := r.text(declared.Properties["Runtime"], maxDepth)
		if err == nil && runtimeErr == nil && own == serviceToken && strings.HasPrefix(runtime, "provided") {
			return serviceToken
		}
	}
	return ""
}

// servesCustomResources reports whether a function exists only to run the stack's custom
// resources, which are reported themselves.
func (r *reading) servesCustomResources(id string) bool {
	own, err := r.attribute(id, "Arn", maxDepth)
	if err != nil {
		return false
	}
	for _, declared := range r.resources {
		token, named := declared.Properties["ServiceToken"]
		if !named {
			continue
		}
		if text, err := r.text(token, maxDepth); err == nil && text == own {
			return true
		}
	}
	return false
}
