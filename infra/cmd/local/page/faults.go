package page

import "net/http"

func (p *Page) faultsViews() part {
	return part{views: []View{{
		Path: "/faults", Title: "Faults", Menu: true, Template: "faults.html",
		Data: func(*http.Request) (any, error) { return struct{}{}, nil },
	}}}
}

// activeFaults names the faults that are on, for the banner of every view.
func (p *Page) activeFaults() []string { return nil }
