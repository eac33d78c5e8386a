package infra

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	cw "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// clientsPerAlarm leaves room for two metrics of each client and the function's own: an
// alarm knows 10 metrics (CloudWatch user guide, "Limits that apply to alarms based on
// metric math expressions").
const clientsPerAlarm = 4

// The windows of HookLost. The pool's metrics come "at 5 minute intervals" (Cognito developer
// guide, "Tracking quotas and usage in CloudWatch"), Lambda's at each minute: at the edge of
// a window lie requests without their calls. So one point proves nothing here, either.
var lost = []window{
	{minutes: 20, of: 2, points: 3, made: 3, tried: 8},
	{name: "Day", minutes: 8 * 60, of: 2, points: 3, made: 2, tried: 4},
}

// The windows of SignInDead; few is the number of requests without a success.
var dead = []window{
	{name: "Now", minutes: 5, of: 3, points: 3, few: 5},
	{minutes: 60, of: 1, points: 1, few: 10},
	{name: "Day", minutes: 24 * 60, of: 1, points: 1, few: 8},
}

// hookAlarms returns the alarms that compare what the pool counts with what the functions
// do, for the app clients that people use.
func (s *TriggerSuite) hookAlarms(p *Props) []alarm {
	var list []alarm
	number := 0
	for clients := range slices.Chunk(s.people(p), clientsPerAlarm) {
		number++
		add := func(owner, kind string, w window, metric cw.IMetric) {
			if number > 1 {
				w.name += strconv.Itoa(number)
			}
			list = append(list, alarm{owner: owner, kind: kind, window: w, metric: metric})
		}
		for _, t := range p.Hooked() {
			for _, w := range lost {
				if len(t.Witnesses) > 0 {
					add(t.Name, hookLost, w, s.lost(t, s.gauge(t, p).over(w.minutes), w, clients))
				}
			}
		}
		for _, w := range dead {
			add("", signInDead, w, s.dead(w, clients))
		}
	}
	return list
}

// lost returns 1 if the clients' requests needed calls and there was none, else 0. A
// sign-up that fails counts, too: if the pool may no longer call the function, none succeeds.
// Some fail before the call, such as one with a weak password; so it takes more of them.
func (s *TriggerSuite) lost(t triggers.Trigger, g gauge, w window, clients []*string) cw.IMetric {
	metrics := map[string]cw.IMetric{"calls": g.lambda("Invocations", sum, "")}
	total := func(metric, statistic, suffix string) string {
		var terms []string
		for i, client := range clients {
			id := strings.ToLower(metric[:1]) + strings.TrimSuffix(metric[1:], "Successes") + suffix + strconv.Itoa(i+1)
			metrics[id] = s.poolMetric(metric, statistic, client, w.minutes)
			terms = append(terms, "FILL("+id+", 0)")
		}
		return strings.Join(terms, " + ")
	}
	var made []string
	for _, metric := range t.Witnesses {
		made = append(made, total(metric, sum, ""))
	}
	asked := fmt.Sprintf("%s >= %d", strings.Join(made, " + "), w.made)
	if t.Tries {
		asked += fmt.Sprintf(" || %s >= %d", total(t.Witnesses[0], samples, "Tried"), w.tried)
	}
	return g.expression("IF(FILL(calls, 0) == 0 && ("+asked+"), 1, 0)", "", metrics)
}

// dead returns 1 if through one of the clients every sign-in failed, else 0.
func (s *TriggerSuite) dead(w window, clients []*string) cw.IMetric {
	metrics := make(map[string]cw.IMetric)
	var each []string
	for i, client := range clients {
		tried, made := "tried"+strconv.Itoa(i+1), "made"+strconv.Itoa(i+1)
		metrics[tried] = s.poolMetric("SignInSuccesses", samples, client, w.minutes)
		metrics[made] = s.poolMetric("SignInSuccesses", sum, client, w.minutes)
		each = append(each, fmt.Sprintf("(FILL(%s, 0) >= %d && FILL(%s, 0) == 0)", tried, w.few, made))
	}
	return gauge{minutes: w.minutes}.expression("IF("+strings.Join(each, " || ")+", 1, 0)", "", metrics)
}
