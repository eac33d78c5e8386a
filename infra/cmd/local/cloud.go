package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
)

// Names of the stack's outputs.
const (
	webClientOutput     = settings.WebClientOutput
	machineClientOutput = settings.MachineClientOutput
)

// options reads the flags of both verbs; more adds some.
func options(verb string, args []string, more ...func(*flag.FlagSet)) (localcloud.Options, error) {
	var opts localcloud.Options
	if verb == "serve" {
		opts.Ports = localcloud.PortsFrom(localcloud.DefaultPort)
	}
	flags := flag.NewFlagSet("local "+verb, flag.ContinueOnError)
	flags.StringVar(&opts.AssemblyDir, "assembly", "dist/local", "the synthesized cloud assembly")
	flags.StringVar(&opts.InfraDir, "infra", "infra", "the folder whose node_modules has dynalite")
	portFlags(flags, &opts.Ports)
	flags.Func("tolerate", "a setting that the local cloud does not obey, such as UserPool.UserPoolAddOns.AdvancedSecurityMode, is told and does not stop the start (repeatable)",
		func(name string) error {
			opts.Tolerate = append(opts.Tolerate, name)
			return nil
		})
	poolFlags(flags, &opts.Pool)
	for _, add := range more {
		add(flags)
	}
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	if flags.NArg() > 0 {
		return opts, fmt.Errorf("%s: not a flag: flags begin with -, as --port-base 5810", flags.Arg(0))
	}
	return opts, nil
}

// target returns the journey's target for a running cloud.
func target(cloud *localcloud.Cloud) (journey.Target, error) {
	web, ok := cloud.Client(webClientOutput)
	machine, _ := cloud.Client(machineClientOutput) // a stage may have none
	if !ok {
		return journey.Target{}, fmt.Errorf("the stack has no output %s; it has %q",
			webClientOutput, slices.Sorted(maps.Keys(cloud.Outputs())))
	}
	endpoints := cloud.Endpoints()
	t := journey.Target{
		Cognito: cognitoidentityprovider.NewFromConfig(config(endpoints.CognitoIDP)),
		Dynamo:  dynamodb.NewFromConfig(config(endpoints.DynamoDB)),
		PoolID:  cloud.Stack.Pool.ID, TableName: cloud.Table(),
		WebClientID: web.ID, MachineClientID: machine.ID, MachineKey: machine.Secret,
		TokenURL: endpoints.Token, KeysURL: endpoints.JWKS, Issuer: endpoints.Issuer,
		MachineScope: "app/write", SuiteScope: "app/read",
		Group: "members", ConsoleProfile: "console", ConsoleScope: "app/write", RotatesRefreshTokens: web.RefreshTokenRotation,
		Mailed: func(_ context.Context, userName string) (string, error) {
			if code, ok := cloud.Pool.Code(userName); ok {
				return code, nil
			}
			return "", fmt.Errorf("no code was sent to %s", userName)
		},
	}
	return t.WithUsers(), nil
}

// config returns an SDK's configuration for one local endpoint. The client is the SDK's
// own: a plain http.Client fails if AWS_CA_BUNDLE is set.
func config(endpoint string) aws.Config {
	return aws.Config{
		Region:       template.Region,
		BaseEndpoint: &endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
		HTTPClient:   http.NewBuildableClient(),
	}
}
