// Package cast lets the journey play in a running local cloud: its clients, what the stage
// promises, and users who are not there yet.
package cast

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// Target returns the journey's target for a running cloud.
func Target(cloud *localcloud.Cloud) (journey.Target, error) {
	web, ok := Client(cloud, false)
	machine, _ := Client(cloud, true) // a stage may have none
	if !ok {
		return journey.Target{}, errors.New("the stack has no app client of users")
	}
	endpoints := cloud.Endpoints()
	t := journey.Target{
		Cognito: cognitoidentityprovider.NewFromConfig(Config(endpoints.CognitoIDP)),
		Dynamo:  dynamodb.NewFromConfig(Config(endpoints.DynamoDB)),
		PoolID:  cloud.Stack.Pool.ID, TableName: cloud.Table(),
		WebClientID: web.ID, MachineClientID: machine.ID, MachineKey: machine.Secret,
		TokenURL: endpoints.Token, KeysURL: endpoints.JWKS, Issuer: endpoints.Issuer,
		APIURL: endpoints.API, IdentityURL: endpoints.CognitoIdentity,
		RotatesRefreshTokens: web.RefreshTokenRotation,
		Mailed: func(_ context.Context, userName string) (string, error) {
			if code, ok := cloud.Pool.Code(userName); ok {
				return code, nil
			}
			return "", fmt.Errorf("no code was sent to %s", userName)
		},
	}
	if cloud.Stack.IdentityPool != nil {
		t.IdentityPoolID = cloud.Stack.IdentityPool.ID
	}
	return Promised(t), nil
}

// Whole returns an error that says what to do unless the stack has what the journey plays with:
// a pool of its own that calls every trigger.
func Whole(stack *template.Stack) error {
	lacks := ""
	switch {
	case stack.Pool == nil:
		lacks = "has no pool"
	case stack.Pool.Existing:
		lacks = "is beside the pool " + stack.Pool.ID
	default:
		for _, t := range triggers.Usual() {
			if _, has := stack.Pool.Triggers[t.Name]; !has {
				lacks = "has no " + t.Name
			}
		}
	}
	if lacks == "" {
		return nil
	}
	return fmt.Errorf("the demo needs the whole suite with its own pool, and the stack %s %s: take make demo STAGE=dev, and make local for this stage", stack.Name, lacks)
}

// Client returns the cloud's app client of users, or of machines: the one that is named web,
// or machine, or else the first.
func Client(cloud *localcloud.Cloud, machine bool) (template.Client, bool) {
	name := settings.WebClient
	if machine {
		name = settings.MachineClient
	}
	kind := func(c template.Client) bool {
		return slices.Contains(c.AllowedOAuthFlows, "client_credentials") == machine
	}
	if client, ok := cloud.Client(settings.ClientOutput(name)); ok && kind(client) {
		return client, true
	}
	if cloud.Stack.Pool != nil {
		if at := slices.IndexFunc(cloud.Stack.Pool.Clients, kind); at >= 0 {
			return cloud.Stack.Pool.Clients[at], true
		}
	}
	return template.Client{}, false
}

// Promised returns the target with what the stage dev promises, and the first users.
func Promised(t journey.Target) journey.Target {
	t.MachineScope, t.SuiteScope, t.Group, t.ConsoleProfile, t.ConsoleScope = "app/write", "app/read", "members", "console", "app/write"
	return t.WithUsers(1)
}

// Fresh returns the target with the first users that the pool does not have, so that a journey
// can be played again.
func Fresh(ctx context.Context, t journey.Target) (journey.Target, error) {
	for n := 1; ; n++ {
		t = t.WithUsers(n)
		free := true
		for _, name := range []string{t.AdaEmail, t.GraceEmail} {
			_, err := t.Cognito.AdminGetUser(ctx, &cognitoidentityprovider.AdminGetUserInput{UserPoolId: &t.PoolID, Username: &name})
			if _, unknown := errors.AsType[*types.UserNotFoundException](err); unknown {
				continue
			}
			if err != nil {
				return t, fmt.Errorf("looking for users who are not there yet: %w", err)
			}
			free = false
		}
		if free {
			return t, nil
		}
	}
}

// Config returns an SDK's configuration for one local endpoint. The client is the SDK's
// own: a plain http.Client fails if AWS_CA_BUNDLE is set.
func Config(endpoint string) aws.Config {
	return aws.Config{
		Region:       template.Region,
		BaseEndpoint: &endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:   http.NewBuildableClient(),
	}
}
