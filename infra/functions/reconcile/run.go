package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"syscall"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cost"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// reserve is the rest of the function's time when the sweep stops: for what is in
// progress, and for the last write of the book.
const reserve = 30 * time.Second

// book is the pool's, which also says how the last pass ended.
type book interface {
	sweep.Book
	Pass(ctx context.Context) (sweep.Pass, time.Time, error)
}

// function runs sweeps, one after the other.
type function struct {
	policy string
	// namespace is that of the metrics, name the function's on AWS, their dimension.
	namespace, name string

	// every is the time between the beginnings of two passes.
	every time.Duration

	pool    sweep.Pool
	table   sweep.Table
	book    book
	options sweep.Options
	log     *slog.Logger
}

// run makes one pass, or a part of one, or nothing where none is due: the schedule is the chain
// that brings a pass to its end, whatever ended a run. Running out of time is not an error, nor
// is another holder of the lease, nor an incomplete list: it has an outcome, a metric and an
// alarm of its own.
func (f *function) run(ctx context.Context) error {
	began := time.Now()
	last, _, err := f.book.Pass(ctx)
	known := err == nil
	if known && !f.due(last, began) {
		f.record(slog.LevelInfo, "idle: no pass is open, and none is due", sweep.Report{}, began, new(age(last, began)), nil)
		return nil
	}
	var report sweep.Report
	if known {
		report, err = f.sweep(ctx, last.Report.Incomplete) // such a pool is listed again
	}
	if _, many := errors.AsType[sweep.TooMany](err); many && !began.Before(last.Report.StartedAt.Add(f.every)) {
		report, err = f.sweep(ctx, true) // it waited for an operator until the next pass's time
	}
	level, outcome := slog.LevelInfo, "complete"
	_, held := errors.AsType[sweep.Held](err)
	switch {
	case report.Incomplete:
		level, outcome, err = slog.LevelError, "incomplete: the pool listed far fewer users than it estimates, and no row was buried", nil
	case errors.Is(err, context.DeadlineExceeded):
		level, outcome, err = slog.LevelWarn, "stopped before its deadline; the next run goes on", nil
	case held:
		outcome, err = "idle: another sweep of the pool is at work", nil
	case err != nil:
		level, outcome = slog.LevelError, "failed"
	}
	if report.Complete {
		last.WholeAt = report.CheckedAt
	}
	var old *time.Duration // without it the alarm rings
	if known {
		old = new(age(last, time.Now()))
	}
	f.record(level, outcome, report, began, old, err)
	return err
}

// due reports whether there is work: a pass that is open, or the time of the next one. A pool
// whose list was incomplete is listed again at that time.
func (f *function) due(last sweep.Pass, now time.Time) bool {
	return last.Open() && !last.Report.Incomplete || !now.Before(last.Report.StartedAt.Add(f.every))
}

// age returns how long ago the last whole pass ended, or, without one, the first pass began.
func age(last sweep.Pass, now time.Time) time.Duration {
	since := cmp.Or(last.WholeAt, last.Since)
	if since.IsZero() {
		return 0
	}
	return max(0, now.Sub(since))
}

func (f *function) sweep(ctx context.Context, fresh bool) (sweep.Report, error) {
	o, cancelled := f.options, ctx
	o.SaveEvery, o.Fresh = 2*time.Second, fresh
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		cancelled, cancel = context.WithDeadline(ctx, deadline.Add(-reserve))
		defer cancel()
	}
	return sweep.Run(cancelled, f.pool, f.table, f.book, o)
}

// metrics returns the fixed part of the line's CloudWatch embedded metric format.
func metrics(namespace string, aged bool) json.RawMessage {
	age := ""
	if aged {
		age = `,{"Name":"passAgeHours"}`
	}
	return json.RawMessage(`[{"Namespace":` + strconv.Quote(namespace) + `,"Dimensions":[["FunctionName"]],"Metrics":[` +
		`{"Name":"drift"},{"Name":"healed"},{"Name":"failed"},{"Name":"complete"},{"Name":"incomplete"}` + age + `]}]`)
}

// record writes the run's one line, which is also its metric document. Its counts are
// those of the pass, which may have begun in an earlier run. It contains no sub, and no age
// where the book could not be read.
func (f *function) record(level slog.Level, outcome string, r sweep.Report, began time.Time, age *time.Duration, err error) {
	attrs := []slog.Attr{
		slog.String("FunctionName", f.name), slog.String("outcome", outcome), slog.String("policy", f.policy),
		slog.Float64("durationMs", float64(time.Since(began).Microseconds())/1000),
		slog.Int("drift", r.Total()), slog.Int("healed", r.Written), slog.Int("failed", count(err != nil)), slog.Int("complete", count(r.Complete)),
		slog.Int("incomplete", count(r.Incomplete)), slog.Float64("leftHours", hours(r.Left())), slog.Float64("dollars", cost.Table(r.Units())),
		slog.Any("report", r),
	}
	if age != nil {
		attrs = append(attrs, slog.Float64("passAgeHours", hours(*age)))
	}
	if err != nil {
		attrs = append(attrs, slog.String("cause", cause(err)))
	}
	attrs = append(attrs, slog.Group("_aws", slog.Int64("Timestamp", began.UnixMilli()), slog.Any("CloudWatchMetrics", metrics(f.namespace, age != nil))))
	f.log.LogAttrs(context.Background(), level, "sweep", attrs...)
}

// cause returns an error without a service's text, which may name a user.
func cause(err error) string {
	many := sweep.TooMany{}
	if errors.As(err, &many) {
		return many.Error()
	}
	if coded, ok := errors.AsType[interface {
		error
		ErrorCode() string
	}](err); ok {
		return coded.ErrorCode()
	}
	switch first := innermost(err).(type) {
	case sweep.Unusable, syscall.Errno: // constants
		return first.Error()
	default:
		return fmt.Sprintf("%T", first)
	}
}

// innermost returns the first cause; of joined errors, that of the first.
func innermost(err error) error {
	for {
		var inner error
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			inner = e.Unwrap()
		case interface{ Unwrap() []error }:
			if all := e.Unwrap(); len(all) > 0 {
				inner = all[0]
			}
		}
		if inner == nil {
			return err
		}
		err = inner
	}
}

func hours(d time.Duration) float64 { return math.Round(d.Hours()*100) / 100 }

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
