package page

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// What a list shows: so many rows, and no further one beyond so many bytes of JSON. A link
// leads to the older ones.
const (
	mostRows  = 100
	mostBytes = 256 << 10
)

// room is what is left of a list.
type room struct{ rows, bytes int }

// takes reports whether there is room for one more row; there always is for the first.
func (r *room) takes(row any) bool {
	doc, err := json.Marshal(row)
	if err != nil || r.rows == mostRows || r.rows > 0 && r.bytes+len(doc) > mostBytes {
		return false
	}
	r.rows, r.bytes = r.rows+1, r.bytes+len(doc)
	return true
}

func (p *Page) timelineViews() part {
	return part{views: []View{
		{Path: "/timeline", Title: "Timeline", Menu: true, Template: "timeline.html", Data: p.recent},
		{Path: "/calls/{id}", Title: "Call", Template: "call.html", Data: p.call},
		{Path: "/invocations/{id}", Title: "Invocation", Template: "invocation.html", Data: p.invocation},
		{Path: "/edits/{id}", Title: "Edit", Template: "edit.html", Data: p.edit},
	}, actions: []Action{{Path: "/invocations/{id}/replay", Do: p.replay}}}
}

// filter is what the view is asked for.
type filter struct {
	User      string `json:"user,omitempty"`
	Operation string `json:"operation,omitempty"`
	Refused   bool   `json:"refused,omitempty"`
	// After asks for what came after this entry, Before for what came before it.
	After  string `json:"after,omitempty"`
	Before string `json:"before,omitempty"`
}

// recent is the newest entries that pass the filter, newest first.
type recent struct {
	filter
	Entries []timeline.Entry `json:"entries"`
	// Older is a query for the entries that follow; "" if there are none.
	Older string `json:"older,omitempty"`
	// Kept is the number of all entries that are kept.
	Kept int `json:"kept"`

	// Quiet reports that no app has called yet; Sample is the sample app's address.
	Quiet  bool   `json:"-"`
	Sample string `json:"-"`
}

// Live is the query of the newest entries: only they have news.
func (r recent) Live() bool { return r.Before == "" }

func (p *Page) recent(r *http.Request) (any, error) {
	ask := filter{
		User: r.FormValue("user"), Operation: r.FormValue("operation"), Refused: r.FormValue("refused") != "",
		After: r.FormValue("after"), Before: r.FormValue("before"),
	}
	all := p.entries.Entries(ask.After, 0)
	found := recent{filter: ask, Entries: []timeline.Entry{}, Kept: len(all)}
	found.Quiet = ask == filter{} && !slices.ContainsFunc(all, func(e timeline.Entry) bool { return e.Call != nil })
	if p.suite != nil {
		found.Sample = p.suite.sample
	}
	if at := slices.IndexFunc(all, func(e timeline.Entry) bool { return e.ID == ask.Before }); at >= 0 {
		all = all[at+1:]
	}
	var list room
	for _, e := range all {
		switch {
		case !ask.passes(e):
		case list.takes(e):
			found.Entries = append(found.Entries, e)
		default:
			query := r.URL.Query()
			query.Set("before", found.Entries[len(found.Entries)-1].ID)
			found.Older = "?" + query.Encode()
			return found, nil
		}
	}
	return found, nil
}

// passes reports whether an entry is asked for. An edit has no user.
func (f filter) passes(e timeline.Entry) bool {
	users, operations := named(e)
	return within(f.User, users) && within(f.Operation, operations) && (!f.Refused || refused(e))
}

// named returns what an entry says of users and operations.
func named(e timeline.Entry) (users, operations []string) {
	var invocations []timeline.Invocation
	var messages []timeline.Message
	switch {
	case e.Call != nil:
		users, operations = []string{e.Call.Username}, []string{e.Call.Operation}
		invocations, messages = e.Call.Invocations, e.Call.Messages
	case e.Invocation != nil:
		invocations = []timeline.Invocation{*e.Invocation}
	case e.Message != nil:
		messages = []timeline.Message{*e.Message}
	}
	for _, in := range invocations {
		users = append(users, in.Users...)
		operations = append(operations, in.Source, in.Function)
	}
	for _, m := range messages {
		users = append(users, m.Username, m.To)
	}
	return users, operations
}

// within reports whether one of the texts contains the part, whatever its case.
func within(part string, texts []string) bool {
	return part == "" || slices.ContainsFunc(texts, func(text string) bool {
		return strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSpace(part)))
	})
}

// refused reports whether something in the entry did not go through.
func refused(e timeline.Entry) bool {
	switch {
	case e.Call != nil:
		return e.Call.Status >= http.StatusBadRequest || e.Call.Error != "" || slices.ContainsFunc(e.Call.Invocations, failed)
	case e.Invocation != nil:
		return failed(*e.Invocation)
	case e.Edit != nil:
		return !e.Edit.Acted
	}
	return false
}

func failed(in timeline.Invocation) bool { return in.Error != "" }
