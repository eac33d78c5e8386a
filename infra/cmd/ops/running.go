package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// runningStage reads the stage from what runs: the policy out of the functions' own bundles.
func (t *target) runningStage(ctx context.Context) (settings.Stage, error) {
	if t.stage == settings.LocalStage {
		return settings.Stage{}, misused("--live is for a deployment: make local serves a stage file")
	}
	outputs, err := t.stackOutputs(ctx, "pass --stage-file")
	if err != nil && !t.live && t.stage != "" {
		err = fmt.Errorf("there is no stage file in %s (is this the project's folder?), and %w", stagesFolder, err)
	}
	if err != nil {
		return settings.Stage{}, err
	}
	cfg, err := t.session(ctx)
	if err != nil {
		return settings.Stage{}, err
	}
	s := settings.Settings{}
	for _, trigger := range triggers.All() {
		if outputs[trigger.Name+settings.FunctionNameOutput] != "" {
			s.Triggers = append(s.Triggers, settings.HookOf(trigger))
		}
	}
	if len(s.Triggers) == 0 {
		return settings.Stage{}, errors.New("the stack has no output that ends with " + settings.FunctionNameOutput + ": deploy the stage, or pass --stage-file")
	}
	shipped, err := livePolicy(ctx, t.lambdaClient(cfg), cfg.HTTPClient, s.Hooked(), outputs)
	if err != nil {
		return settings.Stage{}, err
	}
	return settings.Running(cmp.Or(t.stage, t.stackName()), s, shipped), nil
}

// withClients adds what tokens need of a running stage: the event's version, and the app
// clients with the profiles of their rows.
func (t *target) withClients(ctx context.Context, stage settings.Stage) (settings.Stage, error) {
	cfg, err := t.connect(ctx)
	if err != nil {
		return stage, err
	}
	asked := t.poolClient(cfg)
	pool, err := asked.DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: &t.pool})
	if err != nil {
		return stage, fmt.Errorf("reading the version of the tokens' event: %w", t.advisePool("DescribeUserPool", err))
	}
	s := settings.Settings{TokenVersion: settings.V1_0, Triggers: stage.Triggers, Clients: map[string]settings.Client{}}
	if hooks := pool.UserPool.LambdaConfig; hooks != nil && hooks.PreTokenGenerationConfig != nil {
		s.TokenVersion = settings.TokenVersion(hooks.PreTokenGenerationConfig.LambdaVersion)
	}
	rows := dynamo.Over(t.tableClient(cfg), t.table)
	for output, id := range t.known {
		name := settings.ClientOfOutput(output)
		if name == "" {
			continue
		}
		client, err := asked.DescribeUserPoolClient(ctx, &cognito.DescribeUserPoolClientInput{UserPoolId: &t.pool, ClientId: &id})
		if err != nil {
			return stage, fmt.Errorf("reading the app client %s: %w", name, t.advisePool("DescribeUserPoolClient", err))
		}
		row, err := rows.Access(ctx, users.Key{}, id)
		if err != nil {
			return stage, fmt.Errorf("reading the row of the app client %s: %w", name, err)
		}
		s.Clients[name] = liveClient(client.UserPoolClient, row.ClientProfile)
	}
	return settings.Running(stage.Name, s, stage.Policy), nil
}

func liveClient(c *idp.UserPoolClientType, profile string) settings.Client {
	client := settings.Client{Profile: profile, ReadAttributes: c.ReadAttributes, Scopes: c.AllowedOAuthScopes}
	for _, flow := range c.AllowedOAuthFlows {
		client.Machine = client.Machine || flow == idp.OAuthFlowTypeClientCredentials
	}
	return client
}

// livePolicy reads the policy of the functions that refuse: the two have every section.
func livePolicy(ctx context.Context, api *lambda.Client, web aws.HTTPClient, hooked []triggers.Trigger, outputs map[string]string) (policy.Document, error) {
	all := map[string]json.RawMessage{}
	for _, trigger := range hooked {
		if !trigger.Refuses {
			continue
		}
		name := outputs[trigger.Name+settings.FunctionNameOutput]
		text, err := shippedPolicy(ctx, api, web, name)
		sections := map[string]json.RawMessage{}
		if err == nil {
			err = json.Unmarshal(text, &sections)
		}
		if err != nil {
			return policy.Document{}, fmt.Errorf("reading the policy of %s: %w", name, err)
		}
		maps.Copy(all, sections)
	}
	text, err := json.Marshal(all)
	if err != nil {
		return policy.Document{}, fmt.Errorf("reading the policy: %w", err)
	}
	document, err := policy.Decode(text)
	if err != nil {
		return document, fmt.Errorf("the functions have a policy of another version of this suite; use the ops of that version: %w", err)
	}
	return document, nil
}

// The bounds of what is downloaded and unpacked.
const (
	mostBundle = 64 << 20
	mostPolicy = 1 << 20
)

// shippedPolicy returns the policy.json of the live version of a function. Lambda says the
// hash of its archive (API reference, FunctionConfiguration, CodeSha256): another archive at
// that address is refused.
func shippedPolicy(ctx context.Context, api *lambda.Client, web aws.HTTPClient, name string) ([]byte, error) {
	out, err := api.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &name, Qualifier: new(settings.LiveAlias)})
	if denied, _ := errors.AsType[smithy.APIError](err); denied != nil && strings.HasPrefix(denied.ErrorCode(), "AccessDenied") {
		return nil, fmt.Errorf("these credentials need lambda:GetFunction: %w", err)
	}
	if err != nil {
		return nil, advised(err)
	}
	if out.Code == nil || out.Configuration == nil {
		return nil, errors.New("the answer of Lambda has neither address nor hash of the code")
	}
	archive, err := download(ctx, web, aws.ToString(out.Code.Location))
	if err != nil {
		return nil, err
	}
	if hash := sha256.Sum256(archive); base64.StdEncoding.EncodeToString(hash[:]) != aws.ToString(out.Configuration.CodeSha256) {
		return nil, errors.New("the hash of its archive is not the one that Lambda returned: try again")
	}
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("unpacking its archive: %w", err)
	}
	file, err := files.Open(policy.FileName)
	if err != nil {
		return nil, fmt.Errorf("its archive has no %s: %w", policy.FileName, err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostPolicy))
	if err != nil {
		return nil, fmt.Errorf("unpacking its archive: %w", err)
	}
	return text, nil
}

// download reads an archive. The address holds a signature: it is in no error.
func download(ctx context.Context, web aws.HTTPClient, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("the answer of Lambda has no address of the code")
	}
	answer, err := web.Do(request)
	if err != nil {
		return nil, fmt.Errorf("downloading its archive from %s: no answer", request.URL.Host)
	}
	defer answer.Body.Close()
	archive, err := io.ReadAll(io.LimitReader(answer.Body, mostBundle))
	if err != nil || answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("downloading its archive from %s: %s", request.URL.Host, answer.Status)
	}
	return archive, nil
}
