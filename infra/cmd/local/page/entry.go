package page

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// gone says what happened to an entry that is not there.
func gone(what string) error {
	return Problem{http.StatusNotFound, "there is no such " + what + ": the local cloud keeps the newest only, and none after a restart"}
}

type call struct{ timeline.Call }

// Heading says what is shown.
func (c call) Heading() string { return c.Operation }

func (p *Page) call(r *http.Request) (any, error) {
	found, ok := p.entries.Call(r.PathValue("id"))
	if !ok {
		return nil, gone("call")
	}
	return call{found}, nil
}

// invocation is one event in one function, with what its function changed.
type invocation struct {
	timeline.Invocation
	// Changes are the event as it came back beside the event as it went in.
	Changes Changes `json:"changes,omitempty"`
	// Requests are the conditions of the table's requests, in their order.
	Requests []tableCall `json:"tableRequests,omitempty"`
	// Original is what it replays, Beside the two replies.
	Original *timeline.Invocation `json:"original,omitempty"`
	Beside   Changes              `json:"beside,omitempty"`
}

// Heading says what is shown.
func (i invocation) Heading() string {
	if i.Source == "" {
		return i.Function
	}
	return i.Source
}

func (p *Page) invocation(r *http.Request) (any, error) {
	found, ok := p.entries.Invocation(r.PathValue("id"))
	if !ok {
		return nil, gone("invocation")
	}
	shown := invocation{Invocation: found}
	if found.Reply != nil {
		shown.Changes = diff(found.Event, found.Reply)
	}
	for _, c := range found.Table {
		shown.Requests = append(shown.Requests, tableCall{c, expressions(c.Request)})
	}
	if original, ok := p.entries.Invocation(found.ReplayOf); ok {
		shown.Original, shown.Beside = &original, diff(original.Reply, found.Reply)
	}
	return shown, nil
}

// replay sends the event again and leads to what the function answers now.
func (p *Page) replay(r *http.Request) (any, string, error) {
	id := r.PathValue("id")
	if _, ok := p.entries.Invocation(id); !ok || p.cloud == nil {
		return nil, "", gone("invocation")
	}
	now, err := p.cloud.Replay(r.Context(), id)
	if err != nil {
		return nil, "", Problem{http.StatusUnprocessableEntity, err.Error()}
	}
	return now, "/invocations/" + now.ID, nil
}

func (p *Page) edit(r *http.Request) (any, error) {
	all := p.entries.Entries("", 0)
	at := slices.IndexFunc(all, func(e timeline.Entry) bool { return e.ID == r.PathValue("id") && e.Edit != nil })
	if at < 0 {
		return nil, gone("edit")
	}
	return *all[at].Edit, nil
}

// tableCall is a request to the table with its expressions in one piece.
type tableCall struct {
	timeline.TableCall
	Says []expression `json:"says,omitempty"`
}

// expression is what a request asks of a row, with names and values in their place.
type expression struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

var (
	placeholder = regexp.MustCompile(`[#:]\w+`)
	kinds       = []string{"KeyConditionExpression", "ConditionExpression", "UpdateExpression", "FilterExpression", "ProjectionExpression"}
)

// expressions finds the expressions of a request, those of a transaction's members too.
func expressions(request []byte) (found []expression) {
	var members map[string]json.RawMessage
	if json.Unmarshal(request, &members) != nil {
		return nil
	}
	put := map[string]string{}
	for _, field := range []string{"ExpressionAttributeNames", "ExpressionAttributeValues"} {
		var values map[string]json.RawMessage
		_ = json.Unmarshal(members[field], &values)
		for name, value := range values {
			put[name] = plain(value)
		}
	}
	for _, kind := range kinds {
		var text string
		if json.Unmarshal(members[kind], &text) == nil && text != "" {
			found = append(found, expression{kind, placeholder.ReplaceAllStringFunc(text, func(name string) string {
				if value, ok := put[name]; ok {
					return value
				}
				return name
			})})
		}
	}
	return append(found, ofTransaction(members)...)
}

// ofTransaction finds those of TransactWriteItems and TransactGetItems.
func ofTransaction(members map[string]json.RawMessage) (found []expression) {
	var items []map[string]json.RawMessage
	_ = json.Unmarshal(members["TransactItems"], &items)
	for _, item := range items {
		for _, of := range item {
			found = append(found, expressions(of)...)
		}
	}
	return found
}

// plain is a name as it is, and a value of DynamoDB without its type: {"N":"5"} is 5.
func plain(value json.RawMessage) string {
	var name string
	if json.Unmarshal(value, &name) == nil {
		return name
	}
	var typed map[string]json.RawMessage
	if json.Unmarshal(value, &typed) == nil && len(typed) == 1 {
		for kind, inner := range typed {
			if kind == "N" && json.Unmarshal(inner, &name) == nil {
				return name
			}
			return string(inner)
		}
	}
	return string(value)
}
