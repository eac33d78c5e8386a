package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

const (
	// mostEvents bounds what is held in memory at once.
	mostEvents = 200_000
	// around is more than a function may take: a report follows its line.
	around = 10 * time.Second
	// logTries of one page: FilterLogEvents has a quota of a few calls a second for the
	// whole account, which consoles share (CloudWatch Logs user guide, "quotas").
	logTries = 10
)

// subOf returns the sub of --user.
func (o *logsOrder) subOf(ctx context.Context, cfg aws.Config, t terminal) (string, error) {
	return support.Suite{
		Pool: o.pool, Cognito: o.poolClient(cfg), Directory: directory.New(o.tableClient(cfg), o.table, o.pool, directory.WithClock(t.now)),
	}.Sub(ctx, o.user)
}

// pattern is what CloudWatch filters by (CloudWatch Logs user guide, "Filter pattern
// syntax for metric filters", JSON). Reports come along whoever they are of: they say which
// starts were cold and which functions died.
func (o *logsOrder) pattern() string {
	line := `$.message = "` + kernel.LineMessage + `"`
	if o.asked.User != "" {
		line += ` && $.user = "` + o.asked.User + `"`
	}
	if o.asked.Refused {
		line += ` && $.` + kernel.Refused + ` = 1`
	}
	return `{ (` + line + `) || ($.record.metrics.initDurationMs > 0) || ($.type = "platform.report" && $.record.status != "success") }`
}

// events reads the log groups of the functions, one after the other: they share the quota.
func (o *logsOrder) events(ctx context.Context, cfg aws.Config, t terminal) ([]support.LogEvent, error) {
	names, err := o.names(ctx)
	if err != nil {
		return nil, err
	}
	functions := o.lambdaClient(cfg)
	events := cloudwatchlogs.NewFromConfig(cfg, func(c *cloudwatchlogs.Options) {
		c.BaseEndpoint = o.at(settings.LocalLambdaOutput, c.BaseEndpoint)
		c.Retryer = retry.NewStandard(func(s *retry.StandardOptions) { s.MaxAttempts = logTries })
	})
	var all []support.LogEvent
	for _, n := range names {
		group, err := groupOf(ctx, functions, n.name)
		if err != nil {
			return nil, err
		}
		all, err = o.read(ctx, events, group, n.trigger, all)
		if missing, ok := errors.AsType[smithy.APIError](err); ok && missing.ErrorCode() == "ResourceNotFoundException" {
			fmt.Fprintf(t.err, "ops logs: there is no log group %s: %s has logged nothing, or its log was deleted\n", group, n.trigger)
			continue
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// groupOf asks where a function logs. Without a group of its own it is Lambda's default
// (Lambda guide, "Sending Lambda function logs to CloudWatch Logs").
func groupOf(ctx context.Context, api *lambda.Client, name string) (string, error) {
	out, err := api.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name})
	if err != nil {
		return "", fmt.Errorf("asking where %s logs: %w", name, err)
	}
	if out.LoggingConfig != nil && aws.ToString(out.LoggingConfig.LogGroup) != "" {
		return *out.LoggingConfig.LogGroup, nil
	}
	return "/aws/lambda/" + aws.ToString(out.FunctionName), nil
}

// read adds the events of one group. A page may be empty and not the last.
func (o *logsOrder) read(ctx context.Context, api cloudwatchlogs.FilterLogEventsAPIClient, group, trigger string, all []support.LogEvent) ([]support.LogEvent, error) {
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(api, &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: &group, StartTime: new(o.asked.Since.Add(-around).UnixMilli()), FilterPattern: new(o.pattern()),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return all, fmt.Errorf("reading the log %s: %w", group, err)
		}
		for _, e := range page.Events {
			all = append(all, support.LogEvent{At: time.UnixMilli(aws.ToInt64(e.Timestamp)).UTC(), Trigger: trigger, Text: aws.ToString(e.Message)})
		}
		if len(all) > mostEvents {
			return all, fmt.Errorf("more than %d lines: ask for less with --since, --user or --refused", mostEvents)
		}
	}
	return all, nil
}

// adviseLogs adds a remedy.
func (o *logsOrder) adviseLogs(err error, t terminal) error {
	call, ok := errors.AsType[*smithy.OperationError](err)
	api, refused := errors.AsType[smithy.APIError](err)
	if !ok || !refused || call.Service() != cloudwatchlogs.ServiceID && call.Service() != lambda.ServiceID {
		return o.advise(err, t)
	}
	switch {
	case strings.HasPrefix(api.ErrorCode(), "AccessDenied"):
		return fmt.Errorf("these credentials need lambda:GetFunctionConfiguration, and logs:FilterLogEvents for the log groups of the stage: %w", err)
	case api.ErrorCode() == "ThrottlingException":
		return fmt.Errorf("CloudWatch Logs is asked too often in this account: try again later, or with a shorter --since: %w", err)
	}
	return advised(err)
}
