package infra

import (
	"encoding/json"
	"fmt"
	stdmath "math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// tripped is a stage that attaches a pool with two of the triggers, and heals it.
func tripped(t testing.TB) template {
	t.Helper()
	return once(t, "tripped", func() template {
		s := watched(t, PoolAttach, "preSignUp", "preTokenGeneration")
		s.Tripwire.Heal, s.ExistingPool.SMSRoleARN = true, smsRole
		return synthesize(t, s)
	})
}

// watched is a stage for a pool of somebody else with the tripwire that it has without a word,
// and alarms.
func watched(t testing.TB, mode PoolMode, hooks ...settings.Hook) staged {
	s := existing(t, mode, hooks...)
	s.Tripwire, s.Monitoring = Tripwire{}, Monitoring{NoDashboard: true}
	return s
}

func TestR85_APoolOfSomebodyElseIsLookedAfter(t *testing.T) {
	for _, mode := range []PoolMode{PoolAttach, PoolOwner} {
		tpl := synthesize(t, watched(t, mode, "preSignUp"))
		if got := scheduleOf(tpl); got != "rate(15 minutes)" {
			t.Errorf("%s: %v", mode, got)
		}
	}
	for _, name := range []string{"dev", "prod"} {
		for id := range ofStage(t, name)["Resources"].(map[string]any) {
			if strings.Contains(id, "Tripwire") {
				t.Errorf("%s has %s", name, id)
			}
		}
	}
	s := quiet(t, "dev")
	s.Tripwire.EveryMinutes = 5
	if got := scheduleOf(synthesize(t, s)); got != "rate(5 minutes)" {
		t.Errorf("where the stage asks for it: %v", got)
	}
}

func scheduleOf(tpl template) any {
	for id, r := range tpl.resources("AWS::Events::Rule") {
		if strings.Contains(id, "TripwireSchedule") {
			return at(r, "Properties", "ScheduleExpression")
		}
	}
	return nil
}

// The function comes after the hooks, knows the versions that the stack points the aliases to,
// and has the table's name only where it heals.
func TestR85_TheFunctionKnowsWhatTheStackWants(t *testing.T) {
	tpl := tripped(t)
	env := at(tpl.properties(t, functionType, "Tripwire"), "Environment", "Variables")
	text, _ := json.Marshal(at(env, "HOOKS"))
	if !regexp.MustCompile(`PreSignUp=.*SuitePreSignUp.*:live:.*CurrentVersion.*,PreTokenGeneration=.*:live:.*CurrentVersion`).Match(text) {
		t.Errorf("it compares with %s", text)
	}
	if at(env, "TOKEN_VERSION") != "V3_0" || at(env, "TABLE_NAME") == nil || !strings.Contains(fmt.Sprint(at(env, "USER_POOL_ARN")), ":userpool/eu-west-1_AbCdEf123") {
		t.Errorf("its environment is %v", env)
	}
	for id, r := range tpl.resources(functionType) {
		if after := fmt.Sprint(r["DependsOn"]); strings.Contains(id, "Tripwire") && (!strings.Contains(after, "SuiteHooks") || !strings.Contains(after, "Permission")) {
			t.Errorf("it comes after %s", after)
		}
	}
	quietly := synthesize(t, watched(t, PoolOwner, "preSignUp"))
	if name := at(quietly.properties(t, functionType, "Tripwire"), "Environment", "Variables", "TABLE_NAME"); name != nil {
		t.Errorf("without healing it knows the table %v", name)
	}
}

func TestR85_WhatTheTripwireMayDo(t *testing.T) {
	want := []string{
		"logs:CreateLogStream, logs:PutLogEvents on its log group",
		"cognito-idp:DescribeUserPool on the pool",
		"lambda:GetAlias, lambda:GetFunctionConcurrency, lambda:GetFunctionConfiguration, lambda:GetPolicy on 4 functions and aliases",
		`cloudtrail:DescribeTrails, cloudtrail:GetEventSelectors, cloudtrail:GetTrailStatus, cloudtrail:LookupEvents on "*"`,
		"cognito-idp:GetUserPoolMfaConfig, cognito-idp:UpdateUserPool on the pool",
		"dynamodb:GetItem, dynamodb:PutItem on the table if keys like ATTACH#*, returning NONE",
		"iam:PassRole on " + smsRole + " map[StringEquals:map[iam:PassedToService:cognito-idp.amazonaws.com]]",
	}
	only := synthesize(t, watched(t, PoolAttach, "preSignUp", "preTokenGeneration"))
	for _, c := range []struct {
		tpl  template
		want []string
	}{{tripped(t), want}, {only, want[:4]}} {
		var got []string
		for _, s := range at(c.tpl.properties(t, roleType, "TripwireRole"), "Policies", 0, "PolicyDocument", "Statement").([]any) {
			s := s.(map[string]any)
			actions := strings.Join(texts(s["Action"]), ", ")
			switch s["Sid"] {
			case "ReadFunctions":
				got = append(got, fmt.Sprintf("%s on %d functions and aliases", actions, len(s["Resource"].([]any))))
				if strings.Contains(fmt.Sprint(s["Resource"]), "*") || s["Condition"] != nil {
					t.Errorf("%v", s)
				}
			case "PassSMSRole":
				got = append(got, fmt.Sprint(actions, " on ", s["Resource"], " ", s["Condition"]))
			case "ReadPool", "UpdatePool":
				text, _ := json.Marshal(s["Resource"])
				if !strings.Contains(string(text), `:userpool/eu-west-1_AbCdEf123`) || strings.Contains(string(text), "*") || s["Condition"] != nil {
					t.Errorf("%s", text)
				}
				got = append(got, actions+" on the pool")
			default:
				got = append(got, readable(t, c.tpl, "Tripwire", s))
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("may\n\t%s\nnot\n\t%s", strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
		}
	}
}

// Each recorded event of CloudTrail's wakes the function by one of the two rules, as the template
// has them; the same call for another pool, another function or by another service does not.
func TestR85_TheRulesMatchTheRecordedEventsAndNoOther(t *testing.T) {
	tpl := tripped(t)
	var patterns []any
	for id, r := range tpl.resources("AWS::Events::Rule") {
		if pattern := at(r, "Properties", "EventPattern"); pattern != nil {
			patterns = append(patterns, resolved(t, pattern))
			text, _ := json.Marshal(pattern)
			if len(text) > 2048 {
				t.Errorf("%s has %d characters, and EventBridge takes 2,048", id, len(text))
			}
		}
	}
	files, _ := filepath.Glob("../internal/tripwire/testdata/*20*.json")
	pools, _ := filepath.Glob("../internal/tripwire/testdata/*UserPool*.json")
	if files = append(files, pools...); len(files) != 8 || len(patterns) != 2 {
		t.Fatalf("%d events and %d patterns", len(files), len(patterns))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		event := string(text)
		woken := func(changes ...string) (n int) {
			var e any
			if err := json.Unmarshal([]byte(strings.NewReplacer(changes...).Replace(event)), &e); err != nil {
				t.Fatal(err)
			}
			for _, p := range patterns {
				if matched(p, e) {
					n++
				}
			}
			return n
		}
		here := []string{"eu-west-1_One", "eu-west-1_AbCdEf123", "Suite-PreSignUp-1A2B3C4D5E6F", "<SuitePreSignUp>"}
		if woken(here...) != 1 {
			t.Errorf("%s wakes nothing", file)
		}
		for what, n := range map[string]int{
			"another pool or function": woken(),
			"another service":          woken(append(here, `"aws.cognito-idp"`, `"aws.x"`, `"aws.lambda"`, `"aws.x"`)...),
			"no call":                  woken(append(here, "AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail")...),
			"a read":                   woken(append(here, `"eventName": "`, `"eventName": "Get`)...),
		} {
			if n != 0 {
				t.Errorf("%s: %s wakes it", file, what)
			}
		}
	}
}

// resolved returns a template's value with the names of the suite's functions.
func resolved(t *testing.T, value any) any {
	t.Helper()
	switch v := value.(type) {
	case []any:
		all := []any{}
		for _, each := range v {
			all = append(all, resolved(t, each))
		}
		return all
	case map[string]any:
		if id, is := v["Ref"].(string); is {
			return "<" + regexp.MustCompile(`[0-9A-F]{8}$`).ReplaceAllString(id, "") + ">"
		}
		if parts, is := at(v, "Fn::Join", 1).([]any); is {
			return strings.Join(texts(resolved(t, parts)), "")
		}
		all := map[string]any{}
		for name, each := range v {
			all[name] = resolved(t, each)
		}
		return all
	}
	return value
}

// matched is EventBridge's matching, as far as the patterns use it (EventBridge user guide,
// "Creating Amazon EventBridge event patterns"): a list matches if one of its values does; a value
// is a text, a prefix or a wildcard. Anything else does not match.
func matched(pattern, event any) bool {
	switch p := pattern.(type) {
	case map[string]any:
		e, is := event.(map[string]any)
		for name, each := range p {
			if !is || !matched(each, e[name]) {
				return false
			}
		}
		return true
	case []any:
		text, is := event.(string)
		return is && slices.ContainsFunc(p, func(value any) bool { return like(value, text) })
	}
	return false
}

func like(value any, text string) bool {
	rule, is := value.(map[string]any)
	if !is {
		return value == text
	}
	if prefix, is := rule["prefix"].(string); is && len(rule) == 1 {
		return strings.HasPrefix(text, prefix)
	}
	wildcard, is := rule["wildcard"].(string)
	parts := strings.Split(wildcard, "*")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return is && len(rule) == 1 && regexp.MustCompile("^"+strings.Join(parts, ".*")+"$").MatchString(text)
}

// A finding is red with its point, and so is a function that no longer looks. While it looks
// and finds nothing, it is quiet, also if its runs are some minutes late. A moved alias is a
// ticket after two looks, which a deployment does not reach.
func TestR85_TheAlarmRingsWithTheFindingAndWithoutLooks(t *testing.T) {
	tpl := tripped(t)
	want := map[string]string{
		"TripwireHooksWrong": "1/1 of 2400: HooksWrong Maximum, breaching", "TripwireAliasMoved": "1/1 of 2400: AliasMoved Minimum, notBreaching",
	}
	got := map[string]string{}
	for name := range want {
		a := tpl.properties(t, alarmType, name)
		got[name] = fmt.Sprintf("%v/%v of %v: %v %v, %v", a["DatapointsToAlarm"], a["EvaluationPeriods"], a["Period"], a["MetricName"], a["Statistic"], a["TreatMissingData"])
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	wrong, moved := judgeOf(t, tpl.properties(t, alarmType, "TripwireHooksWrong")), judgeOf(t, tpl.properties(t, alarmType, "TripwireAliasMoved"))
	const begins = 300
	// looks lets the function look every fifteen minutes, a few late, and find something from a
	// minute on; it looks no more from another minute on.
	looks := func(j judge, found, ends float64) (red float64) {
		w := make(world)
		here := j.in(w)
		red = stdmath.Inf(1)
		for minute := range 600 {
			value, at := 0.0, float64(minute)
			if at >= found {
				value = 1
			}
			count := 0.0
			if late := minute / 15 % 4; at < ends && (minute%15 == late || at == found) {
				count = 1
			}
			w.of(j.metrics[0].name).add(value*count, count)
			if minute > 60 && here.isRed(minute+1) {
				red = min(red, float64(minute-begins))
			}
		}
		return red
	}
	never := stdmath.Inf(1)
	for what, c := range map[string]struct{ got, from, to float64 }{
		"sound":                      {looks(wrong, never, never), never, never},
		"a finding":                  {looks(wrong, begins, never), 0, 3},
		"a function that is stopped": {looks(wrong, never, begins), 15, 45},
		"no moved alias":             {looks(moved, never, begins), never, never},
		"a moved alias":              {looks(moved, begins, never), 25, 45},
	} {
		if c.got < c.from || c.got > c.to {
			t.Errorf("%s: red after %v minutes, want %v to %v", what, c.got, c.from, c.to)
		}
	}
}

func TestR85_OnlyAnAttachedPoolIsHealed(t *testing.T) {
	for want, change := range map[string]func(*Settings){
		"tripwire: heals, and the stage does not attach the pool": func(s *Settings) { s.ExistingPool.Mode, s.Tripwire.Heal = PoolOwner, true },
		"tripwire: heals and never looks":                         func(s *Settings) { s.Tripwire = Tripwire{EveryMinutes: settings.Never, Heal: true} },
		"tripwire.everyMinutes: 7 minutes cannot be chosen":       func(s *Settings) { s.Tripwire.EveryMinutes = 7 },
	} {
		s := watched(t, PoolAttach).Props.Settings
		change(&s)
		if faults := s.Faults(settings.Given{}); !strings.Contains(fmt.Sprint(faults), want) || len(faults) != 1 {
			t.Errorf("%v, want %s", faults, want)
		}
	}
}
