package page

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
)

// View is a part of the page that shows something.
type View struct {
	// Path is a pattern of http.ServeMux without a method, such as /users/{sub}. The JSON is
	// at /api + Path.
	Path string
	// Title is the heading, unless the data has a method Heading() string.
	Title string
	// Menu puts the view into the navigation.
	Menu bool
	// Template is the file that defines "main", which gets what Data returns.
	Template string
	// Data returns what is shown. It reads the request's path values and form values, and
	// changes nothing. A Problem sets the status.
	Data func(*http.Request) (any, error)
}

// Action is a part of the page that changes something by POST, from a form or with a form's
// values under /api.
type Action struct {
	// Path is a pattern as in View.
	Path string
	// Do makes the change. result is the JSON, next the path to which the form leads; "" shows
	// the result itself, which is kept nowhere. An Again shows the form once more.
	Do func(*http.Request) (result any, next string, err error)
	// Title and Template show a result and an Again, as those of a View.
	Title, Template string
}

// part is one entry of the navigation with all that belongs to it.
type part struct {
	views   []View
	actions []Action
}

// Problem is an error with a status. Its text is shown.
type Problem struct {
	Status int
	Text   string
}

// Error implements error.
func (p Problem) Error() string { return p.Text }

// Again is a Problem of an Action that loses nothing of what was written: Shown is what the
// action's template shows. Details are beside the text in JSON.
type Again struct {
	Problem
	Shown, Details any
}

// Unwrap returns the Problem.
func (a Again) Unwrap() error { return a.Problem }

// add registers a part: each data function under both of its paths.
func (p *Page) add(of part) error {
	for _, v := range of.views {
		shown, err := template.Must(p.layout.Clone()).ParseFS(files, v.Template)
		if err != nil {
			return fmt.Errorf("reading %s: %w", v.Template, err)
		}
		if v.Menu {
			p.menu = append(p.menu, v)
		}
		p.handle(http.MethodGet, v.Path, func(w http.ResponseWriter, r *http.Request) {
			data, err := v.Data(r)
			p.html(w, r, shown, v, data, err)
		})
		p.handle(http.MethodGet, "/api"+v.Path, func(w http.ResponseWriter, r *http.Request) {
			data, err := v.Data(r)
			answer(w, data, err)
		})
	}
	for _, a := range of.actions {
		if err := p.act(a); err != nil {
			return err
		}
	}
	return nil
}

// act registers an action.
func (p *Page) act(a Action) error {
	shown := p.layout
	if a.Template != "" {
		var err error
		if shown, err = template.Must(p.layout.Clone()).ParseFS(files, a.Template); err != nil {
			return fmt.Errorf("reading %s: %w", a.Template, err)
		}
	}
	p.handle(http.MethodPost, a.Path, func(w http.ResponseWriter, r *http.Request) {
		result, next, err := a.do(r)
		if err == nil && next != "" {
			http.Redirect(w, r, next, http.StatusSeeOther)
			return
		}
		p.html(w, r, shown, View{Title: cmp.Or(a.Title, "It did not work")}, result, err)
	})
	p.handle(http.MethodPost, "/api"+a.Path, func(w http.ResponseWriter, r *http.Request) {
		result, _, err := a.do(r)
		answer(w, result, err)
	})
	return nil
}

func (a Action) do(r *http.Request) (any, string, error) {
	if err := r.ParseForm(); err != nil {
		return nil, "", Problem{http.StatusBadRequest, "reading the form: " + err.Error()}
	}
	return a.Do(r)
}

// shell is what the layout shows around a view.
type shell struct {
	Title, Path, API, Error string
	Menu                    []View
	Active                  []string
	Data                    any
}

// html answers with the layout around a view, written only when it is whole.
func (p *Page) html(w http.ResponseWriter, r *http.Request, shown *template.Template, v View, data any, fault error) {
	s := shell{Title: v.Title, Path: v.Path, API: "/api" + r.URL.RequestURI(), Menu: p.menu, Active: p.activeFaults(), Data: data}
	if again, ok := errors.AsType[Again](fault); ok {
		s.Error, s.Data = again.Text, again.Shown
	} else if fault != nil {
		s.Error, s.Data, shown = fault.Error(), nil, p.layout
	}
	if named, ok := s.Data.(interface{ Heading() string }); ok {
		s.Title = named.Heading()
	}
	if r.Method == http.MethodPost {
		s.API = "" // it is kept nowhere
	}
	var body bytes.Buffer
	if err := shown.Execute(&body, s); err != nil {
		http.Error(w, "writing the view: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status(fault))
	_, _ = w.Write(body.Bytes())
}

// answer answers with JSON; an error is {"error": text}, that of a form has details.
func answer(w http.ResponseWriter, data any, fault error) {
	if again, ok := errors.AsType[Again](fault); ok {
		data = map[string]any{"error": again.Text, "details": again.Details}
	} else if fault != nil {
		data = map[string]string{"error": fault.Error()}
	}
	body, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		http.Error(w, "writing the answer: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status(fault))
	_, _ = w.Write(append(body, '\n'))
}

func status(fault error) int {
	var problem Problem
	switch {
	case fault == nil:
		return http.StatusOK
	case errors.As(fault, &problem):
		return problem.Status
	}
	return http.StatusInternalServerError
}
