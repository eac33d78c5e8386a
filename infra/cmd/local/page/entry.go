package page

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
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
	// Requests are those to the table, in their order.
	Requests []tableCall `json:"tableRequests,omitempty"`
	// Rules are what every rule that acts now says to a sign-up, at the event's time.
	Rules []support.RuleVerdict `json:"rules,omitempty"`
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
	shown := invocation{Invocation: found, Rules: p.suite.verdicts(found)}
	if found.Reply != nil {
		shown.Changes = diff(found.Event, found.Reply)
	}
	for _, c := range found.Table {
		shown.Requests = append(shown.Requests, tableCall{c, sayings(json.RawMessage(c.Request))})
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
