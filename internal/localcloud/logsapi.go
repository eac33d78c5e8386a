package localcloud

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// logsAPI is CloudWatch Logs of the functions, read from the timeline, and of the user pools'
// import jobs: FilterLogEvents
// (docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html).
// It forgets what the timeline forgets, and the pages of functions have all: the timeline is
// bounded.
type logsAPI struct {
	timeline *timeline.Timeline
	// functions are those of the stack by log group.
	functions map[string]template.Function
	// imports reads the log of import jobs; false for a group that is none of a pool.
	imports func(group string) ([]userpool.ImportLine, bool)
}

func newLogsAPI(stack *template.Stack, t *timeline.Timeline, imports func(string) ([]userpool.ImportLine, bool)) logsAPI {
	a := logsAPI{t, map[string]template.Function{}, imports}
	for _, f := range stack.Functions {
		a.functions[cmp.Or(f.LogGroup, "/aws/lambda/"+f.Name)] = f
	}
	return a
}

// LogEvent is an event of a log group.
type LogEvent struct {
	// At is in milliseconds since 1970.
	At        int64  `json:"timestamp"`
	Ingested  int64  `json:"ingestionTime"`
	ID        string `json:"eventId"`
	LogStream string `json:"logStreamName"`
	Text      string `json:"message"`
}

// ServeHTTP implements http.Handler.
func (a logsAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	refuse := func(code, why string) {
		answerLogs(w, http.StatusBadRequest, map[string]string{"__type": code, "message": why})
	}
	var in logsAsked
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		refuse("InvalidParameterException", "the local cloud takes logGroupName, logStreamNames, filterPattern, startTime, endTime and nextToken: "+err.Error())
		return
	}
	matches, ok := pattern(in.FilterPattern)
	events, there := a.events(in)
	switch {
	case r.Header.Get("X-Amz-Target") != "Logs_20140328.FilterLogEvents":
		refuse("UnknownOperationException", "the local cloud knows FilterLogEvents only.")
	case !there:
		refuse("ResourceNotFoundException", "The specified log group does not exist.")
	case !ok:
		refuse("InvalidParameterException", "the local cloud knows filter patterns of the form { ($.a = 1 && $.b != \"x\") || ($.c > 2) } only")
	default:
		events = slices.DeleteFunc(events, func(e LogEvent) bool {
			other := len(in.LogStreamNames) > 0 && !slices.Contains(in.LogStreamNames, e.LogStream)
			return other || e.At < in.StartTime || in.EndTime != nil && e.At > *in.EndTime || !matches(e.Text)
		})
		answerLogs(w, http.StatusOK, in.page(events))
	}
}

// logsAsked is what a request may have.
type logsAsked struct {
	LogGroupName, FilterPattern, NextToken string
	LogStreamNames                         []string
	StartTime                              int64
	EndTime                                *int64
}

// maxLogEvents is how many events a page has (API reference, FilterLogEvents, limit).
const maxLogEvents = 10_000

// page returns the events from the token on, which says how many were on the pages before.
func (in logsAsked) page(events []LogEvent) map[string]any {
	before, _ := strconv.Atoi(in.NextToken)
	begin := min(max(before, 0), len(events))
	end := min(begin+maxLogEvents, len(events))
	page := map[string]any{"events": events[begin:end], "searchedLogStreams": []any{}}
	if end < len(events) {
		page["nextToken"] = strconv.Itoa(end)
	}
	return page
}

// events returns those of a log group, false if there is none.
func (a logsAPI) events(in logsAsked) ([]LogEvent, bool) {
	if function, there := a.functions[in.LogGroupName]; there {
		return slices.DeleteFunc(LogEvents(a.timeline.Since(function.Name, time.UnixMilli(in.StartTime))), func(e LogEvent) bool {
			return function.SystemLogLevel == "WARN" && reportsSuccess(e.Text)
		}), true
	}
	lines, there := a.imports(in.LogGroupName)
	events := make([]LogEvent, len(lines))
	for i, l := range lines {
		events[i] = LogEvent{l.At.UnixMilli(), l.At.UnixMilli(), strconv.Itoa(i), l.Stream, l.Text}
	}
	return events, there
}

func answerLogs(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// LogEvents returns the lines of the invocations, and Lambda's report behind each.
func LogEvents(all []timeline.Invocation) []LogEvent {
	events := []LogEvent{}
	for _, in := range all {
		end := in.Start.Add(time.Duration(in.Millis * float64(time.Millisecond))).UnixMilli()
		for i, text := range append(slices.Clone(in.Log), report(in)) {
			events = append(events, LogEvent{end, end, in.ID + "-" + strconv.Itoa(i), "local", text})
		}
	}
	return events
}

// reportsSuccess matches what the system log level WARN leaves out: the report of an
// invocation that has succeeded (Lambda guide, "Log-level filtering").
var reportsSuccess, _ = pattern(`{ $.type = "platform.report" && $.record.status = "success" }`)

// report is Lambda's line at the end of an invocation (Lambda guide, "Lambda Telemetry API
// Event schema reference", platform.report).
func report(in timeline.Invocation) string {
	status, metrics := "success", map[string]any{"durationMs": in.Millis}
	switch {
	case strings.Contains(in.Error, "Timedout"):
		status = "timeout"
	case in.Error != "":
		status = "error"
	}
	if in.Cold {
		metrics["initDurationMs"] = in.InitMillis
	}
	text, _ := json.Marshal(map[string]any{
		"time": in.Start, "type": "platform.report", "record": map[string]any{"requestId": in.ID, "status": status, "metrics": metrics},
	})
	return string(text)
}
