package infra

import (
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	cw "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// alarm is one condition that an operator must look at.
type alarm struct {
	// owner is the trigger, or another part of the suite; kind is a row of runbook.
	owner, kind string
	window
	metric cw.IMetric
	// alive says that the alarm rings without points, too.
	alive bool
}

// window is the time that an alarm looks at. CloudWatch judges a window each minute and
// slides it along, so an hour's window does not wait for an hour (CloudWatch user guide,
// "Alarm evaluation"). few is the number of events from which its condition may hold.
type window struct {
	name        string // behind the kind's; "" is the usual one
	minutes     int    // of one point
	of, points  int    // so many of the last points must be red
	few         int
	tried, made int // HookLost: requests and successes of a client
}

// id is the alarm's construct, and its name in TriggerSuite.Alarms.
func (a alarm) id() string { return a.owner + a.kind + a.name }

// The windows. The short one finds what happens often, the long one what happens a few
// times a day. The simulation (TestR74) says how soon, and that chance alone rings none.
var (
	now  = window{minutes: 5, of: 1, points: 1, few: 1}
	hour = window{minutes: 60, of: 1, points: 1, few: 4}
	day  = window{name: "Day", minutes: 24 * 60, of: 1, points: 1, few: 2}
)

// late are the windows of a function that refuses. Its refusals are errors for Lambda, and
// the log lines that take them back come a minute or two later. So the newest point may be
// red by them alone, which in a small pool would wake somebody for two refusals; points of
// a time before it may not. Three hours, since one person's errors may lie on both sides of
// an hour's end.
var late = []window{
	{minutes: 20, of: 2, points: 3, few: 4},
	{name: "Day", minutes: 60, of: 3, points: 24, few: 1},
}

// alarmsOf returns the alarms of one function.
func alarmsOf(t triggers.Trigger, g gauge, m Monitoring) []alarm {
	var list []alarm
	add := func(kind string, w window, metric func(gauge, int) cw.IMetric) {
		list = append(list, alarm{owner: t.Name, kind: kind, window: w, metric: metric(g.over(w.minutes), w.few)})
	}
	windows := []window{hour, day}
	if t.Refuses {
		windows = late
	}
	for _, w := range windows {
		add(broken, w, func(g gauge, few int) cw.IMetric { return g.broken(t.Refuses, few) })
	}
	add(throttles, now, func(g gauge, _ int) cw.IMetric { return g.lambda("Throttles", sum, "") })
	add(slow, hour, func(g gauge, few int) cw.IMetric { return g.marked(kernel.Slow, few) })
	if t.Refuses {
		add(refused, hour, func(g gauge, _ int) cw.IMetric { return g.refused(m.RefusedPercent, t.Versioned) })
	}
	if t.UsesTable() {
		add(lasting, now, func(g gauge, _ int) cw.IMetric { return g.own(kernel.Lasting, sum, "") })
	}
	switch {
	case t.Versioned:
		add(short, hour, func(g gauge, few int) cw.IMetric {
			return g.many("short", few, map[string]cw.IMetric{"short": g.short(""), "n": g.own(kernel.Failed, samples, "")})
		})
	case slices.Contains(t.Writes, triggers.Profile):
		add(mirror, hour, func(g gauge, few int) cw.IMetric { return g.marked(kernel.Failed, few) })
	}
	return list
}

// newAlarm makes one. Without events there are mostly no points: a quiet night, not a fault.
func newAlarm(scope constructs.Construct, a alarm) cw.Alarm {
	missing := cw.TreatMissingData_NOT_BREACHING
	if a.alive {
		missing = cw.TreatMissingData_BREACHING
	}
	return cw.NewAlarm(scope, new(a.id()), &cw.AlarmProps{
		Metric:             a.metric,
		Threshold:          new(1.0),
		ComparisonOperator: cw.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		EvaluationPeriods:  new(float64(a.points)),
		DatapointsToAlarm:  new(float64(a.of)),
		TreatMissingData:   missing,
		AlarmDescription:   new(entryOf(a.kind).text()),
	})
}

// newAlarms makes the alarms and tells the topics, if there are any.
func newAlarms(s *TriggerSuite, p *Props) map[string]cw.Alarm {
	made := make(map[string]cw.Alarm)
	if p.Monitoring.NoAlarms {
		return made
	}
	var list []alarm
	for _, t := range p.Hooked() {
		list = append(list, alarmsOf(t, s.gauge(t, p), p.Monitoring)...)
	}
	list = slices.Concat(list, s.hookAlarms(p), s.sweepAlarms(p), s.tripwireAlarms(p))
	var pages, tickets []cw.IAlarmRule
	for _, a := range list {
		made[a.id()] = newAlarm(s.Construct, a)
		if entryOf(a.kind).page {
			pages = append(pages, made[a.id()])
		} else {
			tickets = append(tickets, made[a.id()])
		}
	}
	s.PageAlarm = tell(s.Construct, "Page", pages, topic(s.Construct, "AlarmTopic", p.Monitoring.TopicARN, p.Topic))
	s.TicketAlarm = tell(s.Construct, "Ticket", tickets, topic(s.Construct, "TicketTopic", p.Monitoring.TicketTopicARN, nil))
	return made
}

// tell makes the one alarm that notifies a topic, of all that the topic is about: a fault
// that turns three alarms red is one message, and a second one only when all are over. It
// returns nil without a topic. The CDK derives its name, which CloudFormation requires, from
// stack and construct, so no two suites have the same.
func tell(scope constructs.Construct, id string, rules []cw.IAlarmRule, topic awssns.ITopic) cw.CompositeAlarm {
	if topic == nil {
		return nil
	}
	all := cw.NewCompositeAlarm(scope, new(id), &cw.CompositeAlarmProps{
		AlarmRule:        cw.AlarmRule_AnyOf(rules...),
		AlarmDescription: new("At least one of its alarms is red; the dashboard says which one, what it means and what to do."),
	})
	action := awscloudwatchactions.NewSnsAction(topic)
	all.AddAlarmAction(action)
	all.AddOkAction(action)
	return all
}

// topic returns the topic of an ARN, or else the app's own, or nil.
func topic(scope constructs.Construct, id, arn string, own awssns.ITopic) awssns.ITopic {
	if arn == "" {
		return own
	}
	return awssns.Topic_FromTopicArn(scope, new(id), new(arn))
}

// sweepAlarms returns the alarms of the scheduled sweep.
func (s *TriggerSuite) sweepAlarms(p *Props) []alarm {
	if s.Reconcile == nil {
		return nil
	}
	g := s.sweepGauge(p)
	old := g.over(hour.minutes)
	return []alarm{
		{owner: "Reconcile", kind: failed, window: now, metric: g.over(now.minutes).lambda("Errors", sum, "")},
		{owner: "Reconcile", kind: incomplete, window: now, metric: g.over(now.minutes).own("incomplete", sum, "")},
		{owner: "Reconcile", kind: passAge, window: hour, alive: true, metric: old.expression(
			fmt.Sprintf("IF(age > %d, 1, 0)", p.Reconcile.PromisedHours), "", map[string]cw.IMetric{"age": old.own("passAgeHours", "Average", "")})},
	}
}

// sweepGauge returns the metrics of the scheduled sweep.
func (s *TriggerSuite) sweepGauge(p *Props) gauge {
	return gauge{namespace: p.namespace(s.Construct), folder: reconcileFolder, fn: s.Reconcile, minutes: pointMinutes}
}

// gauge returns the metrics of a trigger's function.
func (s *TriggerSuite) gauge(t triggers.Trigger, p *Props) gauge {
	return gauge{namespace: p.namespace(s.Construct), folder: t.Room, fn: s.Functions[t.Name], minutes: pointMinutes}
}

// poolMetric returns a metric of AWS/Cognito, which the pool counts for each app client.
func (s *TriggerSuite) poolMetric(name, statistic string, client *string, minutes int) cw.IMetric {
	return cw.NewMetric(&cw.MetricProps{
		Namespace: new("AWS/Cognito"), MetricName: new(name), Statistic: new(statistic), Period: awscdk.Duration_Minutes(new(float64(minutes))),
		DimensionsMap: &map[string]*string{"UserPool": s.Pool.UserPoolId(), "UserPoolClient": client},
	})
}
