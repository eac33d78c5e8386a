package doctor

import (
	"fmt"
	"slices"
	"strings"
)

func stackChecks() []Check {
	return []Check{
		{
			32, "every alarm is there, and somebody hears it", "cloudwatch DescribeAlarms, composite ones too: ActionsEnabled, AlarmActions; sns ListSubscriptionsByTopic: SubscriptionArn",
			"a failure is found by the people who cannot sign in",
			putBack + "; aws cloudwatch enable-alarm-actions; confirm the subscription in the e-mail of SNS", Warning,
			"https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html", alarms,
		},
		{
			33, "the stack is whole and as deployed", "cloudformation DescribeStacks: StackStatus; DetectStackDrift: StackDriftStatus",
			"the next deployment fails, or takes back what somebody changed by hand",
			"infra/cmd/README.md, Deploying, says what to do in each state; " + putBack + " writes the template again", Warning,
			"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html", drifted,
		},
		{
			36, "no role may do more than its template says", "iam ListRolePolicies, ListAttachedRolePolicies, GetRolePolicy: PolicyDocument",
			"a function that somebody takes over reaches what the suite has no use for",
			"remove it: IAM console, Roles; then deploy the stage", Critical,
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege", roles,
		},
	}
}

// resource is a resource of the stack.
type resource struct{ LogicalResourceId, PhysicalResourceId, ResourceType, ResourceStatus string }

// resources returns the stack's resources of some types, and reports whether these are all.
func (f *Facts) resources(types ...string) (of []resource, ok bool) {
	if f.Stack == "" {
		f.without("the name of the stack is not known")
		return nil, false
	}
	all, ok := list[resource](f, "cloudformation", "ListStackResources", in{"StackName": f.Stack}, "StackResourceSummaries")
	for _, r := range all {
		if slices.Contains(types, r.ResourceType) && r.ResourceStatus != "DELETE_COMPLETE" {
			of = append(of, r)
		}
	}
	return of, ok
}

// mostAlarms is how many names DescribeAlarms takes.
const mostAlarms = 100

// alarm is what DescribeAlarms answers of one.
type alarm struct {
	AlarmName      string
	ActionsEnabled bool
	AlarmActions   []string
}

// alarms is check 32. The composite alarms of a stage tell its topics, the others have no action;
// a stage without a topic has no composite one, which is its choice (monitoring).
func alarms(f *Facts) (found []Finding) {
	want, _ := f.resources("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
	var topics []string
	for part := range slices.Chunk(want, mostAlarms) {
		bad, told := f.some(part)
		found, topics = append(found, bad...), append(topics, told...)
	}
	for _, topic := range slices.Compact(slices.Sorted(slices.Values(topics))) {
		if strings.Contains(topic, ":sns:") {
			found = append(found, heard(f, topic)...)
		}
	}
	return found
}

// some judges alarms that are asked for together, and returns whom they tell.
func (f *Facts) some(alarms []resource) (found []Finding, topics []string) {
	names := make([]string, len(alarms))
	for i, r := range alarms {
		names[i] = r.PhysicalResourceId
	}
	// Without types it answers with metric alarms alone (API reference, DescribeAlarms).
	there, ok := ask[struct{ MetricAlarms, CompositeAlarms []alarm }](f, "cloudwatch", "DescribeAlarms",
		in{"AlarmNames": names, "AlarmTypes": []string{"MetricAlarm", "CompositeAlarm"}, "MaxRecords": mostAlarms})
	if !ok {
		return nil, nil
	}
	for _, a := range slices.Concat(there.MetricAlarms, there.CompositeAlarms) {
		names = slices.DeleteFunc(names, func(name string) bool { return name == a.AlarmName })
		if topics = append(topics, a.AlarmActions...); !a.ActionsEnabled {
			found = append(found, wrong(a.AlarmName, "", "the alarm %s is muted", a.AlarmName))
		}
	}
	for _, name := range names {
		found = append(found, wrong(name, "", "the alarm %s is gone", name))
	}
	return found, topics
}

// heard finds a topic that reaches nobody.
func heard(f *Facts, topic string) []Finding {
	if f.gone("sns", "ListSubscriptionsByTopic", in{"TopicArn": topic}) {
		return []Finding{wrong(topic, "", "the topic %s is gone", topic)}
	}
	all, ok := list[struct{ SubscriptionArn string }](f, "sns", "ListSubscriptionsByTopic", in{"TopicArn": topic}, "Subscriptions")
	if !ok {
		return nil
	}
	waiting := 0
	for _, s := range all {
		if s.SubscriptionArn == "PendingConfirmation" {
			waiting++
		}
	}
	switch {
	case len(all) == 0:
		return []Finding{wrong(topic, "", "nobody has subscribed to the topic %s", topic)}
	case waiting > 0:
		return []Finding{wrong(topic, "PendingConfirmation", "%d subscriptions of the topic %s are not confirmed", waiting, topic)}
	}
	return nil
}

// drifted is check 33. The Port answers DetectStackDrift when the detection has ended, with the
// answer of DescribeStackDriftDetectionStatus.
func drifted(f *Facts) (found []Finding) {
	if f.Stack == "" {
		f.without("the name of the stack is not known")
		return nil
	}
	s, _ := ask[struct {
		Stacks []struct{ StackStatus string }
	}](f, "cloudformation", "DescribeStacks", in{"StackName": f.Stack})
	for _, stack := range s.Stacks {
		if strings.HasSuffix(stack.StackStatus, "FAILED") {
			found = append(found, wrong(f.Stack, stack.StackStatus, "the stack is in %s", stack.StackStatus))
		}
	}
	d, ok := ask[struct{ DetectionStatus, StackDriftStatus string }](f, "cloudformation", "DetectStackDrift", in{"StackName": f.Stack})
	switch {
	case !ok:
	case d.DetectionStatus != "DETECTION_COMPLETE":
		f.without("cloudformation DetectStackDrift: %s", d.DetectionStatus)
	case d.StackDriftStatus == "DRIFTED":
		found = append(found, f.drifts()...)
	}
	return found
}

// drifts names the resources that drifted, if they can be asked.
func (f *Facts) drifts() (found []Finding) {
	q := in{"StackName": f.Stack, "StackResourceDriftStatusFilters": []string{"MODIFIED", "DELETED"}}
	all, _ := list[struct{ LogicalResourceId, ResourceType, StackResourceDriftStatus string }](f, "cloudformation", "DescribeStackResourceDrifts", q, "StackResourceDrifts")
	for _, r := range all {
		status := strings.ToLower(r.StackResourceDriftStatus)
		found = append(found, wrong(r.LogicalResourceId, status, "%s (%s) was %s by hand", r.LogicalResourceId, r.ResourceType, status))
	}
	if len(all) == 0 {
		found = []Finding{wrong(f.Stack, "DRIFTED", "the stack has drifted")}
	}
	return found
}

// categories are the operations whose limit a person feels first.
var categories = []string{"UserAuthentication", "UserCreation", "UserToken", "UserRead"}

// busy is the part of a limit from which on the next peak may be refused.
const busy = 0.7

// throttled is check 34. Cognito counts the calls of a category for the account, in the namespace
// AWS/Usage, in minutes (developer guide, "User pool metrics in CloudWatch").
func throttled(f *Facts) (found []Finding) {
	for _, category := range categories {
		if refused := f.peak("ThrottleCount", category); refused > 0 {
			found = append(found, wrong(category, fmt.Sprint(refused), "calls of %s were throttled in the last 7 days, up to %.0f in a minute", category, refused))
		}
		if calls := f.peak("CallCount", category); calls > 0 {
			found = append(found, f.near(category, calls)...)
		}
	}
	return found
}

// near finds a minute with as many calls that it was near the limit.
func (f *Facts) near(category string, calls float64) []Finding {
	l, ok := ask[struct {
		Limit struct{ ProvisionedLimitValue float64 }
	}](f, "cognito-idp", "GetProvisionedLimit",
		in{"LimitDefinition": in{"LimitClass": "API_CATEGORY", "Attributes": in{"Category": category}}})
	if most := l.Limit.ProvisionedLimitValue; ok && calls/60 > busy*most {
		return []Finding{wrong(category, fmt.Sprint(calls), "%s had a minute of %.0f calls a second, of %.0f", category, calls/60, most)}
	}
	return nil
}

// week is how far back peaks are looked for: CloudWatch keeps minutes for 15 days.
const week = 7

// peak returns the greatest value of a minute; 0 without one.
func (f *Facts) peak(metric, category string) (most float64) {
	search := fmt.Sprintf(`SEARCH('Namespace="AWS/Usage" MetricName="%s" Resource="%s"', 'Sum', 60)`, metric, category)
	end := f.Now.UTC().Truncate(60e9)
	out, _ := ask[struct{ MetricDataResults []struct{ Values []float64 } }](f, "cloudwatch", "GetMetricData", in{
		"MetricDataQueries": []in{{"Id": "calls", "Expression": search, "ReturnData": true}},
		"StartTime":         end.AddDate(0, 0, -week).Format("2006-01-02T15:04:05Z"), "EndTime": end.Format("2006-01-02T15:04:05Z"),
	})
	for _, r := range out.MetricDataResults {
		for _, calls := range r.Values {
			most = max(most, calls)
		}
	}
	return most
}
