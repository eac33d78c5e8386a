package main

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// record is a line of a recording function (internal/kernel, recording.go).
type record struct {
	At        time.Time `json:"timestamp"`
	Function  string    `json:"function"`
	RequestID string    `json:"requestId"`
	// Recorded is event, reply or learned (what an update returned), Document its bytes.
	Recorded string `json:"recorded"`
	Document string `json:"document"`
}

// parse reads a line; false for any other line.
func parse(line []byte) (record, bool) {
	var r record
	if err := json.Unmarshal(line, &r); err != nil || r.Recorded == "" {
		return record{}, false
	}
	return r, true
}

// inOrder sorts records by time: an invocation is reported when its log is complete, not when
// it began.
func inOrder(all []record) []record {
	slices.SortStableFunc(all, func(a, b record) int { return a.At.Compare(b.At) })
	return all
}

// header has the members of an event that matter here.
type header struct {
	Source   string `json:"triggerSource"`
	Version  any    `json:"version"`
	UserName string `json:"userName"`
	Request  struct {
		UserAttributes map[string]any    `json:"userAttributes"`
		ClientMetadata map[string]string `json:"clientMetadata"`
	} `json:"request"`
}

// events returns the records of events, in order, with their headers.
func events(all []record) (came []record, headers []header) {
	for _, r := range all {
		var h header
		if r.Recorded == "event" && json.Unmarshal([]byte(r.Document), &h) == nil {
			came, headers = append(came, r), append(headers, h)
		}
	}
	return came, headers
}

// folder returns the folder of events/ of a source, "" for a source of another trigger.
func (h header) folder() string {
	kind, _, _ := strings.Cut(h.Source, "_")
	for _, t := range triggers.All() {
		if t.Source == kind {
			return t.Room
		}
	}
	return ""
}

// probed reports whether the event belongs to a question, not to the journey.
func (h header) probed() bool {
	address, _ := h.Request.UserAttributes["email"].(string)
	return slices.ContainsFunc([]string{subjectPrefix, slowPrefix, rowPrefix}, func(prefix string) bool { return strings.HasPrefix(address, prefix) })
}
