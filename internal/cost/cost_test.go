package cost

import (
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

func TestR77_EveryPriceHasASourceAndEveryFunctionItsFigures(t *testing.T) {
	p, m, err := Recorded()
	if err != nil {
		t.Fatal(err)
	}
	list := reflect.ValueOf(p.List)
	for i := range list.NumField() {
		price := list.Field(i).Interface().(Price)
		if price.USD <= 0 || price.Per <= 0 || price.Unit == "" || !strings.HasPrefix(price.Source, "https://aws.amazon.com/") {
			t.Errorf("%s is %+v", list.Type().Field(i).Name, price)
		}
	}
	for _, date := range []string{p.Date, m.Date} {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			t.Error(err)
		}
	}
	for _, f := range triggers.All() {
		if got := m.Functions[f.Room]; got.CPUMillis <= 0 || got.InitMillis <= 0 || got.LineBytes <= 0 || got.Metrics <= 0 || (got.Reads+got.Writes > 0) != f.UsesTable() {
			t.Errorf("%s has %+v", f.Room, got)
		}
	}
	if m.String() != string(measured) || p.Region == "" || p.ComparedWith == "" || m.Machine == "" {
		t.Errorf("%q, %q, and written again it is\n%s", p.Region, m.Machine, m)
	}
}

// template has every trigger and one of each thing that costs.
func template(function string) string {
	resources := []string{
		`"A":{"Type":"AWS::CloudWatch::Alarm","Properties":{"MetricName":"Throttles"}}`,
		`"B":{"Type":"AWS::CloudWatch::Alarm","Properties":{"Metrics":[{"Expression":"a+b"},{"MetricStat":{}},{"MetricStat":{}}]}}`,
		`"C":{"Type":"AWS::CloudWatch::CompositeAlarm"}`, `"D":{"Type":"AWS::CloudWatch::Dashboard"}`,
		`"T":{"Type":"AWS::DynamoDB::GlobalTable","Properties":{"Replicas":[{"PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}}]}}`,
		`"P":{"Type":"AWS::Cognito::UserPool","Properties":{"EmailConfiguration":{"EmailSendingAccount":"DEVELOPER"}}}`,
		`"I":{"Type":"AWS::Cognito::UserPoolIdentityProvider","Properties":{"ProviderDetails":{"client_secret":"{{resolve:secretsmanager:arn:SecretString:x::}}"}}}`,
		`"R":{"Type":"AWS::Lambda::Function","Metadata":{"aws:cdk:path":"Stack/Suite/Reconcile/Resource"},"Properties":{"MemorySize":512}}`,
		`"X":{"Type":"AWS::Lambda::Function","Metadata":{"aws:cdk:path":"Stack/Suite/Register/Resource"},"Properties":{"MemorySize":128}}`,
		`"Y":{"Type":"AWS::Lambda::Function","Metadata":{"aws:cdk:path":"Other"},"Properties":{"Environment":{"Variables":{"PEPPER_SECRET":"arn","SLOW_MS":"1"}}}}`,
	}
	for _, f := range triggers.All() {
		resources = append(resources, `"`+f.Name+`":{"Type":"AWS::Lambda::Function","Metadata":{"aws:cdk:path":"Stack/Suite/`+f.Name+`/Resource"},"Properties":`+function+`}`)
	}
	return `{"Resources":{` + strings.Join(resources, ",") + `}}`
}

func TestR77_AlarmsMetricsAndSizesAreReadFromTheTemplate(t *testing.T) {
	s, err := Read([]byte(template(`{"MemorySize":256,"Architectures":["arm64"],"LoggingConfig":{"SystemLogLevel":"WARN"}}`)))
	if err != nil {
		t.Fatal(err)
	}
	want := Stack{
		Functions: map[string]Function{"reconcile": {MemoryMB: 512, Chatty: true}}, AlarmMetrics: 3, Composites: 1, Dashboards: 1, Secrets: 2,
		Recovery: true, SES: true, Plan: "ESSENTIALS",
	}
	for _, room := range triggers.Rooms() {
		want.Functions[room] = Function{MemoryMB: 256, ARM: true}
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("read is %+v, want %+v", s, want)
	}
	for level, chatty := range map[string]bool{"DEBUG": true, "INFO": true, "WARN": false, "": true} {
		s, err := Read([]byte(template(`{"LoggingConfig":{"SystemLogLevel":"` + level + `"}}`)))
		if err != nil || s.Functions["presignup"].Chatty != chatty {
			t.Errorf("%s: %+v, %v", level, s.Functions["presignup"], err)
		}
	}
	none := strings.ReplaceAll(template(`{}`), `"Replicas":[{"PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}}]`, `"Replicas":[]`)
	if s, err := Read([]byte(strings.ReplaceAll(none, "Suite/PreSignUp/", "Suite/Other/PreSignUp/"))); err != nil || s.Recovery {
		t.Errorf("read is %+v, %v", s, err)
	}
	if s, err := Read([]byte(strings.ReplaceAll(none, "Suite/PreSignUp/", "Suite/NotPreSignUp/"))); err != nil || s.Functions["presignup"] != (Function{}) {
		t.Error("another function is taken for a trigger")
	}
	s, err = Read([]byte(strings.ReplaceAll(template(`{"MemorySize":128,"Architectures":["x86_64"]}`), `"EmailConfiguration"`, `"UserPoolTier":"PLUS","X"`)))
	if err != nil || s.Functions["presignup"] != (Function{MemoryMB: 128, Chatty: true}) || s.Plan != "PLUS" || s.SES {
		t.Errorf("read is %+v, %v", s, err)
	}
}

// TestR77_TheBillIsWhatItsPartsCost computes a bill by hand.
func TestR77_TheBillIsWhatItsPartsCost(t *testing.T) {
	s, err := Read([]byte(template(`{"MemorySize":256,"Architectures":["arm64"],"LoggingConfig":{"SystemLogLevel":"WARN"}}`)))
	p, _, broken := Recorded()
	if err != nil || broken != nil {
		t.Fatal(err, broken)
	}
	m := Measured{Functions: map[string]Figures{"reconcile": {Metrics: 2}}}
	for _, room := range triggers.Rooms() {
		m.Functions[room] = Figures{CPUMillis: 0.5, InitMillis: 7, LineBytes: 500, Metrics: 5, Reads: 3, Writes: 2}
	}
	got := map[string]Part{}
	parts := Bill(s, p, m, Usage{SignIns: 2e6, Refreshes: 1e6, SignUps: 1e6, Users: 20_000, MachineTokens: 1e6})
	for i, part := range parts {
		got[part.Name] = part
		if i > 0 && part.Month > parts[i-1].Month {
			t.Errorf("%s is dearer than what stands before it", part.Name)
		}
	}
	// 2 + 2 million for sign-ins, 1 + 1 for refreshes and machines, 2 for sign-ups.
	const calls, seconds = 8.0, 0.009 + 0.01*0.007 // 0.5 ms at 256 of 1,769 MB is 3.5 ms, and 5 to wait
	for name, want := range map[string]Part{
		"Lambda, requests":             {Million: 0.4, Month: calls * 0.2},
		"Lambda, time":                 {Million: 2e6 * seconds / 4 * 0.0000133334, Month: calls * 1e6 * seconds / 4 * 0.0000133334},
		"DynamoDB, writes":             {Million: 4 * 0.625, Month: (2*calls + 2) * 0.625}, // a new PROFILE is in two indexes
		"DynamoDB, reads":              {Million: 6 * 0.125, Month: 3 * calls * 0.125},
		"CloudWatch, log lines":        {Million: 0.5, Month: calls * 0.25},
		"CloudWatch, metrics":          {Month: 27 * 0.3},
		"CloudWatch, alarms":           {Month: 0.3 + 0.5},
		"CloudWatch, dashboard":        {Month: 3},
		"Secrets Manager":              {Month: 0.8},
		"DynamoDB, storage":            {Month: 0.02 * 0.45},
		"Cognito, tokens of machines":  {Month: 2250},
		"SES, a mail for each sign-up": {Month: 100},
		"Cognito, active users":        {Month: 150},
	} {
		if part := got[name]; math.Abs(part.Million-want.Million) > 1e-9 || math.Abs(part.Month-want.Month) > 1e-9 {
			t.Errorf("%s is %+v, want %+v", name, part, want)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("besides there are %v", got)
	}
	sum := 0.0
	for _, part := range parts {
		sum += part.Month
	}
	if total := Total(parts); total.Name != "together" || math.Abs(total.Month-sum) > 1e-9 {
		t.Errorf("together it is %v, want %v", total.Month, sum)
	}
}

func TestR77_APlanHasItsPriceAndWhatCostsNothingIsLeftOut(t *testing.T) {
	p, m, err := Recorded()
	if err != nil {
		t.Fatal(err)
	}
	if few := p.List.UserLite.Of(9_999); few != 0 {
		t.Errorf("users below the free number cost %v", few)
	}
	for plan, want := range map[string]float64{"LITE": 55, "ESSENTIALS": 150, "PLUS": 400, "": 0} {
		parts := Bill(Stack{Plan: plan}, p, m, Usage{Users: 20_000})
		var got float64
		for _, part := range parts {
			if part.Month == 0 && part.Million == 0 {
				t.Errorf("%s is in the list and costs nothing", part.Name)
			}
			if part.Name == "Cognito, active users" {
				got = part.Month
			}
		}
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v, want %v", plan, got, want)
		}
	}
}

func TestR77_AFunctionWithoutAStoreDoesNotWaitAndNoneIsFasterThanAProcessor(t *testing.T) {
	for _, c := range []struct {
		mb   float64
		f    Figures
		want float64
	}{
		{1769, Figures{CPUMillis: 2}, 0.002},
		{3538, Figures{CPUMillis: 2}, 0.002},
		{1769, Figures{CPUMillis: 2, Reads: 0.5}, 0.007},
		{1769, Figures{CPUMillis: 1.5, Writes: 1, InitMillis: 10}, 0.0071},
	} {
		if got := billedSeconds(Function{MemoryMB: c.mb}, c.f); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v at %v MB: %v s, want %v", c.f, c.mb, got, c.want)
		}
	}
}

func TestR77_WhatIsNoTemplateOfTheSuiteIsRefused(t *testing.T) {
	for text, want := range map[string]string{"{": "reading the template: ", `{"Resources":{}}`: "the template has no function of a trigger: it is none of a suite"} {
		if s, err := Read([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) || s.Functions != nil {
			t.Errorf("%s: %+v, %v", text, s, err)
		}
	}
}

func TestR80_OnlyFunctionsThatAreThereCost(t *testing.T) {
	p, m, err := Recorded()
	if err != nil {
		t.Fatal(err)
	}
	whole, alone := Stack{Functions: map[string]Function{}}, Stack{Functions: map[string]Function{"presignup": {MemoryMB: 256}}}
	for _, room := range triggers.Rooms() {
		whole.Functions[room] = Function{MemoryMB: 256}
	}
	u := Usage{SignIns: 1e6}
	if got := Total(Bill(alone, p, m, u)).Million; got != 0 || Total(Bill(whole, p, m, u)).Million == 0 {
		t.Errorf("sign-ins that call nothing cost %v", got)
	}
}

func TestR77_LambdasOwnLinesCost(t *testing.T) {
	text := template(`{"MemorySize":256,"LoggingConfig":{"SystemLogLevel":"WARN"}}`)
	price := func(text string) float64 {
		s, err := Read([]byte(text))
		p, m, broken := Recorded()
		if err != nil || broken != nil {
			t.Fatal(err, broken)
		}
		return Total(Bill(s, p, m, Usage{})).Million
	}
	quiet, chatty := price(text), price(strings.ReplaceAll(text, "WARN", "INFO"))
	if want := 2e6 * float64(len(platformLines)) / 1e9 * 0.5; math.Abs(chatty-quiet-want) > 1e-9 {
		t.Errorf("two lines of a call cost %v a million sign-ins, want %v", chatty-quiet, want)
	}
}

// TestR77_AMillionSignInsCostAtMost holds the shipped stages to their price, without the
// lines of Lambda's own that logging.system decides about.
func TestR77_AMillionSignInsCostAtMost(t *testing.T) {
	const most = 2.20
	for _, stage := range []string{"dev", "prod"} {
		text, err := os.ReadFile("../../infra/testdata/" + stage + ".template.json")
		if err != nil {
			t.Fatal(err)
		}
		s, err := Read(text)
		p, m, broken := Recorded()
		if err != nil || broken != nil {
			t.Fatal(err, broken)
		}
		for room, f := range s.Functions {
			f.Chatty = false
			s.Functions[room] = f
		}
		if total := Total(Bill(s, p, m, Usage{})); total.Million > most {
			t.Errorf("%s: %.2f $, at most %.2f", stage, total.Million, most)
		}
	}
}
