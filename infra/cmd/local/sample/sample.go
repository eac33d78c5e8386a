// Package sample is the sample app: one page that signs a user up, confirms, signs in,
// refreshes and signs out, and shows what the tokens say. `make local` serves it at
// http://localhost:4815, an origin of its own, so that it reaches the user pool as any app
// does: across origins, by the unsigned operations and the OAuth endpoints.
//
// Its source is what a front-end developer copies: index.html, style.css, app.mjs, cognito.mjs and
// refusal.mjs of infra/client/js. It has no build step and imports nothing from elsewhere:
// the eight calls that it makes are short without an SDK, and a bundle of one would be
// foreign code in this repository. Where the user pool is and which app client the app is
// stands in local.js, which AWS Amplify takes as well; so the same files run against AWS.
//
// The files are read from the project's folder at each request: an edit shows at the next
// reload. The page's Content-Security-Policy lets it reach the user pool and nothing else.
// Every page may link to it, none may frame it or read it.
//
// Package shop is an app that moves its users to the pool.
package sample

import (
	"net/http"
	"path/filepath"
	"strings"

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
	d.ServeOwn(a.handler(), Followed)
	return d, nil
}

// Followed reports whether the user follows a link here, or comes back from the sign-in
// page. A script of another page cannot say so (Fetch Metadata: a forbidden header name).
func Followed(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate"
}

// Page returns files with the headers of a page that loads its own files alone and reaches these
// origins. form-action keeps a password out of addresses, should the script not run.
func Page(files http.Handler, reaches ...string) http.Handler {
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src " + strings.Join(reaches, " ") +
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-store")
		files.ServeHTTP(w, r)
	})
}

// Files returns the files with these paths, each from its place in a folder. They are read at each
// request.
func Files(folder string, places map[string]string) *http.ServeMux {
	mux := http.NewServeMux()
	for path, place := range places {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kinds[filepath.Ext(place)])
			http.ServeFile(w, r, filepath.Join(folder, place))
		})
	}
	return mux
}

// kinds do not depend on what the machine calls a file.
var kinds = map[string]string{".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".mjs": "text/javascript; charset=utf-8"}

// Module returns a script that the app makes.
func Module(text []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kinds[".mjs"])
		_, _ = w.Write(text)
	})
}

func (a App) handler() http.Handler {
	files := Files(a.Infra, map[string]string{
		"/{$}": "cmd/local/sample/index.html", "/style.css": "cmd/local/sample/style.css", "/app.mjs": "cmd/local/sample/app.mjs",
		"/cognito.mjs": "cmd/local/sample/cognito.mjs", "/refusal.mjs": "client/js/refusal.mjs",
	})
	files.Handle("GET /local.js", Module(a.Config))
	return Page(files, a.Reaches...)
}
