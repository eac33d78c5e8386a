package page

import "net/http"

func (p *Page) inbox() part {
	return part{views: []View{{
		Path: "/messages", Title: "Inbox", Menu: true, Template: "inbox.html",
		Data: func(*http.Request) (any, error) { return struct{}{}, nil },
	}}}
}
