package infra

import (
	stdmath "math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

// judge is an alarm of the template.
type judge struct {
	metrics    []metric
	minutes    int // of a point
	of, points int
	threshold  float64
	below      bool
	missing    bool // is red
	formula    formula

	sources []source    // of the metrics, in a world
	seen    [][]reading // by point and metric, as last computed
	red     []bool      // by point
}

// metric is what an alarm looks at.
type metric struct{ name, statistic string }

// source is a metric in a world.
type source struct {
	*series
	statistic string
}

// judges reads alarms from a template.
func judges(t testing.TB, tpl template, names ...string) (all []judge) {
	t.Helper()
	for _, name := range names {
		all = append(all, judgeOf(t, tpl.properties(t, alarmType, name)))
	}
	return all
}

func judgeOf(t testing.TB, alarm map[string]any) judge {
	t.Helper()
	j := judge{
		of: int(alarm["DatapointsToAlarm"].(float64)), points: int(alarm["EvaluationPeriods"].(float64)), threshold: alarm["Threshold"].(float64),
		below: alarm["ComparisonOperator"] == "LessThanOrEqualToThreshold", missing: alarm["TreatMissingData"] == "breaching",
	}
	if name, plain := alarm["MetricName"].(string); plain {
		j.metrics, j.minutes = []metric{{name, alarm["Statistic"].(string)}}, int(alarm["Period"].(float64))/60
		j.formula = func(points []reading) reading { return points[0] }
		return j
	}
	names, texts := make(map[string]formula), make(map[string]string)
	for _, q := range alarm["Metrics"].([]any) {
		id := at(q, "Id").(string)
		if text, ok := at(q, "Expression").(string); ok {
			texts[id] = text
			continue
		}
		number, minutes := len(j.metrics), int(at(q, "MetricStat", "Period").(float64))/60
		names[id] = func(points []reading) reading { return points[number] }
		j.metrics = append(j.metrics, metric{at(q, "MetricStat", "Metric", "MetricName").(string), at(q, "MetricStat", "Stat").(string)})
		if j.minutes != 0 && j.minutes != minutes {
			t.Fatalf("%v mixes periods", alarm)
		}
		j.minutes = minutes
	}
	for _, q := range slices.Backward(alarm["Metrics"].([]any)) { // the CDK writes what an expression uses behind it
		id := at(q, "Id").(string)
		if texts[id] != "" {
			names[id] = parsed(texts[id], names)
		}
		if at(q, "ReturnData") != false {
			j.formula = names[id]
		}
	}
	return j
}

// in returns the alarm in a world of its own.
func (j judge) in(w world) *judge {
	j.sources, j.seen, j.red = nil, make([][]reading, j.points), make([]bool, j.points)
	for _, m := range j.metrics {
		j.sources = append(j.sources, source{w.of(m.name), m.statistic})
	}
	for i := range j.seen {
		j.seen[i] = make([]reading, len(j.metrics))
	}
	return &j
}

// isRed evaluates the alarm at a minute. A point that is missing is red only if the alarm says
// so.
func (j *judge) isRed(now int) bool {
	breaching := 0
	for k := range j.points {
		same := true
		for i, s := range j.sources {
			r := s.point(now-(k+1)*j.minutes, now-k*j.minutes, now)
			same = same && r == j.seen[k][i]
			j.seen[k][i] = r
		}
		if !same || now <= j.points*j.minutes {
			r := j.formula(j.seen[k])
			j.red[k] = !r.there && j.missing || r.there && (j.below && r.value <= j.threshold || !j.below && r.value >= j.threshold)
		}
		if j.red[k] {
			breaching++
		}
	}
	return breaching >= j.of
}

// series are the sums and counts of a metric from the beginning to each minute.
type series struct {
	sums, counts []float64
	delay        int // minutes until a point can be seen
}

func (s *series) add(sum, count float64) {
	s.sums = append(s.sums, s.sums[len(s.sums)-1]+sum)
	s.counts = append(s.counts, s.counts[len(s.counts)-1]+count)
}

// point is a metric over the minutes from and before to, as known at a minute.
func (s source) point(from, to, now int) reading {
	from, to = max(from, 0), min(to, now-s.delay, len(s.series.sums)-1)
	if to <= from {
		return reading{}
	}
	count, sum := s.series.counts[to]-s.series.counts[from], s.sums[to]-s.sums[from]
	switch {
	case s.statistic == samples:
		sum = count
	case s.statistic == "Maximum": // of samples that are 0 or 1
		sum = min(sum, 1)
	case s.statistic == "Average" && count > 0:
		sum /= count
	case s.statistic == "Minimum":
		sum = max(0, 1-(count-sum))
	}
	return reading{sum, count > 0}
}

// world is what CloudWatch knows.
type world map[string]*series

// of returns a metric, made at its first use; CloudWatch knows it two minutes later.
func (w world) of(name string) *series {
	if w[name] == nil {
		w[name] = &series{sums: []float64{0}, counts: []float64{0}, delay: 2}
	}
	return w[name]
}

const dayMinutes = 24 * 60

// traffic is a stream of events: so many a day on average, by night a tenth of it, by day
// nearly twice as many.
type traffic struct {
	*rand.Rand
	daily, phase float64
}

// draw returns the number of events in a minute of which a share is counted.
func (f traffic) draw(minute int, share float64) float64 {
	mean := share * f.daily / dayMinutes * (1 + 0.9*stdmath.Sin(2*stdmath.Pi*(float64(minute)+f.phase)/dayMinutes))
	if mean > 60 {
		return max(0, stdmath.Round(mean+stdmath.Sqrt(mean)*f.NormFloat64()))
	}
	p, n := f.Float64(), 0.0
	if p < 1-mean { // less than exp(-mean), and most often so
		return 0
	}
	for limit := stdmath.Exp(-mean); p > limit; p *= f.Float64() {
		n++
	}
	return n
}

// scene adds a minute of traffic to a world. ill says that the mishap has begun.
type scene func(f traffic, w world, minute int, ill bool)

// calls are those of a function. Of the healthy ones background fail, of the ill ones
// failing. A person whose call fails tries so many times in all, in two minutes.
func calls(background, failing, tries float64) scene {
	again := 0.0
	return func(f traffic, w world, minute int, ill bool) {
		share := background
		if ill {
			share = failing
		}
		good, bad := f.draw(minute, 1-share), f.draw(minute, share)
		bad, again = bad+again, bad*(tries-1)
		w.of("Invocations").add(good+bad, good+bad)
		w.of("Errors").add(bad, good+bad)
		w.of(kernel.Refused).add(0, good)
	}
}

// run lets a world be healthy for a day, and then ill for some days. It returns the minutes
// until an alarm is red, +Inf if none is.
func run(seed uint64, daily float64, days int, alarms []judge, add scene) float64 {
	r := rand.New(rand.NewPCG(seed, 74))
	f, w := traffic{r, daily, r.Float64() * dayMinutes}, make(world)
	var here []*judge
	for _, a := range alarms {
		here = append(here, a.in(w))
	}
	for minute := range dayMinutes * (1 + days) {
		ill := minute >= dayMinutes
		add(f, w, minute, ill)
		if ill && slices.ContainsFunc(here, func(j *judge) bool { return j.isRed(minute + 1) }) {
			return float64(minute + 1 - dayMinutes)
		}
	}
	return stdmath.Inf(1)
}

// quantiles returns the times within which 5, 50 and 95 of 100 runs end.
func quantiles(runs int, one func(seed uint64) float64) (early, median, most float64) {
	var all []float64
	for seed := range uint64(runs) {
		all = append(all, one(seed))
	}
	slices.Sort(all)
	return all[len(all)*5/100], all[len(all)/2], all[len(all)*95/100]
}
