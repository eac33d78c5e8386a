package infra

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

const (
	alarmType     = "AWS::CloudWatch::Alarm"
	compositeType = "AWS::CloudWatch::CompositeAlarm"
	dashboardType = "AWS::CloudWatch::Dashboard"
)

// The table of alarms, written out: to whom, points of points of so many minutes, what is
// computed, of which metrics. share is many's expression.
var wantAlarms = map[string]string{
	"PreSignUpBroken":               "page 2/3 of 20: " + share("wrong", 4) + "; errors - FILL(refused, 0); Errors Sum, Invocations Sum, refused Sum",
	"PreSignUpBrokenDay":            "page 3/24 of 60: " + share("wrong", 1) + "; errors - FILL(refused, 0); Errors Sum, Invocations Sum, refused Sum",
	"PreSignUpHookLost":             "page 2/3 of 20: IF(FILL(calls, 0) == 0 && (FILL(signUp1, 0) >= 3 || FILL(signUpTried1, 0) >= 8), 1, 0); Invocations Sum, SignUpSuccesses SampleCount, SignUpSuccesses Sum",
	"PreSignUpHookLostDay":          "page 2/3 of 480: IF(FILL(calls, 0) == 0 && (FILL(signUp1, 0) >= 2 || FILL(signUpTried1, 0) >= 4), 1, 0); Invocations Sum, SignUpSuccesses SampleCount, SignUpSuccesses Sum",
	"PreSignUpThrottles":            "page 1/1 of 5: Throttles Sum",
	"PreSignUpSlow":                 "ticket 1/1 of 60: " + share("slow", 4) + "; slow SampleCount, slow Sum",
	"PreSignUpRefused":              "ticket 1/1 of 60: IF(answers >= 20 && 100 * refused >= 50 * answers, 1, 0); refused SampleCount, refused Sum",
	"PostConfirmationBroken":        "page 1/1 of 60: " + share("wrong", 4) + "; Errors Sum, Invocations Sum",
	"PostConfirmationBrokenDay":     "page 1/1 of 1440: " + share("wrong", 2) + "; Errors Sum, Invocations Sum",
	"PostConfirmationThrottles":     "page 1/1 of 5: Throttles Sum",
	"PostConfirmationLasting":       "ticket 1/1 of 5: lasting Sum",
	"PostConfirmationSlow":          "ticket 1/1 of 60: " + share("slow", 4) + "; slow SampleCount, slow Sum",
	"PostConfirmationMirror":        "ticket 1/1 of 60: " + share("failed", 4) + "; failed SampleCount, failed Sum",
	"PreTokenGenerationBroken":      "page 2/3 of 20: " + share("wrong", 4) + "; errors - FILL(refused, 0); Errors Sum, Invocations Sum, refused Sum",
	"PreTokenGenerationBrokenDay":   "page 3/24 of 60: " + share("wrong", 1) + "; errors - FILL(refused, 0); Errors Sum, Invocations Sum, refused Sum",
	"PreTokenGenerationHookLost":    "page 2/3 of 20: IF(FILL(calls, 0) == 0 && (FILL(signIn1, 0) + FILL(tokenRefresh1, 0) >= 3), 1, 0); Invocations Sum, SignInSuccesses Sum, TokenRefreshSuccesses Sum",
	"PreTokenGenerationHookLostDay": "page 2/3 of 480: IF(FILL(calls, 0) == 0 && (FILL(signIn1, 0) + FILL(tokenRefresh1, 0) >= 2), 1, 0); Invocations Sum, SignInSuccesses Sum, TokenRefreshSuccesses Sum",
	"PreTokenGenerationThrottles":   "page 1/1 of 5: Throttles Sum",
	"PreTokenGenerationLasting":     "ticket 1/1 of 5: lasting Sum",
	"PreTokenGenerationSlow":        "ticket 1/1 of 60: " + share("slow", 4) + "; slow SampleCount, slow Sum",
	"PreTokenGenerationRefused":     "ticket 1/1 of 60: IF(answers >= 20 && 100 * (refused + FILL(demoted, 0)) >= 50 * answers, 1, 0); demoted Sum, refused SampleCount, refused Sum",
	"PreTokenGenerationShort":       "ticket 1/1 of 60: " + share("short", 4) + "; degraded + failed; degraded Sum, failed SampleCount, failed Sum",
	"PostAuthenticationBroken":      "page 1/1 of 60: " + share("wrong", 4) + "; Errors Sum, Invocations Sum",
	"PostAuthenticationBrokenDay":   "page 1/1 of 1440: " + share("wrong", 2) + "; Errors Sum, Invocations Sum",
	"PostAuthenticationThrottles":   "page 1/1 of 5: Throttles Sum",
	"PostAuthenticationLasting":     "ticket 1/1 of 5: lasting Sum",
	"PostAuthenticationSlow":        "ticket 1/1 of 60: " + share("slow", 4) + "; slow SampleCount, slow Sum",
	"PostAuthenticationMirror":      "ticket 1/1 of 60: " + share("failed", 4) + "; failed SampleCount, failed Sum",
	"SignInDeadNow":                 "page 3/3 of 5: IF((FILL(tried1, 0) >= 5 && FILL(made1, 0) == 0), 1, 0); SignInSuccesses SampleCount, SignInSuccesses Sum",
	"SignInDead":                    "page 1/1 of 60: IF((FILL(tried1, 0) >= 10 && FILL(made1, 0) == 0), 1, 0); SignInSuccesses SampleCount, SignInSuccesses Sum",
	"SignInDeadDay":                 "page 1/1 of 1440: IF((FILL(tried1, 0) >= 8 && FILL(made1, 0) == 0), 1, 0); SignInSuccesses SampleCount, SignInSuccesses Sum",
}

// share is the expression of what is judged by its share of all.
func share(id string, few int) string {
	return fmt.Sprintf("IF((%[1]s >= %[2]d && %[1]s >= 0.2 * n) || (%[1]s >= 10 && %[1]s >= 0.01 * n), 1, 0)", id, few)
}

// described returns an alarm as a line of that table, without its audience.
func described(alarm map[string]any) string {
	var parts, stats []string
	period := alarm["Period"]
	if name := alarm["MetricName"]; name != nil {
		stats = append(stats, fmt.Sprint(name, " ", alarm["Statistic"]))
	}
	metrics, _ := alarm["Metrics"].([]any)
	for _, m := range metrics {
		if text, ok := at(m, "Expression").(string); ok {
			parts = append(parts, text)
			continue
		}
		period = at(m, "MetricStat", "Period")
		stats = append(stats, fmt.Sprint(at(m, "MetricStat", "Metric", "MetricName"), " ", at(m, "MetricStat", "Stat")))
	}
	slices.Sort(stats)
	return fmt.Sprintf("%v/%v of %v: %s", alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"], period.(float64)/60, strings.Join(append(parts, strings.Join(stats, ", ")), "; "))
}

// audience returns which of the alarms that notify a topic has another one, by its
// logical id.
func audience(t *testing.T, tpl template, id string) (all string) {
	t.Helper()
	for _, r := range tpl.resources(compositeType) {
		if rule := fmt.Sprint(at(r, "Properties", "AlarmRule")); strings.Contains(rule, id) && !strings.Contains(rule, "AND") {
			all += strings.ToLower(strings.TrimPrefix(filepath.Base(filepath.Dir(at(r, "Metadata", "aws:cdk:path").(string))), "/"))
		}
	}
	return all
}

// One row with a status that cannot be read is one line with lasting 1: that is enough, and
// so is every other fault that waiting does not mend.
func TestR44_OneRowThatCannotBeReadIsEnoughForAnAlarm(t *testing.T) {
	tpl := ofStage(t, "prod")
	for _, name := range []string{"PreTokenGenerationLasting", "PostConfirmationLasting", "PostAuthenticationLasting"} {
		alarm := tpl.properties(t, alarmType, name)
		function := fmt.Sprint(at(alarm, "Dimensions", 0, "Value", "Ref"))
		if got := described(alarm); got != "1/1 of 5: lasting Sum" || alarm["Threshold"] != 1.0 || !strings.HasPrefix(function, "Suite"+strings.TrimSuffix(name, "Lasting")) {
			t.Errorf("%s: %s of %v", name, got, function)
		}
	}
}

// told is the stage prod with both topics.
func told(t *testing.T) template {
	t.Helper()
	return once(t, "told", func() template {
		s := stage(t, "prod")
		s.Monitoring.TopicARN, s.Monitoring.TicketTopicARN = topicARN, ticketARN
		return synthesize(t, s)
	})
}

func TestR74_TheAlarmsAreThoseOfTheTable(t *testing.T) {
	tpl := told(t)
	found := 0
	for id, r := range tpl.resources(alarmType) {
		alarm := r["Properties"].(map[string]any)
		name := strings.TrimPrefix(at(r, "Metadata", "aws:cdk:path").(string), "CognitoTriggers-prod/Suite/")
		name = strings.TrimSuffix(name, "/Resource")
		if got := audience(t, tpl, id) + " " + described(alarm); got != wantAlarms[name] {
			t.Errorf("%s: %s\nnot %s", name, got, wantAlarms[name])
		}
		if alarm["TreatMissingData"] != "notBreaching" || alarm["ComparisonOperator"] != "GreaterThanOrEqualToThreshold" || alarm["Threshold"] != 1.0 || alarm["AlarmActions"] != nil || alarm["OKActions"] != nil {
			t.Errorf("%s: %v", name, alarm)
		}
		found++
	}
	if found != len(wantAlarms) {
		t.Errorf("%d alarms, want %d", found, len(wantAlarms))
	}
}

// An alarm's text says what to do, and the dashboard has the same text.
func TestR74_EachAlarmSaysWhatItMeansAndWhatToDo(t *testing.T) {
	tpl := everything(t)
	board := fmt.Sprint(tpl.properties(t, dashboardType, "Dashboard")["DashboardBody"])
	used := make(map[string]bool)
	for id, r := range tpl.resources(alarmType) {
		text, _ := at(r, "Properties", "AlarmDescription").(string)
		i := slices.IndexFunc(runbook(), func(e entry) bool { return e.text() == text })
		if i < 0 || len(text) > 1024 || !strings.Contains(board, text) {
			t.Errorf("%s says %q", id, text)
			continue
		}
		e := runbook()[i]
		used[e.kind] = true
		if e.meaning == "" || e.act == "" || !strings.Contains(id, e.kind) || (audience(t, tpl, id) == "page") != e.page {
			t.Errorf("%s has the text of %s, and tells %q", id, e.kind, audience(t, tpl, id))
		}
	}
	if len(used) != len(runbook()) {
		t.Errorf("alarms of %v only", slices.Sorted(maps.Keys(used)))
	}
}

// CloudWatch refuses an alarm on more than 10 metrics. Each alarm and each graph has every
// name once, and each metric of the suite's own is of one function.
func TestR74_TheAlarmsStayWithinTheLimits(t *testing.T) {
	stack := awscdk.NewStack(newApp(t), new("App"), nil)
	pool := awscognito.NewUserPool(stack, new("Users"), nil)
	props := &Props{Pool: pool, Clients: make(map[string]awscognito.IUserPoolClient), Bundles: stubs(t, ARM64), Settings: Settings{
		ForeignClients: map[string]string{"4example4elsewhere": "app", "4example4machine": "service"},
		Policy:         policy.Document{Tokens: policy.Tokens{Profiles: map[string]policy.Profile{"app": {}, "service": {Machine: true}}}},
	}}
	for i := range 9 {
		props.Clients[fmt.Sprintf("app%d", i)] = pool.AddClient(new(fmt.Sprintf("App%d", i)), nil)
	}
	props.Clients["batch"] = pool.AddClient(new("Batch"), nil)
	props.Settings.Clients = map[string]Client{"batch": {Profile: "service"}}
	NewTriggerSuite(stack, "Suite", props)
	tpl := template(*assertions.Template_FromStack(stack, nil).ToJSON())
	seen := make(map[string]bool)
	for id, r := range tpl.resources(alarmType) {
		queries, _ := at(r, "Properties", "Metrics").([]any)
		names, count := make(map[string]bool), 0
		for _, q := range queries {
			names[at(q, "Id").(string)] = true
			if at(q, "MetricStat") == nil {
				continue
			}
			count++
			if at(q, "MetricStat", "Metric", "Namespace") == "AWS/Cognito" {
				seen[fmt.Sprint(at(q, "MetricStat", "Metric", "Dimensions"))] = true
			}
		}
		if count > 10 || len(names) != len(queries) {
			t.Errorf("%s: %d metrics, names %v of %d", id, count, names, len(queries))
		}
	}
	if len(seen) != 10 || !strings.Contains(fmt.Sprint(seen), "elsewhere") || strings.Contains(fmt.Sprint(seen), "Batch") {
		t.Errorf("%d clients are watched: %v", len(seen), seen)
	}
}

// The price of a stage's alarms stands in its documentation (monitoring.noAlarms).
func TestR74_TheAlarmsCostAboutSevenDollarsAMonth(t *testing.T) {
	tpl := told(t)
	cents := 50 * len(tpl.resources(compositeType))
	for _, r := range tpl.resources(alarmType) {
		queries, _ := at(r, "Properties", "Metrics").([]any)
		metrics := len(slices.DeleteFunc(slices.Clone(queries), func(q any) bool { return at(q, "MetricStat") == nil }))
		cents += 10 * max(1, metrics)
	}
	if cents < 650 || cents > 750 {
		t.Errorf("%d cents", cents)
	}
}

const (
	topicARN  = "arn:aws:sns:eu-west-1:111122223333:on-call"
	ticketARN = "arn:aws:sns:eu-west-1:111122223333:tickets"
)

func TestR74_EachTopicIsToldOfItsAlarmsAndOfTheirEnd(t *testing.T) {
	tpl := told(t)
	for name, arn := range map[string]string{"Page": topicARN, "Ticket": ticketARN} {
		alarm := tpl.properties(t, compositeType, name)
		if !slices.Equal(texts(alarm["AlarmActions"]), []string{arn}) || !slices.Equal(texts(alarm["OKActions"]), []string{arn}) {
			t.Errorf("%s notifies %v", name, alarm["AlarmActions"])
		}
	}
	if n := len(ofStage(t, "prod").resources(compositeType)); n != 0 {
		t.Errorf("%d without a topic", n)
	}
}

func TestTheStageSetsWhatIsSlowAndWhatIsRefusedTooOften(t *testing.T) {
	s := stage(t, "prod")
	s.Monitoring = Monitoring{DurationMillis: 800, RefusedPercent: 20, Namespace: "Acme/SignIn"}
	tpl := synthesize(t, s)
	if got := described(tpl.properties(t, alarmType, "PreSignUpRefused")); !strings.Contains(got, "20 * answers") {
		t.Errorf("refused: %s", got)
	}
	if got := at(tpl.properties(t, alarmType, "PostConfirmationMirror"), "Metrics", 1, "MetricStat", "Metric", "Namespace"); got != "Acme/SignIn" {
		t.Errorf("namespace %v", got)
	}
	for name, want := range map[string]string{"METRICS_NAMESPACE": "Acme/SignIn", "SLOW_MS": "800"} {
		if got := at(tpl.properties(t, functionType, "PostConfirmation"), "Environment", "Variables", name); got != want {
			t.Errorf("%s is %v", name, got)
		}
	}
}

func TestATopicOfTheAppWorksToo(t *testing.T) {
	s := stage(t, "prod")
	app := newApp(t)
	s.Topic = awssns.NewTopic(awscdk.NewStack(app, new("Topics"), nil), new("OnCall"), nil)
	stack, suite := stackOf(app, s)
	if len(suite.Alarms) != len(wantAlarms) || suite.Dashboard == nil || suite.PageAlarm == nil || suite.TicketAlarm != nil {
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
