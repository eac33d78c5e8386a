package shop

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
)

// Step is how far the app has moved its users.
type Step int

// The steps, in order.
const (
	Own Step = iota
	Both
	Pool
)

// routes are those of each step. What a real app changes at a step is what differs here.
func (a *App) routes() [Pool + 1]map[string]http.Handler {
	signIn, signOut := sameOrigin(a.signIn), sameOrigin(a.signOut)
	return [...]map[string]http.Handler{
		Own: {
			"POST /sign-in":  signIn,
			"POST /sign-out": signOut,
			"GET /order":     a.bySession(a.order),
			"PUT /order":     a.bySession(a.changeOrder),
		},
		Both: {
			"POST /sign-in":  signIn,
			"POST /sign-out": signOut,
			"GET /order":     either(a.byToken(a.order), a.bySession(a.order)),
			"PUT /order":     either(a.byToken(a.changeOrder), a.bySession(a.changeOrder)),
		},
		Pool: {
			"POST /sign-in":  http.HandlerFunc(gone),
			"POST /sign-out": http.HandlerFunc(gone),
			"GET /order":     a.byToken(a.order),
			"PUT /order":     a.byToken(a.changeOrder),
		},
	}
}

// owned is a handler that knows who asks.
type owned func(w http.ResponseWriter, r *http.Request, who *Customer)

// either takes a request with a token by the token, and any other by its session.
func either(byToken, bySession http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hasToken(r) {
			byToken.ServeHTTP(w, r)
		} else {
			bySession.ServeHTTP(w, r)
		}
	})
}

func hasToken(r *http.Request) bool { return r.Header["Authorization"] != nil }

// byToken finds the customer of an access token.
func (a *App) byToken(next owned) http.Handler {
	return a.setup.Tokens.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := bearer.From(r.Context())
		who, err := a.ofSub(r.Context(), token.Subject)
		switch {
		case errors.Is(err, errNobody):
			refuse(w, http.StatusForbidden, "No customer has your address, or it is not verified.")
		case err != nil: // the next request asks again
			refuse(w, http.StatusServiceUnavailable, "Your address cannot be read at the moment.")
		default:
			next(w, r, who)
		}
	}), bearer.Scopes(a.setup.Scopes...))
}

func (a *App) order(w http.ResponseWriter, _ *http.Request, who *Customer) {
	answer(w, http.StatusOK, who.Order)
}

// changeOrder writes what a customer may change of it.
func (a *App) changeOrder(w http.ResponseWriter, r *http.Request, who *Customer) {
	var given struct{ Note string }
	if read(w, r, &given) {
		who.Order.Note = given.Note
		a.order(w, r, who)
	}
}

func gone(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusGone, "This sign-in is gone: reload the page.")
}

// read reads a body of JSON, or refuses it.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	const longest = 4 << 10
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, longest)).Decode(into); err != nil {
		refuse(w, http.StatusBadRequest, "This is not the JSON that is wanted.")
		return false
	}
	return true
}

func answer(w http.ResponseWriter, status int, says any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(says)
}

// refuse answers with a fixed sentence.
func refuse(w http.ResponseWriter, status int, sentence string) {
	answer(w, status, map[string]string{"message": sentence})
}
