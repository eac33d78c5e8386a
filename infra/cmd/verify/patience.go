package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// patience publishes a version of a function with 20 s, and points the pool to it. It is
// removed with the stack.
func patience(ctx context.Context, cfg aws.Config, name string) error {
	api := lambda.NewFromConfig(cfg)
	if _, err := api.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: &name, Timeout: new(int32(20))}); err != nil {
		return fmt.Errorf("giving %s more time: %w", name, err)
	}
	if err := lambda.NewFunctionUpdatedV2Waiter(api).Wait(ctx, &lambda.GetFunctionInput{FunctionName: &name}, time.Minute); err != nil {
		return fmt.Errorf("waiting for %s: %w", name, err)
	}
	version, err := api.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: &name})
	if err != nil {
		return fmt.Errorf("publishing %s: %w", name, err)
	}
	if _, err := api.UpdateAlias(ctx, &lambda.UpdateAliasInput{FunctionName: &name, Name: new(settings.LiveAlias), FunctionVersion: version.Version}); err != nil {
		return fmt.Errorf("pointing the alias of %s: %w", name, err)
	}
	return nil
}
