package infra

import (
	"cmp"
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
	average = "Average"
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
}

// periodMinutes is the period of every metric's points.
const periodMinutes = 5

func period() awscdk.Duration { return awscdk.Duration_Minutes(new(float64(periodMinutes))) }

// label names a metric on the dashboard. An alarm on a single metric has none and stays
// in the plain form that every tool reads.
func label(text string) *string {
	if text == "" {
		return nil
	}
	return new(text)
}

// own returns a metric from the function's log lines.
func (g gauge) own(name, statistic, title string) cw.Metric {
	return cw.NewMetric(&cw.MetricProps{
		Namespace: new(g.namespace), MetricName: new(name), Statistic: new(statistic), Period: period(), Label: label(title),
		DimensionsMap: &map[string]*string{kernel.Dimension: new(g.folder)},
	})
}

// lambda returns a metric that Lambda counts itself.
func (g gauge) lambda(name, statistic, title string) cw.Metric {
	return g.fn.Metric(new(name), &cw.MetricOptions{Statistic: new(statistic), Period: period(), Label: label(title)})
}

// expression computes with metrics by their names in text. A graph with several functions
// accepts no name twice, so the function's name is appended to each.
func (g gauge) expression(text, title string, metrics map[string]cw.IMetric) cw.MathExpression {
	using := make(map[string]cw.IMetric, len(metrics))
	for name, metric := range metrics {
		text = regexp.MustCompile(`\b`+name+`\b`).ReplaceAllString(text, name+"_"+g.folder)
		using[name+"_"+g.folder] = metric
	}
	return cw.NewMathExpression(&cw.MathExpressionProps{
		Expression: new(text), Label: label(title), UsingMetrics: &using, Period: period(),
	})
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

// refusedShare returns the percentage of refusals, 0 while there are too few answers for
// a percentage. Each line counts 0 or 1.
func (g gauge) refusedShare(title string) cw.IMetric {
	return g.expression("IF(answers >= 20, 100 * share, 0)", title, map[string]cw.IMetric{
		"answers": g.own(kernel.Refused, samples, "answers"), "share": g.own(kernel.Refused, average, "share"),
	})
}

// objectedShare returns the percentage of refused and demoted tokens. A version from before
// the metric demoted, to which a function may be rolled back, has none.
func (g gauge) objectedShare(title string) cw.IMetric {
	return g.expression("IF(answers >= 20, 100 * (share + FILL(demoted, 0)), 0)", title, map[string]cw.IMetric{
		"answers": g.own(kernel.Refused, samples, "answers"), "share": g.own(kernel.Refused, average, "share"), "demoted": g.own(kernel.Demoted, average, "demoted"),
	})
}

// short returns the tokens that say less than they should, or that are refused since the
// table did not answer (degraded), and those of events that were returned unchanged because
// nothing was decided.
func (g gauge) short(title string) cw.IMetric {
	return g.expression("degraded + failed", title, map[string]cw.IMetric{
		"degraded": g.own(kernel.Degraded, sum, "degraded"), "failed": g.own(kernel.Failed, sum, "failed"),
	})
}
