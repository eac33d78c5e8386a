package infra

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
)

const (
	alarmType     = "AWS::CloudWatch::Alarm"
	dashboardType = "AWS::CloudWatch::Dashboard"
)

// The table of alarms, written out: threshold, points of points, what is compared.
var wantAlarms = map[string]string{
	"PreSignUpErrors":             "3 2/3 errors_presignup - FILL(refused_presignup, 0): Errors Sum, refused Sum",
	"PreSignUpThrottles":          "1 1/1 Throttles Sum",
	"PreSignUpDuration":           "3000 2/3 Duration p99",
	"PreSignUpRefused":            "50 2/3 IF(answers_presignup >= 20, 100 * share_presignup, 0): refused SampleCount, refused Average",
	"PostConfirmationErrors":      "3 2/3 Errors Sum",
	"PostConfirmationThrottles":   "1 1/1 Throttles Sum",
	"PostConfirmationLasting":     "1 1/1 lasting Sum",
	"PostConfirmationDuration":    "3000 2/3 Duration p99",
	"PostConfirmationMirror":      "3 2/3 failed Sum",
	"PreTokenGenerationErrors":    "3 2/3 errors_pretokengeneration - FILL(refused_pretokengeneration, 0): Errors Sum, refused Sum",
	"PreTokenGenerationThrottles": "1 1/1 Throttles Sum",
	"PreTokenGenerationLasting":   "1 1/1 lasting Sum",
	"PreTokenGenerationDuration":  "3000 2/3 Duration p99",
	"PreTokenGenerationRefused":   "50 2/3 IF(answers_pretokengeneration >= 20, 100 * (share_pretokengeneration + FILL(demoted_pretokengeneration, 0)), 0): refused SampleCount, demoted Average, refused Average",
	"PreTokenGenerationDegraded":  "3 2/3 degraded_pretokengeneration + failed_pretokengeneration: degraded Sum, failed Sum",
	"PostAuthenticationErrors":    "3 2/3 Errors Sum",
	"PostAuthenticationThrottles": "1 1/1 Throttles Sum",
	"PostAuthenticationLasting":   "1 1/1 lasting Sum",
	"PostAuthenticationDuration":  "3000 2/3 Duration p99",
	"PostAuthenticationMirror":    "3 2/3 failed Sum",
}

// described returns an alarm as a line of that table.
func described(alarm map[string]any) string {
	var expression string
	var stats []string
	if name := alarm["MetricName"]; name != nil {
		stat := alarm["Statistic"]
		if stat == nil {
			stat = alarm["ExtendedStatistic"]
		}
		stats = append(stats, fmt.Sprint(name, " ", stat))
	}
	metrics, _ := alarm["Metrics"].([]any)
	for _, m := range metrics {
		if text, ok := at(m, "Expression").(string); ok {
			expression = text + ": "
			continue
		}
		stats = append(stats, fmt.Sprint(at(m, "MetricStat", "Metric", "MetricName"), " ", at(m, "MetricStat", "Stat")))
	}
	return fmt.Sprintf("%v %v/%v %s", alarm["Threshold"], alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"], expression+strings.Join(stats, ", "))
}

// One row with a status that cannot be read is one line with lasting 1: that is enough, and
// so is every other fault that waiting does not mend.
func TestR44_OneRowThatCannotBeReadIsEnoughForAnAlarm(t *testing.T) {
	tpl := ofStage(t, "prod")
	for _, name := range []string{"PreTokenGenerationLasting", "PostConfirmationLasting", "PostAuthenticationLasting"} {
		alarm := tpl.properties(t, alarmType, name)
		dimension := at(alarm, "Dimensions", 0, "Value")
		if got := described(alarm); got != "1 1/1 lasting Sum" || !strings.EqualFold(fmt.Sprint(dimension)+"Lasting", name) {
			t.Errorf("%s: %s of %v", name, got, dimension)
		}
	}
}

func TestAlarms(t *testing.T) {
	tpl := ofStage(t, "prod")
	if n := len(tpl.resources(alarmType)); n != len(wantAlarms) {
		t.Errorf("%d alarms", n)
	}
	for name, want := range wantAlarms {
		alarm := tpl.properties(t, alarmType, name)
		if got := described(alarm); got != want {
			t.Errorf("%s: %s\nnot %s", name, got, want)
		}
		if alarm["TreatMissingData"] != "notBreaching" || alarm["ComparisonOperator"] != "GreaterThanOrEqualToThreshold" || alarm["AlarmDescription"] == nil {
			t.Errorf("%s: %v", name, alarm)
		}
		if percentile := strings.HasSuffix(name, "Duration"); percentile != (alarm["EvaluateLowSampleCountPercentile"] == "ignore") {
			t.Errorf("%s: few samples %v", name, alarm["EvaluateLowSampleCountPercentile"])
		}
		if alarm["AlarmActions"] != nil {
			t.Errorf("%s notifies %v without a topic", name, alarm["AlarmActions"])
		}
	}
}

const topicARN = "arn:aws:sns:eu-west-1:111122223333:on-call"

func TestATopicIsToldOfEveryAlarmAndOfItsEnd(t *testing.T) {
	s := stage(t, "prod")
	s.Monitoring = Monitoring{TopicARN: topicARN, DurationMillis: 1500, RefusedPercent: 20, Namespace: "Acme/SignIn"}
	tpl := synthesize(t, s)
	for id, r := range tpl.resources(alarmType) {
		if !slices.Equal(texts(at(r, "Properties", "AlarmActions")), []string{topicARN}) || !slices.Equal(texts(at(r, "Properties", "OKActions")), []string{topicARN}) {
			t.Errorf("%s notifies %v", id, at(r, "Properties", "AlarmActions"))
		}
	}
	for name, want := range map[string]string{"PreSignUpDuration": "1500", "PreSignUpRefused": "20"} {
		if got := fmt.Sprint(tpl.properties(t, alarmType, name)["Threshold"]); got != want {
			t.Errorf("%s from %s on", name, got)
		}
	}
	mirror := tpl.properties(t, alarmType, "PostConfirmationMirror")
	if got := mirror["Namespace"]; got != "Acme/SignIn" {
		t.Errorf("namespace %v", got)
	}
	if got := at(tpl.properties(t, functionType, "PostConfirmation"), "Environment", "Variables", "METRICS_NAMESPACE"); got != "Acme/SignIn" {
		t.Errorf("the function counts in %v", got)
	}
}

func TestATopicOfTheAppWorksToo(t *testing.T) {
	s := stage(t, "prod")
	app := newApp(t)
	s.Topic = awssns.NewTopic(awscdk.NewStack(app, new("Topics"), nil), new("OnCall"), nil)
	stack, suite := stackOf(app, s)
	if len(suite.Alarms) != len(wantAlarms) || suite.Dashboard == nil {
		t.Errorf("alarms %v, dashboard %v", slices.Sorted(maps.Keys(suite.Alarms)), suite.Dashboard)
	}
	assertions.Template_FromStack(stack, nil)
}

func TestTheDashboardAnswersWhetherSignInIsHealthy(t *testing.T) {
	tpl := ofStage(t, "prod")
	body := fmt.Sprint(tpl.properties(t, dashboardType, "Dashboard")["DashboardBody"])
	for _, text := range []string{"Are sign-ups and sign-ins healthy?", "Sign-ups", "Sign-ins and tokens", "The mirror", "99th percentile", "short tokens", "demoted", "would refuse", "would object", "Throttles"} {
		if !strings.Contains(body, text) {
			t.Errorf("it lacks %s", text)
		}
	}
}

func TestMonitoringCanBeLeftOut(t *testing.T) {
	tpl := ofQuiet(t, "dev") // which has both switched off
	if n := len(tpl.resources(alarmType)) + len(tpl.resources(dashboardType)); n != 0 {
		t.Errorf("%d are there", n)
	}
}
