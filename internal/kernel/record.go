package kernel

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

// record is what is known of an invocation at its end.
type record struct {
	event    *cognito.Event // nil: undecodable
	decision Decision
	err      error
	refusal  *deny.Refusal
	began    time.Time
	took     time.Duration
}

// Every function has these metrics, and all metrics have this one dimension.
const (
	Dimension = "FunctionName" // as Lambda's own metrics have it
	Refused   = "refused"      // decided against the caller
	Failed    = "failed"       // no decision: the failure policy answered
	Degraded  = "degraded"     // answered with less than it should have
	Observed  = "observed"     // rules that would have refused
	Lasting   = "lasting"      // an operator must act; waiting does not help
	Slow      = "slow"         // took longer than Environment.Slow
)

// Demoted is a metric of pretokengeneration's own: a rule that holds at a token took out
// what was granted. The stack's alarm and dashboard use it.
const Demoted = "demoted"

// Namespace is the namespace of the metrics in an environment without one.
const Namespace = "CognitoTriggers"

// metrics returns the line's CloudWatch embedded metric format. The line is its own metric
// document, so nothing else is sent (CloudWatch user guide, "Embedded metric format"). No
// metric has a unit: every line pays for its bytes.
func metrics(namespace string, names ...string) json.RawMessage {
	if namespace == "" {
		namespace = Namespace
	}
	return json.RawMessage(`[{"Namespace":` + strconv.Quote(namespace) + `,"Dimensions":[["` + Dimension + `"]],"Metrics":[{"Name":"` +
		strings.Join(names, `"},{"Name":"`) + `"}]}]`)
}

// usual returns the metrics of every line, 0 or not: the alarms and the dashboard count
// calls by them.
func usual() []string { return []string{Refused, Failed, Degraded, Slow} }

// seldom are the metrics of a line that are not 0. A line without one says that it is 0,
// which alarms and dashboard take for granted: the line stays short, and a metric that
// nothing was counted in is not charged for that month.
type seldom struct {
	names []string
	attrs []slog.Attr
}

func (s *seldom) add(name string, n int) {
	if n > 0 {
		s.names, s.attrs = append(s.names, name), append(s.attrs, slog.Int(name, n))
	}
}

// log writes the invocation's one line.
func (c *Chain) log(ctx context.Context, r record) {
	attrs := make([]slog.Attr, 0, 20)
	if lambda, ok := lambdacontext.FromContext(ctx); ok {
		attrs = append(attrs, slog.String("requestId", lambda.AwsRequestID))
	}
	attrs = append(attrs,
		slog.String("trigger", c.sourceName(r.event)),
		slog.String("outcome", r.outcome()),
		slog.Float64("durationMs", float64(r.took.Microseconds())/1000),
		slog.Int(Refused, count(r.refused())),
		slog.Int(Failed, count(r.failed())),
		slog.Int(Degraded, count(r.decision.Degraded)),
		slog.Int(Slow, count(c.env.Slow > 0 && r.took > c.env.Slow)),
	)
	var rare seldom
	rare.add(Observed, len(r.decision.Observed))
	rare.add(Lasting, count(lasts(r.trouble())))
	for _, name := range c.counts {
		rare.add(name, count(slices.Contains(r.decision.Counted, name)))
	}
	document := c.metrics
	if rare.names != nil {
		document = metrics(c.env.Namespace, append(usual(), rare.names...)...)
	}
	attrs = slices.Concat(attrs, rare.attrs, r.details())
	attrs = append(attrs, slog.Group("_aws",
		slog.Int64("Timestamp", r.began.UnixMilli()),
		slog.Any("CloudWatchMetrics", document)))
	c.env.Log.LogAttrs(ctx, r.level(), LineMessage, attrs...)
}

// sourceName returns the event's source for the log. An unknown source is text from
// outside and stays out.
func (c *Chain) sourceName(event *cognito.Event) string {
	if event == nil || !event.Source.In(c.sources) {
		return "unknown"
	}
	return string(event.Source)
}

// details returns the attributes that only some lines have.
func (r record) details() []slog.Attr {
	var attrs []slog.Attr
	add := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	if r.refusal != nil {
		r.decision.Code = r.refusal.Code
	}
	add("code", r.decision.Code)
	add("rule", r.decision.Rule)
	if len(r.decision.Observed) > 0 {
		attrs = append(attrs, slog.Any("wouldRefuse", r.decision.Observed))
	}
	if err := r.trouble(); err != nil {
		add("cause", cause(err))
	}
	if r.event != nil && r.decision.User != "" {
		add("user", UserHash(r.event.UserPoolID, r.decision.User))
	}
	return attrs
}

// trouble returns what kept the handler from its work, or nil. A refusal may have one, too.
func (r record) trouble() error {
	switch {
	case r.failed():
		return r.err
	case r.decision.Degraded:
		return r.decision.Cause
	}
	return nil
}

// refused reports a decision against the caller, failed the lack of a decision.
func (r record) refused() bool { return isRefusal(r.err) }

func isRefusal(err error) bool {
	_, refused := errors.AsType[deny.Refusal](err)
	return refused
}

func (r record) failed() bool { return r.err != nil && !r.refused() }

func (r record) outcome() string {
	switch {
	case r.refused():
		return "refused"
	case errors.Is(r.err, ErrUnknownSource):
		return "unknown"
	case r.err != nil:
		return "failed"
	case r.decision.Degraded:
		return "degraded"
	case r.decision.Outcome != "":
		return r.decision.Outcome
	}
	return "ok"
}

func (r record) level() slog.Level {
	switch {
	case r.failed():
		return slog.LevelError
	case r.decision.Degraded:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// LineMessage is the message of every line, which tells it from the lines of others.
const LineMessage = "invocation"

// UserHash returns the member user of a line. It identifies a user across lines without
// naming the user: the first 12 hex digits of the SHA-256 of pool and sub. A sub is a random
// UUID, so the hash needs no key.
func UserHash(pool, sub string) string {
	sum := sha256.Sum256([]byte(pool + "#" + sub))
	return hex.EncodeToString(sum[:6])
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
