package bearertest

import "time"

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
	return []Case{
		same("right", Accepted, with()),
		same("no token", NoToken, func(*Issuer) []string { return nil }),
		same("another pool's issuer", Invalid, with("iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other0001")),
		same("the issuer in a Region that is not listed", Invalid, with("iss", "https://cognito-idp.us-east-1.amazonaws.com/"+Pool)),
		same("another client", Invalid, with("client_id", "9another23456789abcdefghij")),
		same("expired", Invalid, with("exp", from(-time.Hour))),
		same("a forged kid", Invalid, header("kid", "forged")),
		same("alg none", Invalid, func(i *Issuer) []string {
			return bearer(SignWith(nil, map[string]any{"alg": "none", "kid": i.kid(0)}, i.Claims()))
		}),
		{
			Name: "an ID token", Tokens: with("token_use", "id", "aud", Client, "client_id", nil, "scope", nil, "username", nil),
			Bearer: Invalid, Gateway: Accepted, Script: Invalid,
			Why: "a route without scopes takes ID tokens: the authorizer does not look at token_use",
		},
		{
			Name: "one of two scopes", Route: Route{Scopes: []string{"app/read", "app/write"}}, Tokens: with("scope", "app/read"),
			Bearer: Narrow, Gateway: Accepted, Script: Narrow,
			Why: "the authorizer wants one of a route's scopes",
		},
		{
			Name: "no scope of the route", Route: Route{Scopes: []string{"app/write"}}, Tokens: with("scope", "openid"),
			Bearer: Narrow, Gateway: Forbidden, Script: Narrow,
			Why: "of a 403 AWS documents the body alone",
		},
	}
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
