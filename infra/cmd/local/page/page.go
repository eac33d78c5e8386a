// Package page is the page of the local cloud, http://localhost:4814: what happened, what was
// mailed, who the users are, and why.
//
// A View is one function that returns data. The same data is HTML at the view's path and JSON
// under /api, so that the two cannot differ. An Action is one function that changes something:
// a form's POST, which leads back to a view, and the same POST under /api, which answers with
// JSON. Nothing else answers but the stylesheet, the module and the stream of what is new.
// Every view and every entry has a path of its own.
//
// Every view works without JavaScript. The module (page.js) only hears from the stream that
// something is new, asks for the same view again and puts the changed rows in place: no second
// piece of code draws a row, and the page is as long as the view's own answer.
//
// The page shows codes and users, and it changes them. So it is for its own origin only
// (door.ServeOwn): a page of another origin reads nothing and changes nothing. What is shown
// was written by strangers: html/template escapes it, and the content policy lets in no script
// and no style but the two files of this package.
package page

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

//go:embed *.html page.css page.js
var files embed.FS

// Page is the running page.
type Page struct {
	cloud    *localcloud.Cloud
	suite    *suite // nil without a user pool and a table
	entries  *timeline.Timeline
	switches switchboard // nil without a cloud
	door     *door.Door
	mux      *http.ServeMux
	layout   *template.Template
	menu     []View
	routes   []route
}

// route is what answers, for the test that walks over all of it.
type route struct{ method, path string }

// Start opens the page of a running cloud with a timeline at a port of localhost; 0 is a free
// one. Close ends it.
func Start(cloud *localcloud.Cloud, port int, options ...Option) (*Page, error) {
	p, err := build(cloud, cloud.Timeline(), options...)
	if err != nil {
		return nil, err
	}
	return p, p.open(port)
}

// open begins to answer.
func (p *Page) open(port int) (err error) {
	if p.door, err = door.Listen("the page", port); err != nil {
		return err
	}
	p.door.ServeOwn(guard(p.mux), nil)
	return nil
}

// build registers everything that answers.
func build(cloud *localcloud.Cloud, entries *timeline.Timeline, options ...Option) (*Page, error) {
	layout, err := template.New("layout.html").Funcs(words).ParseFS(files, "layout.html", "parts.html")
	if err != nil {
		return nil, fmt.Errorf("reading the page's layout: %w", err)
	}
	p := &Page{cloud: cloud, suite: suiteOf(cloud, entries, options...), entries: entries, mux: http.NewServeMux(), layout: layout}
	if cloud != nil {
		p.switches = cloud
	}
	parts := []part{p.timelineViews(), p.inboxViews(), p.faultsViews()}
	if p.suite != nil {
		parts = slices.Insert(parts, 2, p.suite.usersViews(), p.suite.tokensViews(), p.suite.rulesViews(), p.suite.performance.views(), p.suite.logsViews())
	}
	for _, part := range parts {
		if err := p.add(part); err != nil {
			return nil, err
		}
	}
	p.handle(http.MethodGet, "/api/events", p.stream)
	for _, name := range []string{"page.css", "page.js"} {
		p.handle(http.MethodGet, "/"+name, func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, name) })
	}
	p.handle(http.MethodGet, "/{$}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, p.menu[0].Path, http.StatusFound)
	})
	return p, nil
}

// handle is the only way to an answer.
func (p *Page) handle(method, path string, answer http.HandlerFunc) {
	p.routes = append(p.routes, route{method, path})
	p.mux.HandleFunc(method+" "+path, answer)
}

// URL returns the page's address without a trailing slash.
func (p *Page) URL() string { return p.door.URL() }

// Close ends every connection, the stream's too, and the demo if it is running.
func (p *Page) Close() error {
	if p.suite != nil {
		p.suite.performance.end()
	}
	return p.door.Close()
}
