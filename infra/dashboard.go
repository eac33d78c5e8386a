package infra

import (
	"maps"
	"slices"

	cw "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

// question is the dashboard's first widget: how to read the rest.
const question = `## Are sign-ups and sign-ins healthy?
**Yes**, while every alarm is green, *failed* and *short tokens* are at 0 and the 99th percentile stays far below Cognito's 5 s.
**Refused** is the policy at work: a jump is an attack or a rule too strict. **would refuse** is what a rule that only observes would add.
**demoted** tokens lack what was granted, since a rule with holds: token objects to the user; **would object** is what one that only observes would add.
**not mirrored** heals by itself when the user signs in again; **short tokens** last until the next refresh; a profile with whenStoreIsDown: refuse makes them refused tokens.
The functions' log lines name code, rule and cause, and the policy's hash; ` + "`make status`" + ` says which one is live.`

// newDashboard answers one question on one page. It returns nil if the stage wants none.
func newDashboard(s *TriggerSuite, p *Props) cw.Dashboard {
	if p.Monitoring.NoDashboard {
		return nil
	}
	board := cw.NewDashboard(s.Construct, new("Dashboard"), &cw.DashboardProps{PeriodOverride: cw.PeriodOverride_AUTO})
	board.AddWidgets(cw.NewTextWidget(&cw.TextWidgetProps{Markdown: new(question), Width: new(24.0), Height: new(6.0)}))
	if len(s.Alarms) > 0 {
		board.AddWidgets(s.alarmStates())
		board.AddWidgets(cw.NewTextWidget(&cw.TextWidgetProps{Markdown: new(runbookText()), Width: new(24.0), Height: new(9.0)}))
	}
	gauges := make(map[string]gauge)
	for _, t := range p.Hooked() {
		gauges[t.Name] = s.gauge(t, p)
	}
	board.AddWidgets(decisions(gauges)...)
	var slowest, errors, throttled []cw.IMetric
	for _, t := range p.Hooked() {
		slowest = append(slowest, gauges[t.Name].lambda("Duration", p99, t.Name))
		errors = append(errors, gauges[t.Name].errors(t.Refuses, t.Name))
		throttled = append(throttled, gauges[t.Name].lambda("Throttles", sum, t.Name))
	}
	board.AddWidgets(graph("99th percentile, ms", slowest...), graph("Errors beside refusals", errors...), graph("Throttles", throttled...))
	if s.Reconcile != nil {
		sweep := s.sweepGauge(p)
		board.AddWidgets(graph("The sweep", sweep.own("drift", sum, "rows that differed"), sweep.own("healed", sum, "rows written"),
			sweep.own("failed", sum, "failed runs"), sweep.own("complete", sum, "whole passes"), sweep.own("incomplete", sum, "incomplete lists")))
	}
	return board
}

// decisions shows what the functions decide; what the stage's triggers do not is left out.
func decisions(gauges map[string]gauge) (row []cw.IWidget) {
	var signUps, signIns, mirror []cw.IMetric
	if g, ok := gauges["PreSignUp"]; ok {
		signUps = []cw.IMetric{
			g.own(kernel.Refused, samples, "asked"), g.own(kernel.Refused, sum, "refused"),
			g.own(kernel.Failed, sum, "failed"), g.own(kernel.Observed, sum, "would refuse"),
		}
	}
	if g, ok := gauges["PostConfirmation"]; ok {
		mirror = append(mirror, g.own(kernel.Failed, samples, "confirmed"), g.own(kernel.Failed, sum, "confirmations not mirrored"))
	}
	if g, ok := gauges["PostAuthentication"]; ok {
		signIns = append(signIns, g.own(kernel.Failed, samples, "authenticated"))
		mirror = append(mirror, g.own(kernel.Failed, sum, "sign-ins not mirrored"))
	}
	if g, ok := gauges["PreTokenGeneration"]; ok {
		signIns = append(signIns, g.own(kernel.Refused, samples, "tokens"), g.own(kernel.Refused, sum, "refused"),
			g.own(kernel.Demoted, sum, "demoted"), g.own(kernel.Observed, sum, "would object"), g.short("short tokens"))
	}
	for _, each := range []struct {
		title   string
		metrics []cw.IMetric
	}{{"Sign-ups", signUps}, {"Sign-ins and tokens", signIns}, {"The mirror", mirror}} {
		if len(each.metrics) > 0 {
			row = append(row, graph(each.title, each.metrics...))
		}
	}
	return row
}

// graph takes a third of a row.
func graph(title string, metrics ...cw.IMetric) cw.IWidget {
	return cw.NewGraphWidget(&cw.GraphWidgetProps{Title: new(title), Left: &metrics, Width: new(8.0), Height: new(6.0)})
}

// alarmStates shows all alarms, sorted by name.
func (s *TriggerSuite) alarmStates() cw.IWidget {
	var all []cw.IAlarm
	for _, id := range slices.Sorted(maps.Keys(s.Alarms)) {
		all = append(all, s.Alarms[id])
	}
	return cw.NewAlarmStatusWidget(&cw.AlarmStatusWidgetProps{Alarms: &all, Title: new("Alarms"), Width: new(24.0), Height: new(3.0)})
}
