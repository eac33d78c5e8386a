// Package sample is the sample app: one page that signs a user up, confirms, signs in,
// refreshes and signs out, and shows what the tokens say. `make local` serves it at
// http://localhost:4815, an origin of its own, so that it reaches the user pool as any app
// does: across origins, by the unsigned operations and the OAuth endpoints.
//
// Its source is what a front-end developer copies: index.html, style.css, app.mjs and
// refusal.mjs of infra/client/js. It has no build step and imports nothing from elsewhere:
// the eight calls that it makes are short without an SDK, and a bundle of one would be
// foreign code in this repository. Where the user pool is and which app client the app is
// stands in local.js, which AWS Amplify takes as well; so the same files run against AWS.
//
// The files are read from the project's folder at each request: an edit shows at the next
// reload. The page's Content-Security-Policy lets it reach the user pool and nothing else.
// Every page may link to it, none may frame it or read it.
package sample

import (
	"bytes"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
)

// App is the running sample app.
type App struct {
	// Port on localhost; 0 is a free one.
	Port int
	// Infra is the project's folder infra, which has the files.
	Infra string
	// Config is local.js: a module whose default export is what Amplify.configure takes.
	Config []byte
	// Reaches are the origins that the app calls.
	Reaches []string
}

// Serve opens the port; closing the door ends it.
func (a App) Serve() (*door.Door, error) {
	d, err := door.Listen("the sample app", a.Port)
	if err != nil {
		return nil, err
	}
	d.ServeOwn(a.handler(), followed)
	return d, nil
}

// followed reports whether the user follows a link here, or comes back from the sign-in
// page. A script of another page cannot say so (Fetch Metadata: a forbidden header name).
func followed(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate"
}

func (a App) handler() http.Handler {
	// form-action keeps a password out of addresses, should the script not run.
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src " + strings.Join(a.Reaches, " ") +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	mux := http.NewServeMux()
	serve := func(path, kind string, content http.HandlerFunc) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			header := w.Header()
			header.Set("Content-Security-Policy", policy)
			header.Set("Content-Type", kind+"; charset=utf-8")
			header.Set("X-Content-Type-Options", "nosniff")
			header.Set("Referrer-Policy", "no-referrer")
			header.Set("Cache-Control", "no-store")
			content(w, r)
		})
	}
	file := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, filepath.Join(a.Infra, name)) }
	}
	serve("/{$}", "text/html", file("cmd/local/sample/index.html"))
	serve("/style.css", "text/css", file("cmd/local/sample/style.css"))
	serve("/app.mjs", "text/javascript", file("cmd/local/sample/app.mjs"))
	serve("/refusal.mjs", "text/javascript", file("client/js/refusal.mjs"))
	serve("/local.js", "text/javascript", func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "local.js", time.Time{}, bytes.NewReader(a.Config))
	})
	return mux
}
