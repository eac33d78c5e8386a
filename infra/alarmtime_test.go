package infra

import (
	"bytes"
	"encoding/json"
	"fmt"
	stdmath "math"
	"regexp"
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// requests are those of an app client. One in sixteen people mistypes four times, and half of
// them give up: a fifth of the requests fails. Each sign-in is refreshed twice, sooner or
// later. In the mishap lost nothing calls the function; in the mishap dead all sign-ins fail,
// and people try three times.
func requests(lost, dead bool) scene {
	signIns, refreshes := counted("SignInSuccesses"), counted("TokenRefreshSuccesses")
	return func(f traffic, w world, minute int, ill bool) {
		sure, mistyped, gaveUp, again := f.draw(minute, 15./16), f.draw(minute, 1./32), f.draw(minute, 1./32), f.draw(minute, 2)
		made, tried := sure+mistyped, sure+5*mistyped+4*gaveUp
		if ill && dead {
			made, tried, again = 0, 3*(sure+mistyped+gaveUp), 0
		}
		called := made + again
		if ill && lost {
			called = 0
		}
		w.of("Invocations").add(called, called)
		signIns(w, minute, made, tried)
		refreshes(w, minute, again, again)
	}
}

// signUps are those of an app client. One person in twenty stops after three passwords
// that are too weak, which fail before the call. In the mishap lost nothing calls the function; in
// the mishap denied no sign-up succeeds either, and people try three times.
func signUps(lost, denied bool) scene {
	signUps := counted("SignUpSuccesses")
	return func(f traffic, w world, minute int, ill bool) {
		made, weak := f.draw(minute, 0.95), f.draw(minute, 0.05)
		called, tried := made, made+3*weak
		if ill && lost {
			called = 0
		}
		if ill && denied {
			made, tried = 0, 3*(made+weak)
		}
		w.of("Invocations").add(called, called)
		signUps(w, minute, made, tried)
	}
}

// crowd is five people who sign in at once, every other day, and nobody else.
func crowd() scene {
	signIns, refreshes := counted("SignInSuccesses"), counted("TokenRefreshSuccesses")
	return func(f traffic, w world, minute int, _ bool) {
		many := 0.0
		if minute%(2*dayMinutes) == int(f.phase) {
			many = 5
		}
		w.of("Invocations").add(many, many)
		signIns(w, minute, many, many)
		refreshes(w, minute, 0, 0)
	}
}

// counted adds to a metric of the pool, which comes at every fifth minute.
func counted(metric string) func(w world, minute int, made, tried float64) {
	var sum, count float64
	return func(w world, minute int, made, tried float64) {
		sum, count = sum+made, count+tried
		if minute%5 != 4 {
			w.of(metric).add(0, 0)
			return
		}
		w.of(metric).add(sum, count)
		sum, count = 0, 0
	}
}

// refusals are calls of which a tenth is refused, to people who try three times in two
// minutes. Each refusal is an error, and the line that takes it back comes two minutes after
// Lambda's own metrics.
func refusals() scene {
	again := 0.0
	return func(f traffic, w world, minute int, _ bool) {
		good, refused := f.draw(minute, 0.9), f.draw(minute, 0.1)
		refused, again = refused+again, refused*2
		w.of("Invocations").add(good+refused, good+refused)
		w.of("Errors").add(refused, good+refused)
		w.of("refused").add(refused, good+refused)
		w.of("refused").delay = 4
	}
}

// dailies are the events a day, up to 5,000 a second.
var dailies = [...]float64{5, 50, 144, 1000, 86400, 100 * 86400, 5000 * 86400}

var never = stdmath.Inf(1)

// promise is within how many minutes a mishap is found, the median for each of dailies (0 is
// not asked); with quiet instead, that chance alone turns nothing red in a month.
type promise struct {
	name   string
	alarms []string
	scene  func() scene
	want   [len(dailies)]float64
	quiet  bool
}

// promises are those of all alarms that are judged by traffic.
func promises() []promise {
	var (
		usual = []string{"PostConfirmationBroken", "PostConfirmationBrokenDay"}
		late  = []string{"PreTokenGenerationBroken", "PreTokenGenerationBrokenDay"}
		lost  = []string{"PreTokenGenerationHookLost", "PreTokenGenerationHookLostDay"}
		up    = []string{"PreSignUpHookLost", "PreSignUpHookLostDay"}
		dead  = []string{"SignInDeadNow", "SignInDead", "SignInDeadDay"}
	)
	fails := func(background, share, tries float64) func() scene {
		return func() scene { return calls(background, share, tries) }
	}
	const chance = 1e-4
	return []promise{
		{name: "all fail", alarms: usual, scene: fails(0, 1, 1), want: [...]float64{528, 162, 42, 13, 3, 3, 3}},
		{name: "all fail, three times each", alarms: usual, scene: fails(0, 1, 3), want: [...]float64{258, 58, 22, 7, 3, 3, 3}},
		{name: "30 % fail", alarms: usual, scene: fails(0, 0.3, 1), want: [...]float64{1652, 885, 241, 38, 5, 4, 4}},
		{name: "2 % fail", alarms: usual, scene: fails(0, 0.02, 1), want: [...]float64{never, never, never, 652, 32, 32, 32}},
		{name: "all fail where refusals are late", alarms: late, scene: fails(0, 1, 1), want: [...]float64{760, 162, 127, 29, 23, 23, 23}},
		{name: "30 % fail where refusals are late", alarms: late, scene: fails(0, 0.3, 1), want: [...]float64{3500, 325, 200, 53, 21, 21, 21}},
		{name: "2 % fail where refusals are late", alarms: late, scene: fails(0, 0.02, 1), want: [...]float64{0, 0, 0, 0, 33, 30, 30}},
		{name: "the hook is lost", alarms: lost, scene: func() scene { return requests(true, false) }, want: [...]float64{919, 100, 40, 40, 40, 40, 40}},
		{name: "the hook of sign-ups is lost", alarms: up, scene: func() scene { return signUps(true, false) }, want: [...]float64{1233, 860, 110, 40, 40, 40, 40}},
		{name: "the pool may not call", alarms: up, scene: func() scene { return signUps(true, true) }, want: [...]float64{1233, 762, 102, 40, 40, 40, 40}},
		{name: "all sign-ins fail", alarms: dead, scene: func() scene { return requests(false, true) }, want: [...]float64{1330, 175, 61, 17, 17, 17, 17}},

		{quiet: true, name: "chance", alarms: usual, scene: fails(chance, chance, 1)},
		{quiet: true, name: "chance, three times each", alarms: usual, scene: fails(chance, chance, 3)},
		{quiet: true, name: "chance where refusals are late", alarms: late, scene: fails(chance, chance, 3)},
		{quiet: true, name: "late refusals", alarms: late, scene: refusals},
		{quiet: true, name: "people who mistype, and a hook", alarms: append(lost, dead...), scene: func() scene { return requests(false, false) }},
		{quiet: true, name: "weak passwords", alarms: up, scene: func() scene { return signUps(false, false) }},
		{quiet: true, name: "a crowd, and then nobody", alarms: lost, scene: crowd},
	}
}

// broken returns where the template does not keep the promise; all say whether to go on after
// the first.
func (p promise) broken(t testing.TB, tpl template, runs, months int, all bool) (faults []string) {
	alarms := judges(t, tpl, p.alarms...)
	for i, daily := range dailies {
		one := func(days int) func(seed uint64) float64 {
			return func(seed uint64) float64 { return run(seed, daily, days, alarms, p.scene()) }
		}
		if p.quiet {
			reds := 0
			for seed := range uint64(months) {
				if one(30)(seed) < never {
					reds++
				}
			}
			// At five calls a day one person's three errors are a fifth of the day. With one
			// such mishap in 10,000 calls that is 0.015 a month.
			if reds*20 > months {
				faults = append(faults, fmt.Sprintf("%s, %.0f a day: red in %d of %d months", p.name, daily, reds, months))
			}
		} else if p.want[i] > 0 {
			early, median, most := quantiles(runs, one(3))
			t.Logf("%s, %.0f a day: median %.0f, 95 %% %.0f", p.name, daily, median, most)
			if want := p.want[i]; want == never && early < never || want < never && !(stdmath.Abs(median-want) <= max(2, 0.2*want)) {
				faults = append(faults, fmt.Sprintf("%s, %.0f a day: the median is %.0f, not %.0f", p.name, daily, median, want))
			}
		}
		if len(faults) > 0 && !all {
			break
		}
	}
	return faults
}

func TestR74_EachMishapIsFoundInTime(t *testing.T) {
	kept(t, false, form.Often(t, 0, 150, 1000))
}

func TestR74_ChanceAloneWakesNobody(t *testing.T) {
	kept(t, true, form.Often(t, 0, 1, 120))
}

// kept checks the promises of one sort, with so many runs or months each.
func kept(t *testing.T, quiet bool, number int) {
	t.Helper()
	tpl := ofStage(t, "prod")
	for _, p := range promises() {
		if p.quiet == quiet {
			t.Run(p.name, func(t *testing.T) {
				for _, fault := range p.broken(t, tpl, number, number, true) {
					t.Error(fault)
				}
			})
		}
	}
}

// The functions that refuse have the same windows, and so have both that do not.
func TestR74_WhatIsSimulatedStandsForAllFunctions(t *testing.T) {
	tpl := ofStage(t, "prod")
	for one, other := range map[string]string{"PostConfirmation": "PostAuthentication", "PreTokenGeneration": "PreSignUp"} {
		for _, kind := range []string{"Broken", "BrokenDay"} {
			if a, b := described(tpl.properties(t, alarmType, one+kind)), described(tpl.properties(t, alarmType, other+kind)); a != b {
				t.Errorf("%s%s: %s\nnot %s", other, kind, b, a)
			}
		}
	}
}

// mutants are wrong constants: of an alarm, what is replaced in its JSON, and by what.
var mutants = []struct {
	alarm string
	wrong [][2]string
}{
	{"PostConfirmationBroken", [][2]string{{`>= 4 `, `>= 8 `}, {`>= 4 `, `>= 2 `}, {`0\.2 `, `0.4 `}, {`0\.2 `, `0.1 `}, {`0\.01`, `0.02`}, {`0\.01`, `0.005`}, {`>= 10`, `>= 50`}, {`:3600`, `:7200`}, {`:3600`, `:1800`}}},
	{"PostConfirmationBrokenDay", [][2]string{{`>= 2 `, `>= 1 `}, {`>= 2 `, `>= 3 `}, {`0\.2 `, `0.4 `}, {`>= 10`, `>= 20`}, {`>= 10`, `>= 5`}, {`0\.01`, `0.02`}, {`:86400`, `:43200`}}},
	{"PreTokenGenerationBroken", [][2]string{{`"DatapointsToAlarm":2`, `"DatapointsToAlarm":1`}, {`"DatapointsToAlarm":2`, `"DatapointsToAlarm":3`}, {`:1200`, `:600`}, {`:1200`, `:2400`}, {`0\.2 `, `0.4 `}, {`0\.01`, `0.03`}, {`>= 4 `, `>= 8 `}}},
	{"PreTokenGenerationBrokenDay", [][2]string{{`"DatapointsToAlarm":3`, `"DatapointsToAlarm":1`}, {`"DatapointsToAlarm":3`, `"DatapointsToAlarm":2`}, {`"DatapointsToAlarm":3`, `"DatapointsToAlarm":4`}, {`:24,`, `:12,`}, {`>= 1 `, `>= 2 `}, {`0\.2 `, `0.4 `}, {`:3600`, `:1800`}, {`errors - FILL\(refused, 0\)`, `errors`}}},
	{"PreTokenGenerationHookLost", [][2]string{{`"DatapointsToAlarm":2`, `"DatapointsToAlarm":1`}, {`>= 3`, `>= 6`}, {`:1200`, `:1800`}}},
	{"PreTokenGenerationHookLostDay", [][2]string{{`>= 2`, `>= 4`}, {`:28800`, `:86400`}, {`"DatapointsToAlarm":2`, `"DatapointsToAlarm":1`}}},
	{"PreSignUpHookLost", [][2]string{{`>= 3`, `>= 9`}, {`>= 8`, `>= 20`}}},
	{"PreSignUpHookLostDay", [][2]string{{`>= 4`, `>= 12`}, {`>= 2 `, `>= 4 `}}},
	{"SignInDeadNow", [][2]string{{`>= 5`, `>= 10`}, {`"DatapointsToAlarm":3`, `"DatapointsToAlarm":1`}, {`:300`, `:600`}}},
	{"SignInDead", [][2]string{{`>= 10`, `>= 20`}, {`>= 10`, `>= 3`}, {`:3600`, `:7200`}}},
	{"SignInDeadDay", [][2]string{{`>= 8`, `>= 20`}, {`:86400`, `:43200`}}},
}

func TestR74_AWrongConstantIsFound(t *testing.T) {
	var all [][3]string
	for _, m := range mutants {
		for _, wrong := range m.wrong {
			all = append(all, [3]string{m.alarm, wrong[0], wrong[1]})
		}
	}
	number := form.Often(t, 0, 6, len(all))
	for i := range number {
		m := all[i*len(all)/number]
		tpl := ofStage(t, "prod")
		alarm := tpl.properties(t, alarmType, m[0])
		var src bytes.Buffer
		plain := json.NewEncoder(&src)
		plain.SetEscapeHTML(false)
		if err := plain.Encode(alarm); err != nil {
			t.Fatal(err)
		}
		changed := regexp.MustCompile(m[1]).ReplaceAll(src.Bytes(), []byte(m[2]))
		if bytes.Equal(changed, src.Bytes()) {
			t.Fatalf("%v changes nothing of %s", m, src.Bytes())
		}
		clear(alarm)
		if err := json.Unmarshal(changed, &alarm); err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(promises(), func(p promise) bool {
			return slices.Contains(p.alarms, m[0]) && len(p.broken(quietly{t}, tpl, 150, 1, false)) > 0
		}) {
			t.Errorf("%s with %s in place of %s keeps every promise", m[0], m[2], m[1])
		}
	}
}

// quietly is a test that logs nothing.
type quietly struct{ *testing.T }

func (quietly) Logf(string, ...any) {}
