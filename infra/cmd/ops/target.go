package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// target says which suite is meant.
type target struct {
	stage, stack, prefix, outputs, table, pool, region, profile string
	// stageFile is a file elsewhere, live asks what runs instead of files.
	stageFile string
	live      bool
	// known are the outputs once they were read, from says where.
	known map[string]string
	from  string
	// file is the stage's file where one is at hand, unjudged.
	file settings.Stage
	// local are the outputs of what make local serves; nil for a deployment.
	local map[string]string
}

const targetHelp = `
Which suite:
  --stage NAME      its stage. Table and pool are then read from the stack's outputs:
                    in dist/outputs.NAME.json, where a deployment has left them, or else
                    of the stack itself (cloudformation:DescribeStacks). --stage local is
                    what make local serves, with its addresses and credentials
  --stage-file FILE the stage's file, where it is not infra/stages/NAME.yaml
  --live            read no file: outputs and policy are those that run
  --stack, --prefix the stack of an app of your own, and what AddOutputs puts before the
                    names of the suite's outputs
  --outputs FILE    another file of outputs
  --table, --pool   the outputs TableName and UserPoolId themselves
  --region, --profile
                    as everywhere on AWS (AWS_REGION, AWS_PROFILE,
                    AWS_ENDPOINT_URL_DYNAMODB …); the Region that the stage's file pins
                    comes first, and a stack in another account than it pins is refused
`

func (t *target) flags(flags *flag.FlagSet) {
	t.stackFlags(flags)
	flags.StringVar(&t.table, "table", "", "")
	flags.StringVar(&t.pool, "pool", "", "")
	t.fileFlags(flags)
}

// stackFlags say which stack is meant.
func (t *target) stackFlags(flags *flag.FlagSet) {
	flags.StringVar(&t.stage, "stage", "", "")
	flags.StringVar(&t.stack, "stack", "", "")
	flags.StringVar(&t.prefix, "prefix", "", "")
	flags.StringVar(&t.outputs, "outputs", "", "")
	flags.StringVar(&t.region, "region", "", "")
	flags.StringVar(&t.profile, "profile", "", "")
}

// fileFlags say where the stage is read.
func (t *target) fileFlags(flags *flag.FlagSet) {
	flags.StringVar(&t.stageFile, "stage-file", "", "")
	flags.BoolVar(&t.live, "live", false, "")
}

// parseOnly reads flags where no other word is allowed, and a stage is needed.
func (t *target) parseOnly(flags *flag.FlagSet, args []string) error {
	err := parseOnly(flags, args)
	if err == nil && t.stage+t.stageFile+t.stack == "" {
		err = misused("pass --stage NAME")
	}
	return err
}

// resolve completes table and pool from the stack's outputs.
func (t *target) resolve(ctx context.Context) error {
	if t.table != "" && t.pool != "" && t.stage != settings.LocalStage {
		return nil
	}
	const otherwise = "pass --table and --pool"
	if t.stage+t.outputs+t.stack == "" {
		return misused("name the suite: --table and --pool (the stack's outputs TableName and UserPoolId), or --stage")
	}
	outputs, err := t.stackOutputs(ctx, otherwise)
	if err != nil {
		return err
	}
	for output, value := range map[string]*string{"TableName": &t.table, "UserPoolId": &t.pool} {
		if *value == "" {
			*value = outputs[output]
		}
		if *value == "" {
			return fmt.Errorf("%s has no output %s: %s", t.from, t.prefix+output, otherwise)
		}
	}
	return nil
}

// connect names the suite and returns the AWS configuration for it.
func (t *target) connect(ctx context.Context) (aws.Config, error) {
	if err := t.resolve(ctx); err != nil {
		return aws.Config{}, err
	}
	return t.session(ctx)
}

// open returns the directory of the suite.
func (t *target) open(ctx context.Context, at terminal) (*directory.Directory, error) {
	cfg, err := t.connect(ctx)
	if err != nil {
		return nil, err
	}
	return directory.New(t.tableClient(cfg), t.table, t.pool, directory.WithClock(at.now), directory.WithPool(t.poolClient(cfg))), nil
}

// patience is how long a service may take to begin its reply: the SDK would wait for
// ever, and so would a sweep that runs for hours.
const patience = 30 * time.Second

// session returns the AWS configuration, with credentials and a Region. It honours what
// every AWS SDK does, such as AWS_ENDPOINT_URL and the variables of each service.
func (t *target) session(ctx context.Context) (aws.Config, error) {
	client := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.ResponseHeaderTimeout = patience })
	options := []func(*config.LoadOptions) error{config.WithHTTPClient(client)}
	if t.local != nil {
		return t.localSession(client), nil
	}
	if err := t.pin(); err != nil {
		return aws.Config{}, err
	}
	if t.region != "" {
		options = append(options, config.WithRegion(t.region))
	}
	if t.profile != "" {
		options = append(options, config.WithSharedConfigProfile(t.profile))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("reading the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return aws.Config{}, misused("no Region: pass --region, or set AWS_REGION (for make local: --stage local)")
	}
	// Asked for now, missing credentials are one sentence and not the end of a long one.
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return aws.Config{}, fmt.Errorf("there are no AWS credentials: pass --profile, sign in, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (for make local: --stage local): %w", err)
	}
	return cfg, nil
}

// advise adds a remedy to an error of the store or of the pool; nil for none.
func (t *target) advise(err error, at terminal) error {
	api, refused, endpoint := smithy.APIError(nil), (*net.OpError)(nil), "AWS_ENDPOINT_URL_DYNAMODB"
	call, ok := errors.AsType[*smithy.OperationError](err)
	ofPool := ok && call.Service() == cognito.ServiceID
	if ofPool {
		endpoint = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"
	}
	switch {
	case errors.As(err, &refused) && t.local != nil:
		return t.unanswered(err)
	case errors.As(err, &refused) && at.getenv(endpoint) != "":
		return fmt.Errorf("nothing answers at %s=%s: is make local running, and is that its endpoint? %w", endpoint, at.getenv(endpoint), err)
	case ofPool:
		return t.advisePool(call.Operation(), err)
	case errors.As(err, &api) && api.ErrorCode() == "ResourceNotFoundException":
		return fmt.Errorf("there is no table %s here: check --table, the Region and the account: %w", t.table, err)
	case errors.As(err, &api) && api.ErrorCode() == "AccessDeniedException":
		return fmt.Errorf("these credentials may not do that: the construct's GrantAuthzManagement allows show and changes, GrantDirectoryRead the search by address: %w", err)
	}
	return err
}

// unanswered says where nothing listens, if that is the local cloud.
func (t *target) unanswered(err error) error {
	if _, refused := errors.AsType[*net.OpError](err); refused && t.local != nil {
		return fmt.Errorf("the local cloud does not answer: is make local running? %w", err)
	}
	return err
}

// advisePool adds a remedy to an error of a call to Cognito.
func (t *target) advisePool(operation string, err error) error {
	switch api, _ := errors.AsType[smithy.APIError](err); {
	case api != nil && api.ErrorCode() == "ResourceNotFoundException":
		return fmt.Errorf("there is no pool %s here: check --pool, the Region and the account: %w", t.pool, err)
	case api != nil && api.ErrorCode() == "AccessDeniedException":
		return fmt.Errorf("these credentials need cognito-idp:%s for the pool (the construct's GrantSuspension allows all that authz suspend and reinstate call): %w", operation, err)
	}
	return err
}
