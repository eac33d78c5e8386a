package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// watch returns the arguments by which CloudFormation watches the alarms of the deployed
// stack, and takes the deployment back when one of them rings. Without --watch those of an
// earlier deployment are cleared, which would count again.
//
// They are the alarms that the stack names, not the one that pages: the CDK command line
// takes every alarm for a metric alarm, and five at most.
func (d *deployment) watch(ctx context.Context) ([]string, error) {
	const flag = "--rollback-trigger-alarm-arns"
	switch {
	case d.minutes == 0 && d.stack.watched:
		return []string{flag, "none"}, nil
	case d.minutes == 0:
		return nil, nil
	case d.stack.first():
		fmt.Fprintln(d.t.err, "A first deployment is not watched: nobody signs in yet.")
		return nil, nil
	}
	output := d.stack.outputs[settings.WatchOutput]
	if output == "" {
		return nil, misused("--watch: the stack %s has no output %s: it has no alarms, or was deployed before there were any", d.stack.name, settings.WatchOutput)
	}
	var args, names []string
	for arn := range strings.SplitSeq(output, ",") {
		args = append(args, flag, arn)
		_, name, _ := strings.Cut(arn, ":alarm:")
		names = append(names, name)
	}
	found, err := cloudwatch.NewFromConfig(d.cfg).DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: names})
	if err != nil {
		return nil, fmt.Errorf("asking whether an alarm is red: %w", err)
	}
	for _, alarm := range found.MetricAlarms {
		if alarm.StateValue == types.StateValueAlarm {
			return nil, fmt.Errorf("the alarm %s is red, so it cannot tell whether the deployment breaks something, and nothing was changed: "+
				"wait until it is over, or deploy without --watch", aws.ToString(alarm.AlarmName))
		}
	}
	return append(args, "--monitoring-time-minutes", fmt.Sprint(d.minutes)), nil
}
