package localcloud

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
)

// runCustomResources creates the custom resources that a deployment creates by running
// code: DynamoDB calls of the CDK's AwsCustomResource, and the stack's functions that
// speak CloudFormation's custom resource protocol. Unsupported names the others.
func (c *Cloud) runCustomResources(ctx context.Context, _ Options) error {
	for _, resource := range c.Stack.CustomResources {
		var err error
		switch {
		case resource.Call != nil && resource.Call.DynamoDB() && c.store != nil:
			err = c.store.call(ctx, *resource.Call)
		case resource.FunctionARN != "":
			err = c.create(ctx, resource)
		}
		if err != nil {
			return fmt.Errorf("creating %s (%s): %w", resource.LogicalID, resource.Type, err)
		}
	}
	return nil
}

// call sends a call unchanged: an AwsCustomResource's parameters are those of the wire.
func (s *store) call(ctx context.Context, call template.Call) error {
	action := strings.TrimSuffix(call.Action, "Command")
	action = strings.ToUpper(action[:min(1, len(action))]) + action[min(1, len(action)):]
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url(), bytes.NewReader(call.Parameters))
	if err != nil {
		return fmt.Errorf("calling %s: %w", action, err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+action)
	if err := sign(ctx, request, call.Parameters); err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("calling %s: %w", action, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return fmt.Errorf("calling %s: status %d: %s", action, response.StatusCode, said)
	}
	return nil
}

func sign(ctx context.Context, request *http.Request, body []byte) error {
	credentials, err := localCredentials().Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("signing: %w", err)
	}
	sum := sha256.Sum256(body)
	return v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), "dynamodb", template.Region, time.Now())
}

// customResource is one that a function of the stack made.
type customResource struct {
	template.CustomResource
	physicalID string // as its function answered
}

// create makes a custom resource by its function.
func (c *Cloud) create(ctx context.Context, resource template.CustomResource) error {
	physicalID, err := c.request(ctx, resource, map[string]any{"RequestType": "Create"})
	if err == nil {
		c.custom = append(c.custom, &customResource{resource, physicalID})
	}
	return err
}

// UpdateCustomResources changes properties of the custom resources of a type, as a
// deployment does that finds them changed; the others stay. It is an error if the stack
// has no such resource. A failed update may have changed something.
func (c *Cloud) UpdateCustomResources(ctx context.Context, kind string, changed map[string]any) error {
	c.updating.Lock()
	defer c.updating.Unlock()
	found := false
	for _, resource := range c.custom {
		if resource.Type != kind {
			continue
		}
		found = true
		next := resource.CustomResource
		next.Properties = maps.Clone(next.Properties)
		maps.Copy(next.Properties, changed)
		physicalID, err := c.request(ctx, next, map[string]any{
			"RequestType": "Update", "PhysicalResourceId": resource.physicalID, "OldResourceProperties": inStrings(resource.Properties),
		})
		if err != nil {
			return fmt.Errorf("updating %s (%s): %w", resource.LogicalID, kind, err)
		}
		*resource = customResource{next, physicalID}
	}
	if !found {
		return fmt.Errorf("the stack has no resource of the type %s", kind)
	}
	return nil
}

// request invokes a custom resource's function with an event and waits for its answer at
// the event's ResponseURL (AWS CloudFormation User Guide, "Custom resource request
// objects"). It returns the resource's physical id.
func (c *Cloud) request(ctx context.Context, resource template.CustomResource, event map[string]any) (string, error) {
	answers, err := listenForAnswer()
	if err != nil {
		return "", err
	}
	defer answers.close()
	properties, _ := inStrings(resource.Properties).(map[string]any)
	properties["ServiceToken"] = resource.FunctionARN
	maps.Copy(event, map[string]any{
		"ResponseURL": answers.door.URL() + "/", "RequestId": resource.LogicalID,
		"StackId":           "arn:aws:cloudformation:" + c.Stack.Region + ":" + c.Stack.AccountID + ":stack/" + c.Stack.Name + "/local",
		"LogicalResourceId": resource.LogicalID, "ResourceType": resource.Type,
		"ResourceProperties": properties,
	})
	text, err := json.Marshal(event)
	if err != nil {
		return "", fmt.Errorf("writing its event: %w", err)
	}
	if _, err := c.Functions.Invoke(ctx, resource.FunctionARN, text); err != nil {
		return "", err
	}
	return answers.await(ctx)
}

// inStrings turns every scalar into a string, as CloudFormation passes properties.
func inStrings(value any) any {
	switch value := value.(type) {
	case map[string]any:
		texts := make(map[string]any, len(value))
		for name, member := range value {
			texts[name] = inStrings(member)
		}
		return texts
	case []any:
		texts := make([]any, len(value))
		for i, item := range value {
			texts[i] = inStrings(item)
		}
		return texts
	}
	return fmt.Sprint(value)
}

// answers receives the answer of a custom resource's function.
type answers struct {
	door *door.Door
	got  chan customAnswer
}

// customAnswer is what a function says (User Guide, "Custom resource response objects").
type customAnswer struct {
	Status, Reason     string
	PhysicalResourceID string `json:"PhysicalResourceId"`
	unreadable         error
}

func listenForAnswer() (*answers, error) {
	entrance, err := door.Listen("custom resources", 0)
	if err != nil {
		return nil, err
	}
	a := &answers{door: entrance, got: make(chan customAnswer, 1)}
	a.door.Serve(http.HandlerFunc(a.receive), nil)
	return a, nil
}

func (a *answers) receive(_ http.ResponseWriter, r *http.Request) {
	var answer customAnswer
	answer.unreadable = json.NewDecoder(r.Body).Decode(&answer)
	select {
	case a.got <- answer:
	default:
	}
}

// await waits at most two seconds: the function answers before it returns.
func (a *answers) await(ctx context.Context) (physicalID string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, 2*time.Second, errors.New("its function ended without an answer to CloudFormation"))
	defer cancel()
	select {
	case answer := <-a.got:
		switch {
		case answer.unreadable != nil:
			return "", fmt.Errorf("reading its answer: %w", answer.unreadable)
		case answer.Status != "SUCCESS":
			return "", fmt.Errorf("it answered %s: %s", answer.Status, answer.Reason)
		}
		return answer.PhysicalResourceID, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

func (a *answers) close() { _ = a.door.Close() }
