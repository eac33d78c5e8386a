package page

import "net/http"

func (p *Page) timeline() part {
	return part{views: []View{{
		Path: "/timeline", Title: "Timeline", Menu: true, Template: "timeline.html",
		Data: func(*http.Request) (any, error) { return struct{}{}, nil },
	}}}
}
