// Package cost computes what a stage costs: from its synthesized template, from figures
// that the benchmark recorded (measured.json, which `go run ./internal/dev/bench --record`
// writes and a test compares with the programs), and from one list of prices
// (prices.json, with its date and its sources). Nothing is counted by hand.
//
// What the list leaves out, Left says.
package cost

import (
	"cmp"
	"math"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// Usage is what happens in a month.
type Usage struct {
	SignIns       float64 `json:"signIns"`
	Refreshes     float64 `json:"refreshes"`
	SignUps       float64 `json:"signUps"`
	Users         float64 `json:"users"` // active in the month
	MachineTokens float64 `json:"machineTokens"`
}

// Part is one line of the bill, in dollars.
type Part struct {
	Name string `json:"name"`
	// Million is what a million sign-ins cost; 0 for what does not depend on them.
	Million float64 `json:"perMillionSignIns"`
	Month   float64 `json:"perMonth"`
}

// Total adds up the parts.
func Total(parts []Part) Part {
	total := Part{Name: "together"}
	for _, p := range parts {
		total.Million, total.Month = total.Million+p.Million, total.Month+p.Month
	}
	return total
}

// Left is what no bill has, because neither the template nor the usage says how much.
var Left = []string{
	"Cognito's own price, where no active users are named", "e-mails through Amazon SES", "text messages, whose price is the country's", "rules of a web ACL and its requests", "keys of KMS", "traces", "requests to the HTTP API",
	"queries of logs, and the logs' storage (0.03 $ a GB-month, compressed)", "the sweep's calls (package internal/sweep) and its runs without work (9,000 a month: some cents)", "the tripwire's runs (3,000 a month, a second each: under a cent)",
}

// These are assumptions. A processor is that of 1,769 MB (Lambda developer guide,
// "Configure Lambda function memory").
const (
	processorMB = 1769
	waitMillis  = 5    // of DynamoDB's answer; the requests of an event run side by side
	coldStarts  = 0.01 // of all calls
	profileGB   = 1e-6 // a user's rows with the indexes
)

// These are Lambda's two lines of a call in the format JSON, as the developer guide's
// schemas of platform.start and platform.report have them; only their length counts.
const platformLines = `{"time":"2026-11-28T12:00:00.000Z","type":"platform.start","record":{"requestId":"8476a536-e9f4-11e8-9739-2dfe598c3fcd","functionArn":"arn:aws:lambda:us-east-1:111122223333:function:Suite-PostAuthentication0123456789-0123456789ab:live","version":"12"}}
{"time":"2026-11-28T12:00:00.010Z","type":"platform.report","record":{"requestId":"8476a536-e9f4-11e8-9739-2dfe598c3fcd","metrics":{"durationMs":9.123,"billedDurationMs":10,"memorySizeMB":256,"maxMemoryUsedMB":32},"status":"success"}}
`

// bill is a computation.
type bill struct {
	stack    Stack
	prices   Prices
	measured Measured
}

// Bill returns the parts of the price of a month, the dearest first.
func Bill(s Stack, p Prices, m Measured, u Usage) []Part {
	b := bill{s, p, m}
	parts := b.varying(u)
	for i, million := range b.varying(Usage{SignIns: 1e6}) {
		parts[i].Million = million.Month
	}
	parts = append(parts, b.standing()...)
	parts = append(parts, b.people(u)...)
	slices.SortStableFunc(parts, func(a, b Part) int { return cmp.Compare(b.Month, a.Month) })
	return slices.DeleteFunc(parts, func(p Part) bool { return p.Million == 0 && p.Month == 0 })
}

// calls returns how often a trigger is called. A sign-in is an authentication, which is
// compared with PROFILE, and its tokens, for which the rows are read; a sign-up calls
// everybody else.
func (u Usage) calls(t triggers.Trigger) float64 {
	switch {
	case t.OnRequest: // a person moves once
		return 0
	case t.Reads:
		return u.SignIns + u.Refreshes + u.MachineTokens
	case t.Compares:
		return u.SignIns
	}
	return u.SignUps
}

// varying returns what grows with the events.
func (b bill) varying(u Usage) []Part {
	l := b.prices.List
	var requests, time, writes, reads, logs float64
	for _, t := range triggers.All() {
		f, there := b.stack.Functions[t.Room]
		if !there {
			continue
		}
		n, s := u.calls(t), b.measured.Functions[t.Room]
		requests += l.LambdaRequest.Of(n)
		price := l.LambdaX86
		if f.ARM {
			price = l.LambdaARM
		}
		time += price.Of(n * billedSeconds(f, s) * f.MemoryMB / 1024)
		writes += l.DynamoWrite.Of(n * s.Writes)
		reads += l.DynamoRead.Of(n * s.Reads)
		line := s.LineBytes
		if f.Chatty {
			line += len(platformLines)
		}
		logs += l.Logs.Of(n * float64(line) / 1e9)
	}
	writes += l.DynamoWrite.Of(2 * u.SignUps) // a new PROFILE is in both indexes, too
	return []Part{
		{Name: "Lambda, requests", Month: requests},
		{Name: "Lambda, time", Month: time},
		{Name: "DynamoDB, writes", Month: writes},
		{Name: "DynamoDB, reads", Month: reads},
		{Name: "CloudWatch, log lines", Month: logs},
	}
}

// billedSeconds returns the time of a call, cold starts included: whole milliseconds.
func billedSeconds(f Function, s Figures) float64 {
	share := min(1, f.MemoryMB/processorMB)
	ms := s.CPUMillis / share
	if s.Reads+s.Writes > 0 {
		ms += waitMillis
	}
	return (math.Ceil(ms) + coldStarts*math.Ceil(s.InitMillis)) / 1000
}

// standing returns what each month costs without any event.
func (b bill) standing() []Part {
	l, metrics := b.prices.List, 0
	for room := range b.stack.Functions {
		metrics += b.measured.Functions[room].Metrics
	}
	return []Part{
		{Name: "CloudWatch, metrics", Month: l.Metric.Of(float64(metrics))},
		{Name: "CloudWatch, alarms", Month: l.AlarmMetric.Of(float64(b.stack.AlarmMetrics)) + l.CompositeAlarm.Of(float64(b.stack.Composites))},
		{Name: "CloudWatch, dashboard", Month: l.Dashboard.Of(float64(b.stack.Dashboards))},
		{Name: "Secrets Manager", Month: l.Secret.Of(float64(b.stack.Secrets))},
	}
}

// people returns what users and machines cost in Cognito, in the table and by mail.
func (b bill) people(u Usage) []Part {
	l := b.prices.List
	table := l.DynamoStorage
	if b.stack.Recovery {
		table.USD += l.DynamoRecovery.USD
	}
	parts := []Part{
		{Name: "DynamoDB, storage", Month: table.Of(u.Users * profileGB)},
		{Name: "Cognito, tokens of machines", Month: l.MachineToken.Of(u.MachineTokens)},
	}
	if b.stack.SES {
		parts = append(parts, Part{Name: "SES, a mail for each sign-up", Month: l.Mail.Of(u.SignUps)})
	}
	plan, there := map[string]Price{"LITE": l.UserLite, "ESSENTIALS": l.UserEssentials, "PLUS": l.UserPlus}[b.stack.Plan]
	if there {
		parts = append(parts, Part{Name: "Cognito, active users", Month: plan.Of(u.Users)})
	}
	return parts
}
