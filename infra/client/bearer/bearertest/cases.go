package bearertest

import (
	"slices"
	"time"
)

// Verdict is an answer to a request: the status, and the error code of WWW-Authenticate, ""
// without one.
type Verdict struct {
	Status int
	Error  string
}

// The verdicts of package bearer.
var (
	Accepted  = Verdict{200, ""}
	NoToken   = Verdict{401, ""}
	Malformed = Verdict{400, "invalid_request"}
	Invalid   = Verdict{401, "invalid_token"}
	Narrow    = Verdict{403, "insufficient_scope"}
	StepUp    = Verdict{401, "insufficient_user_authentication"}
	Forbidden = Verdict{403, ""}
)

// Route is what the route under test demands of a token. The zero Route demands a right
// access token of a user.
type Route struct {
	// Scopes are all demanded; AWS's gateway demands one of them.
	Scopes []string `json:"scopes,omitempty"`
	// Machines lets client credentials in.
	Machines bool `json:"machines,omitempty"`
	// MinACR is the least authentication level, and MaxAge the most time since the user
	// signed in. 0: any.
	MinACR int           `json:"minACR,omitempty"`
	MaxAge time.Duration `json:"maxAge,omitempty"`
	// Resource is the audience that the token must have. "": none.
	Resource string `json:"resource,omitempty"`
	// Role is demanded in Tenant. "": none.
	Role   string `json:"role,omitempty"`
	Tenant string `json:"tenant,omitempty"`
}

// Case is one request. Every checker knows Client as its app client, Resource as its audience,
// and takes app/read and app/write as scopes. Bearer and Script also accept the issuer's
// Second; an authorizer of the gateway has one issuer.
type Case struct {
	Name  string
	Route Route
	// Tokens makes the values of the header Authorization.
	Tokens func(*Issuer) []string
	// Before makes the values of a header that the checker saw and accepted earlier; nil: none.
	Before func(*Issuer) []string
	// Bearer, Gateway and Script are the verdicts of package bearer, of AWS's JWT authorizer
	// and of aws-jwt-verify with the checks that the example adds.
	Bearer, Gateway, Script Verdict
	// Why is the reason if they differ.
	Why string
}

// same is a case with one verdict for all.
func same(name string, v Verdict, tokens func(*Issuer) []string) Case {
	return Case{Name: name, Tokens: tokens, Bearer: v, Gateway: v, Script: v}
}

// Cases returns the table.
func Cases() []Case {
	return slices.Concat(requests(), signatures(), claims(), routes(), forms(), types())
}

// differs is a case in which AWS's gateway has another verdict than both others.
func differs(name string, v, gateway Verdict, why string, tokens func(*Issuer) []string) Case {
	return Case{Name: name, Tokens: tokens, Bearer: v, Gateway: gateway, Script: v, Why: why}
}

// on is the case on a route with demands.
func (c Case) on(r Route) Case {
	c.Route = r
	return c
}

// from is a moment by its distance from now.
type from time.Duration

func bearer(token string) []string { return []string{"Bearer " + token} }

// with makes a right token whose claims are changed: names and values in turn, nil takes a
// claim out.
func with(changes ...any) func(*Issuer) []string {
	return func(i *Issuer) []string { return bearer(i.Sign(nil, changed(i.Claims(), changes))) }
}

// header makes a right token that is signed under a changed header.
func header(changes ...any) func(*Issuer) []string {
	return func(i *Issuer) []string {
		key, kid := i.Key()
		return bearer(SignWith(key, changed(map[string]any{"alg": "RS256", "kid": kid}, changes), i.Claims()))
	}
}

func changed(all map[string]any, changes []any) map[string]any {
	for n := 0; n < len(changes); n += 2 {
		name := changes[n].(string)
		switch value := changes[n+1].(type) {
		case nil:
			delete(all, name)
		case from:
			all[name] = time.Now().Add(time.Duration(value)).Unix()
		default:
			all[name] = value
		}
	}
	return all
}
