package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// logLine is what the log of a job says of a row (developer guide, "Viewing the results").
var logLine = regexp.MustCompile(`^\[(SUCCEEDED|SKIPPED|FAILED)\] Line Number (\d+) - `)

// failedRows reads a job's log. The guide does not say whether the header is line 1: the smallest number
// of the log is the first row's, since each row has a line.
func (c *call) failedRows(ctx context.Context, group string, j job) (rows []int, err error) {
	first, client := 0, c.aws
	client.Endpoint = c.logs
	in := map[string]any{"logGroupName": group, "logStreamNames": []string{j.JobID + "/" + j.JobName}}
	for more := true; more; {
		var page struct {
			Events    []struct{ Message string }
			NextToken string
		}
		answer, _, err := client.Call(ctx, "logs", "Logs_20140328.FilterLogEvents", in)
		if err == nil {
			err = json.Unmarshal(answer, &page)
		}
		if err != nil {
			return nil, fmt.Errorf("reading which rows failed in the log %s (which needs logs:FilterLogEvents): %w", group, err)
		}
		for _, event := range page.Events {
			said := logLine.FindStringSubmatch(event.Message)
			if said == nil {
				continue
			}
			line, _ := strconv.Atoi(said[2])
			if first == 0 || line < first {
				first = line
			}
			if said[1] == "FAILED" {
				rows = append(rows, line)
			}
		}
		in["nextToken"], more = page.NextToken, page.NextToken != ""
	}
	for i := range rows {
		rows[i] -= first
	}
	slices.Sort(rows)
	if len(rows) < j.FailedUsers { // a log is complete a moment after its events
		return nil, fmt.Errorf("%d rows of %s have failed, and its log %s names %d: repeat the call", j.FailedUsers, j.JobName, group, len(rows))
	}
	return rows, nil
}
