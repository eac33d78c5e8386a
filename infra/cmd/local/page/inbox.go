package page

import (
	"net/http"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

func (p *Page) inboxViews() part {
	return part{views: []View{
		{Path: "/messages", Title: "Inbox", Menu: true, Template: "messages.html", Data: p.messages},
		{Path: "/messages/{id}", Title: "Message", Template: "message.html", Data: p.message},
	}}
}

// inbox is the newest messages to an address, newest first.
type inbox struct {
	To       string             `json:"to,omitempty"`
	Messages []timeline.Message `json:"messages"`
	// More is how many older ones are kept and not shown.
	More int `json:"more,omitempty"`
}

func (p *Page) messages(r *http.Request) (any, error) {
	found := inbox{To: r.FormValue("to"), Messages: []timeline.Message{}}
	all := p.entries.Messages(found.To)
	var list room
	for _, m := range all {
		if !list.takes(m) {
			break
		}
		found.Messages = append(found.Messages, m)
	}
	found.More = len(all) - len(found.Messages)
	return found, nil
}

func (p *Page) message(r *http.Request) (any, error) {
	all := p.entries.Messages("")
	at := slices.IndexFunc(all, func(m timeline.Message) bool { return m.ID == r.PathValue("id") })
	if at < 0 {
		return nil, gone("message")
	}
	return all[at], nil
}
