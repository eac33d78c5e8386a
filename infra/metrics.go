package infra

import (
	"cmp"
	"fmt"
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	cw "github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

// The CloudWatch statistics in use.
const (
	sum     = "Sum"
	samples = "SampleCount"
	p99     = "p99"
)

// namespace returns the namespace of the suite's own metrics.
func (p *Props) namespace(scope constructs.Construct) string {
	return cmp.Or(p.Monitoring.Namespace, "CognitoTriggers/"+*awscdk.Stack_Of(scope).StackName())
}

// gauge makes the metrics of one function.
type gauge struct {
	namespace string
	folder    string
	fn        awslambda.Function
	minutes   int // the period of every metric's points
}

// pointMinutes is the period of the dashboard's points.
const pointMinutes = 5

// over returns the same metrics for an alarm: with its period, and with plain names.
func (g gauge) over(minutes int) gauge {
	g.minutes, g.folder = minutes, ""
	return g
}

func (g gauge) period() awscdk.Duration { return awscdk.Duration_Minutes(new(float64(g.minutes))) }

// label names a metric on the dashboard. An alarm on a single metric has none and stays
// in the plain form that every tool reads.
func label(text string) *string {
	if text == "" {
		return nil
	}
	return new(text)
}

// own returns a metric from the function's log lines. Its dimension is the function's own
// name, so that no two suites can add to one metric.
func (g gauge) own(name, statistic, title string) cw.Metric {
	return cw.NewMetric(&cw.MetricProps{
		Namespace: new(g.namespace), MetricName: new(name), Statistic: new(statistic), Period: g.period(), Label: label(title),
		DimensionsMap: &map[string]*string{kernel.Dimension: g.fn.FunctionName()},
	})
}

// lambda returns a metric that Lambda counts itself.
func (g gauge) lambda(name, statistic, title string) cw.Metric {
	return g.fn.Metric(new(name), &cw.MetricOptions{Statistic: new(statistic), Period: g.period(), Label: label(title)})
}

// expression computes with metrics by their names in text. A graph with several functions
// accepts no name twice, so the function's name is appended to each.
func (g gauge) expression(text, title string, metrics map[string]cw.IMetric) cw.MathExpression {
	using := metrics
	if g.folder != "" {
		using = make(map[string]cw.IMetric, len(metrics))
		for name, metric := range metrics {
			text = regexp.MustCompile(`\b`+name+`\b`).ReplaceAllString(text, name+"_"+g.folder)
			using[name+"_"+g.folder] = metric
		}
	}
	return cw.NewMathExpression(&cw.MathExpressionProps{
		Expression: new(text), Label: label(title), UsingMetrics: &using, Period: g.period(),
	})
}

// many returns 1 if a share of n calls went wrong that is no accident, else 0: a fifth of
// them and at least few, or a hundredth and at least 10. A fixed number of errors would
// be found by nobody at five sign-ins a day, and by chance alone at 5,000 a second.
func (g gauge) many(wrong string, few int, metrics map[string]cw.IMetric) cw.IMetric {
	return g.expression(fmt.Sprintf("IF((%[1]s >= %[2]d && %[1]s >= 0.2 * n) || (%[1]s >= 10 && %[1]s >= 0.01 * n), 1, 0)", wrong, few), "", metrics)
}

// broken says whether too many calls failed.
func (g gauge) broken(refuses bool, few int) cw.IMetric {
	return g.many("wrong", few, map[string]cw.IMetric{"wrong": g.errors(refuses, ""), "n": g.lambda("Invocations", sum, "")})
}

// marked says whether too many lines carry a metric that is 0 or 1.
func (g gauge) marked(name string, few int) cw.IMetric {
	return g.many(name, few, map[string]cw.IMetric{name: g.own(name, sum, ""), "n": g.own(name, samples, "")})
}

// errors returns the function's errors without its refusals. A refusal leaves the
// function as an error, the only form that Cognito knows, and Lambda counts it as one.
func (g gauge) errors(refuses bool, title string) cw.IMetric {
	all := g.lambda("Errors", sum, title)
	if !refuses {
		return all
	}
	return g.expression("errors - FILL(refused, 0)", title, map[string]cw.IMetric{"errors": all, "refused": g.own(kernel.Refused, sum, "refused")})
}

// refused returns 1 if the share of answers that object to the user reaches percent, of at
// least 20 answers, else 0. Each line counts 0 or 1. A version from before the metric
// demoted, to which a function may be rolled back, has none.
func (g gauge) refused(percent int, demotes bool) cw.IMetric {
	metrics := map[string]cw.IMetric{"answers": g.own(kernel.Refused, samples, ""), "refused": g.own(kernel.Refused, sum, "")}
	objected := "refused"
	if demotes {
		objected, metrics["demoted"] = "(refused + FILL(demoted, 0))", g.own(kernel.Demoted, sum, "")
	}
	return g.expression(fmt.Sprintf("IF(answers >= 20 && 100 * %s >= %d * answers, 1, 0)", objected, percent), "", metrics)
}

// short returns the tokens that say less than they should, or that are refused since the
// table did not answer (degraded), and those of events that were returned unchanged because
// nothing was decided.
func (g gauge) short(title string) cw.IMetric {
	return g.expression("degraded + failed", title, map[string]cw.IMetric{
		"degraded": g.own(kernel.Degraded, sum, "degraded"), "failed": g.own(kernel.Failed, sum, "failed"),
	})
}
