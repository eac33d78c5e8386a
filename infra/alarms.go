package infra

import (
	cw "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// alarm is one condition that an operator must look at.
type alarm struct {
	name    string // behind the trigger's
	metric  cw.IMetric
	least   float64 // alarming from this value on
	of      int     // how many of the last three points; 1 is of the last one
	meaning string
}

// few is the number of events in five minutes that is more than a single mishap.
const few = 3

// alarmsOf returns the alarms of one function. One of the two metrics behind Errors may
// be late by a minute or two, so one point proves nothing.
func alarmsOf(t triggers.Trigger, g gauge, m Monitoring) []alarm {
	list := []alarm{
		{"Errors", g.errors(t.Refuses, ""), few, 2, "It crashes, runs out of time, cannot start, or refuses because it could not decide. Look for level ERROR in its log."},
		{"Throttles", g.lambda("Throttles", sum, ""), 1, 1, "Lambda turns events away: each is a failed sign-up or sign-in. Raise the account's or the function's concurrency."},
		{"Duration", g.lambda("Duration", p99, ""), float64(m.DurationMillis), 2, "The slowest calls come near Cognito's 5 s, after which people see an error. Look at DynamoDB's latency and the memory."},
	}
	if t.Refuses {
		share, meaning := g.refusedShare("refused, %"), "An unusual share is refused: an attack, or a rule that refuses whom it should not. The log lines name code and rule."
		if t.Versioned {
			share, meaning = g.objectedShare("refused or demoted, %"), "An unusual share of tokens is refused or demoted: an attack, a rule with holds: token that objects to whom it should not, or the table does not answer and a profile says whenStoreIsDown: refuse (then Degraded rings, too). The log lines name code and rule."
		}
		list = append(list, alarm{"Refused", share, float64(m.RefusedPercent), 2, meaning})
	}
	if t.UsesTable() {
		list = append(list, alarm{"Lasting", g.own(kernel.Lasting, sum, ""), 1, 1, "An operator must act, since waiting does not help: a permission, the table or a key is missing, or a row cannot be read. The log line with lasting 1 names the cause; of a row that cannot be read it names the attribute, and the user by a hash. A scan for AUTHZ rows whose authzStatus is none of active, suspended and deleted finds a row whose user is refused."})
	}
	switch {
	case t.Versioned:
		list = append(list, alarm{"Degraded", g.short("short tokens"), few, 2, "The table did not answer: tokens carry less than was granted, or users get none where the token profile says whenStoreIsDown: refuse. The log lines name the cause."})
	case t.UsesTable():
		list = append(list, alarm{"Mirror", g.own(kernel.Failed, sum, ""), few, 2, "Confirmations or sign-ins are not written into the table; the rows heal when the users sign in again. The log lines name the cause."})
	}
	return list
}

// newAlarm makes one. Without events there are no points: a quiet night, not a fault. If
// a percentile has too few values to mean something, the state stays.
func newAlarm(scope constructs.Construct, id string, a alarm) cw.Alarm {
	periods := 3
	if a.of == 1 {
		periods = 1
	}
	return cw.NewAlarm(scope, new(id), &cw.AlarmProps{
		Metric:                           a.metric,
		Threshold:                        new(a.least),
		ComparisonOperator:               cw.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		EvaluationPeriods:                new(float64(periods)),
		DatapointsToAlarm:                new(float64(a.of)),
		TreatMissingData:                 cw.TreatMissingData_NOT_BREACHING,
		EvaluateLowSampleCountPercentile: lowSamples(a),
		AlarmDescription:                 new(a.meaning),
	})
}

// lowSamples returns "ignore" for percentiles.
func lowSamples(a alarm) *string {
	if a.name == "Duration" {
		return new("ignore")
	}
	return nil
}

// newAlarms makes the alarms of all functions and subscribes the topic, if there is one.
func newAlarms(s *TriggerSuite, p *Props) map[string]cw.Alarm {
	made := make(map[string]cw.Alarm)
	if p.Monitoring.NoAlarms {
		return made
	}
	topic := alarmTopic(s.Construct, p)
	add := func(owner string, alarms []alarm) {
		for _, a := range alarms {
			id := owner + a.name
			made[id] = newAlarm(s.Construct, id, a)
			if topic != nil {
				action := awscloudwatchactions.NewSnsAction(topic)
				made[id].AddAlarmAction(action)
				made[id].AddOkAction(action)
			}
		}
	}
	for _, t := range triggers.All() {
		add(t.Name, alarmsOf(t, s.gauge(t, p), p.Monitoring))
	}
	if s.Reconcile != nil {
		sweep := s.sweepGauge(p)
		add("Reconcile", []alarm{{
			"Errors", sweep.lambda("Errors", sum, ""), 1, 1,
			"A run of the sweep failed; what it healed stays, and the next run goes on. Its log line names the cause; one that would bury too many rows waits for `ops reconcile`.",
		}, {
			"Incomplete", sweep.own("incomplete", sum, ""), 1, 1,
			"The pool listed far fewer users than it estimates, and the sweep buried nothing; the next run lists again. If so many users were deleted: `ops reconcile --accept-estimate`.",
		}})
	}
	return made
}

// alarmTopic returns the topic that the alarms notify, or nil.
func alarmTopic(scope constructs.Construct, p *Props) awssns.ITopic {
	if p.Monitoring.TopicARN == "" {
		return p.Topic
	}
	return awssns.Topic_FromTopicArn(scope, new("AlarmTopic"), new(p.Monitoring.TopicARN))
}

// sweepGauge returns the metrics of the scheduled sweep.
func (s *TriggerSuite) sweepGauge(p *Props) gauge {
	return gauge{namespace: p.namespace(s.Construct), folder: reconcileFolder, fn: s.Reconcile}
}

// gauge returns the metrics of a trigger's function.
func (s *TriggerSuite) gauge(t triggers.Trigger, p *Props) gauge {
	return gauge{namespace: p.namespace(s.Construct), folder: t.Room, fn: s.Functions[t.Name]}
}
