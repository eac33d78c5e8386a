// Package shop is a small web app that moves its users to the pool: the last step of the sample
// app. It has a table of users with their passwords, and a row of data for each, an order. A user
// who is moved keeps both.
//
// The move has three steps, which are three deployments of a real app. What changes with each is
// the table of routes (steps.go) and what the page does (calls.mjs):
//
//   - Own: the app signs in, and a session cookie says who asks.
//   - Both: the page signs in at the pool, whose trigger makes a user who is not there yet, with the
//     password. The page then calls by the HTTP API, with an access token. Sessions of before, and
//     an older client's sign-in, are still accepted.
//   - Pool: the app's own sign-in is gone, and so are its hashes and sessions.
//
// A token is checked here too (package bearer), though the HTTP API has checked it: who reaches the
// app by another way must not be believed. Its sub finds the row. At the first sight of a sub the
// row is found by the address, if the pool has verified it, and linked for good: an address may
// change its owner, a sub never does. A row that is linked is never linked again.
//
// A cookie goes with every request of a browser, whichever page sends it: so what it allows to
// change is refused to a page of another origin. A token goes along only where a script adds it.
// Each request is judged by one of the two: a cookie does not help who brings a token.
//
// It is an example, and leaves out what the pool does better: it counts no tries and sets no forgotten
// password. It takes no new customer, and keeps its customers in memory. `make demo-move` serves it,
// and with DEMO_FLAGS='--port-base 4810' at http://localhost:4817.
package shop

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/sample"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
)

// Setup is what the shop needs of the pool and of this machine.
type Setup struct {
	// Tokens checks access tokens; Scopes are demanded of each.
	Tokens *bearer.Verifier
	Scopes []string
	// Address returns the e-mail address of a sub, and whether the pool has verified it.
	Address func(ctx context.Context, sub string) (email string, verified bool, err error)
	// Infra is the project's folder infra, which has the page's files.
	Infra string
	// UserPool, Client and API are the user pool's address, the id of the page's app client and
	// the HTTP API's address.
	UserPool, Client, API string
}

// App is the shop. Its methods are safe for concurrent use: it answers one request at a time.
type App struct {
	setup    Setup
	handlers [Pool + 1]http.Handler

	mu       sync.Mutex
	step     Step
	rows     []*Customer
	sessions map[[sha256.Size]byte]*Customer // by the digest of the cookie: a search tells nothing of one that is right
	dummy    string                          // the hash that the password for an unknown name is compared with
}

// New returns the shop at its first step, with these rows.
func New(setup Setup, rows ...Customer) *App {
	a := &App{setup: setup, sessions: map[[sha256.Size]byte]*Customer{}, dummy: Hash("")}
	for _, row := range rows {
		a.rows = append(a.rows, &row)
	}
	for step, routes := range a.routes() {
		mux := sample.Files(setup.Infra, map[string]string{
			"/{$}": "cmd/local/sample/shop/index.html", "/shop.mjs": "cmd/local/sample/shop/shop.mjs", "/calls.mjs": "cmd/local/sample/shop/calls.mjs",
			"/cognito.mjs": "cmd/local/sample/cognito.mjs", "/style.css": "cmd/local/sample/style.css",
		})
		mux.Handle("GET /setup.mjs", sample.Module(a.script(Step(step))))
		for pattern, handler := range routes {
			mux.Handle(pattern, handler)
		}
		a.handlers[step] = sample.Page(mux, "'self'", setup.UserPool, setup.API)
	}
	return a
}

// Serve answers at the door, until it is closed.
func (a *App) Serve(d *door.Door) { d.ServeOwn(a, pages) }

// pages lets in a link that is followed, and what the HTTP API passes on: a request with a token, which
// the page has sent to the API. A page that sends one here asks for leave first (OPTIONS), and does not get
// it.
func pages(r *http.Request) bool {
	return sample.Followed(r) || r.Method != http.MethodOptions && hasToken(r)
}

// ServeHTTP answers as the step does.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.handlers[a.step].ServeHTTP(w, r)
}

// Turn takes a step. At Pool hashes and sessions are dropped, so there is no way back from it.
func (a *App) Turn(to Step) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.step == Pool {
		return errors.New("the shop has dropped its hashes: nobody could sign in at an earlier step")
	}
	if a.step = to; to == Pool {
		clear(a.sessions)
		for _, c := range a.rows {
			c.Hash = ""
		}
	}
	return nil
}

// Customers returns a copy of the table.
func (a *App) Customers() (rows []Customer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.rows {
		rows = append(rows, *c)
	}
	return rows
}

// script is setup.mjs: what the page of a step needs to know.
func (a *App) script(step Step) []byte {
	text, _ := json.Marshal(map[string]string{
		"step": [...]string{"own", "both", "pool"}[step], "api": a.setup.API, "userPoolEndpoint": a.setup.UserPool + "/", "userPoolClientId": a.setup.Client,
	})
	return fmt.Appendf(nil, "export default %s;\n", text)
}
