package template

import (
	"encoding/json"
	"fmt"
	"strings"
)

// CustomResource is a resource that a deployment creates by running a function.
// One that cannot be run locally is in Stack.Unsupported as well.
type CustomResource struct {
	LogicalID, Type string
	// FunctionARN is the one among Stack.Functions that ServiceToken names, or "".
	FunctionARN string
	// Call is what an AwsCustomResource of the CDK (Custom::AWS) does at its
	// creation, or nil.
	Call *Call
	// Properties are the resource's, resolved, without ServiceToken.
	Properties map[string]any
}

// Call is one call of an AWS API.
type Call struct {
	Service    string          `json:"service"` // "DynamoDB" or "@aws-sdk/client-dynamodb"
	Action     string          `json:"action"`  // "putItem" or "PutItemCommand"
	Parameters json.RawMessage `json:"parameters"`
}

// DynamoDB tells whether the call is for DynamoDB, which is here.
func (c *Call) DynamoDB() bool {
	return strings.EqualFold(strings.TrimPrefix(c.Service, "@aws-sdk/client-"), "dynamodb")
}

// Runnable tells whether the local cloud has what the resource needs.
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

// call decodes the JSON text in Create, or in Update, which a creation runs
// where Create is absent.
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

// runnableFunction is serviceToken where it names a provided.* function.
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

// servesCustomResources tells whether a function is only there to run the
// stack's custom resources, which speak for themselves.
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
