package localcloud

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

var began = time.UnixMilli(1_800_000_000_000)

// logsClient is an SDK's client of the logs of two functions.
func logsClient(t *testing.T) *cloudwatchlogs.Client {
	t.Helper()
	kept := timeline.New(timeline.Limits{})
	for _, in := range []timeline.Invocation{
		{ID: "2", Function: "f", Start: began.Add(2 * time.Second), Millis: 5, Log: []string{`{"user":"u","refused":1}`, "plain"}, Error: "Runtime.ExitError"},
		{ID: "1", Function: "f", Start: began, Millis: 4000, Cold: true, InitMillis: 20, Error: "Sandbox.Timedout"},
		{ID: "3", Function: "g", Start: began, Log: []string{"of another function"}},
		{ID: "4", Function: "h", Start: began, Log: []string{"a success"}},
		{ID: "5", Function: "h", Start: began, Error: "Sandbox.Timedout"},
	} {
		kept.AddInvocation(in)
	}
	stack := &template.Stack{Functions: []template.Function{
		{Function: lambdahost.Function{Name: "f", LogGroup: "logs-of-f"}},
		{Function: lambdahost.Function{Name: "g"}},
		{Function: lambdahost.Function{Name: "h", LogGroup: "quiet"}, SystemLogLevel: "WARN"},
	}}
	server := httptest.NewServer(newLogsAPI(stack, kept, jobLog))
	t.Cleanup(server.Close)
	return cloudwatchlogs.New(cloudwatchlogs.Options{Region: "us-east-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")})
}

// jobLog is that of a pool with two import jobs, the second of which has a full page of lines.
func jobLog(group string) (lines []userpool.ImportLine, known bool) {
	if group != "/aws/cognito/userpools/pool/name" {
		return nil, false
	}
	lines = append(lines, userpool.ImportLine{At: began, Stream: "import-1/one", Text: "[FAILED] Line Number 2 - The row."})
	for i := range maxLogEvents + 1 {
		lines = append(lines, userpool.ImportLine{At: began.Add(time.Second), Stream: "import-2/two", Text: fmt.Sprintf("[SUCCEEDED] Line Number %d - The import succeeded.", i+2)})
	}
	return lines, true
}

func TestR108_TheLogOfAnImportJobIsReadPageByPage(t *testing.T) {
	client, group := logsClient(t), "/aws/cognito/userpools/pool/name"
	var texts []string
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(client, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group, LogStreamNames: []string{"import-2/two"}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			texts = append(texts, *e.Message)
		}
	}
	if n := len(texts); n != maxLogEvents+1 || texts[0] != "[SUCCEEDED] Line Number 2 - The import succeeded." || texts[n-1] == texts[0] {
		t.Errorf("%d lines, %q", n, texts[:1])
	}
	out, err := client.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group, EndTime: new(began.UnixMilli())})
	if err != nil || len(out.Events) != 1 || *out.Events[0].LogStreamName != "import-1/one" || out.NextToken != nil {
		t.Errorf("the first job: %+v, %v", out, err)
	}
	out, err = client.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group, StartTime: new(began.Add(time.Minute).UnixMilli())})
	if err != nil || len(out.Events) != 0 {
		t.Errorf("later: %+v, %v", out, err)
	}
}

// The logs of one function since a time, in order, each invocation with Lambda's report.
func TestR67_TheLogsOfAFunctionAreReadAsOnAWS(t *testing.T) {
	client := logsClient(t)
	read := func(group, pattern string, from time.Time) (string, error) {
		out, err := client.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group, FilterPattern: &pattern, StartTime: new(from.UnixMilli())})
		if refusal, ok := errors.AsType[smithy.APIError](err); ok {
			return refusal.ErrorCode(), nil
		}
		if err != nil {
			return "", err
		}
		ids := ""
		for _, e := range out.Events {
			ids += aws.ToString(e.EventId) + " "
		}
		return ids, nil
	}
	for _, test := range []struct {
		group, pattern string
		from           time.Time
		want           string
	}{
		{"logs-of-f", "", began, "1-0 2-0 2-1 2-2 "},
		{"logs-of-f", "", began.Add(time.Second), "2-0 2-1 2-2 "},
		{"/aws/lambda/g", "", began, "3-0 3-1 "},
		{"logs-of-h", "", began, "ResourceNotFoundException"},
		{"quiet", "", began, "4-0 5-0 "}, // the report of a success is not written
		{"logs-of-f", `{ $.user = "u" && $.refused = 1 }`, began, "2-0 "},
		{"logs-of-f", `{ $.user = "v" || ($.user = "u" && $.refused = 1) }`, began, "2-0 "},
		{"logs-of-f", `{ $.user = "u" && $.refused > 1 }`, began, ""},
		{"logs-of-f", `{ $.user != "v" }`, began, "2-0 "},
		{"logs-of-f", `{ $.refused != 1 }`, began, ""},
		{"logs-of-f", `{ $.record.metrics.initDurationMs > 0 }`, began, "1-0 "},
		{"logs-of-f", `{ $.record.status = "timeout" }`, began, "1-0 "},
		{"logs-of-f", `{ $.type = "platform.report" && $.record.status = "error" }`, began, "2-2 "},
		{"logs-of-f", `ERROR`, began, "InvalidParameterException"},
		{"logs-of-f", `{ ($.a = 1 || $.b = 2) && $.c = 3 }`, began, "InvalidParameterException"},
		{"logs-of-f", `{ $.a = "x || y" }`, began, "InvalidParameterException"},
		{"logs-of-f", "{ $.a = 1" + strings.Repeat(" || $.a = 1", 100) + " }", began, "InvalidParameterException"}, // longer than AWS takes
	} {
		if got, err := read(test.group, test.pattern, test.from); err != nil || got != test.want {
			t.Errorf("%s %s: %q, %v, want %q", test.group, test.pattern, got, err, test.want)
		}
	}
}

func TestR67_WhatTheLogsDoNotKnowIsRefused(t *testing.T) {
	client := logsClient(t)
	_, err := client.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
	if refusal, ok := errors.AsType[smithy.APIError](err); !ok || refusal.ErrorCode() != "UnknownOperationException" {
		t.Errorf("another operation: %v", err)
	}
	_, err = client.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: new("logs-of-f"), Limit: new(int32(1))})
	if refusal, ok := errors.AsType[smithy.APIError](err); !ok || refusal.ErrorCode() != "InvalidParameterException" {
		t.Errorf("another member: %v", err)
	}
}
