package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/logging"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
)

// target says which suite is meant, in the words of ops.
type target struct {
	stage, outputs, table, pool, profile string
	cognito, logs                        string // the local cloud's addresses; empty for AWS
	rows                                 *dynamodb.Client
	aws                                  awsraw.Client
}

// connect finds table and pool, and makes the clients. The Region is the pool's: its id begins
// with it.
func (c *call) connect(ctx context.Context) error {
	said, err := c.said()
	if err != nil {
		return err
	}
	c.table, c.pool = cmp.Or(c.table, said["TableName"]), cmp.Or(c.pool, said["UserPoolId"])
	c.cognito, c.logs = said[settings.LocalCognitoOutput], said[settings.LocalLambdaOutput]
	if err := c.readStage(said); err != nil {
		return err
	}
	region, _, is := strings.Cut(c.pool, "_")
	if c.table == "" || !is {
		return misused("name the suite: --stage NAME, or --table and --pool (the stack's outputs TableName and UserPoolId)")
	}
	options := []func(*config.LoadOptions) error{
		config.WithRegion(region), config.WithSharedConfigProfile(c.profile),
		config.WithLogger(logging.Nop{}), // a request that is repeated is no news, and an error is said
		// A throttled table is asked again later, for 20 s at a time.
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.RateLimiter = 12, ratelimit.None })
		}),
	}
	if c.cognito != "" { // credentials of AWS are not sent there
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("local", "local", "")))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return fmt.Errorf("reading the AWS configuration: %w", err)
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return fmt.Errorf("there are no AWS credentials: pass --profile, sign in, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: %w", err)
	}
	c.rows = dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		if url := said[settings.LocalDynamoDBOutput]; url != "" {
			o.BaseEndpoint = &url
		}
	})
	c.aws = awsraw.Client{Credentials: cfg.Credentials, Region: region, Endpoint: c.cognito}
	return nil
}

// said reads the outputs that a deployment or make local has left.
func (t *target) said() (map[string]string, error) {
	if t.outputs == "" && t.stage != "" {
		t.outputs = filepath.Join("dist", "outputs."+t.stage+".json")
	}
	if t.outputs == "" {
		return nil, nil
	}
	text, err := os.ReadFile(t.outputs)
	if err != nil {
		return nil, fmt.Errorf("reading the stack's outputs, which make deploy and make local leave there: %w", err)
	}
	var stacks map[string]map[string]string
	if err := json.Unmarshal(text, &stacks); err != nil {
		return nil, fmt.Errorf("%s is not what cdk deploy --outputs-file writes: %w", t.outputs, err)
	}
	if said, is := stacks[settings.StackName(t.stage)]; is || len(stacks) != 1 {
		return said, nil
	}
	for _, said := range stacks { // of an app of one's own
		return said, nil
	}
	return nil, nil
}

// call calls an operation of the user pools API and decodes the members that out has.
func (t *target) call(ctx context.Context, operation string, in, out any) error {
	answer, _, err := t.aws.Call(ctx, "cognito-idp", "AWSCognitoIdentityProviderService."+operation, in)
	if err == nil && out != nil {
		err = json.Unmarshal(answer, out)
	}
	return err
}
