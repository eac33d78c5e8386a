package bearertest

import "time"

const (
	unasked = "the authorizer looks at iss, aud or client_id, exp, nbf, iat and scope alone"
	exactly = "the authorizer has no leeway here (a choice: AWS names none)"
)

// claims are about what a right signature covers.
func claims() []Case {
	return []Case{
		same("another pool's issuer", Invalid, with("iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other0001")),
		same("the issuer in a Region that is not listed", Invalid, with("iss", "https://cognito-idp.us-east-1.amazonaws.com/"+Pool)),
		same("the newer form of the issuer, which is not listed", Invalid, with("iss", "https://issuer-cognito-idp.eu-west-1.amazonaws.com/"+Pool)),
		same("the issuer with a slash behind it", Invalid, with("iss", "https://cognito-idp.eu-west-1.amazonaws.com/"+Pool+"/")),
		same("no issuer", Invalid, with("iss", nil)),
		same("an issuer that is a list", Invalid, with("iss", []string{"https://cognito-idp.eu-west-1.amazonaws.com/" + Pool})),
		same("another client", Invalid, with("client_id", "9another23456789abcdefghij")),
		same("no client", Invalid, with("client_id", nil)),
		differs("clients that are a list", Invalid, Accepted, "the authorizer takes a text or a list", with("client_id", []string{Client})),
		differs("an ID token", Invalid, Accepted, "a route without scopes takes ID tokens: the authorizer does not look at token_use", identity()),
		{
			Name: "an ID token on a route with scopes", Route: Route{Scopes: []string{"app/read"}}, Tokens: identity(),
			Bearer: Invalid, Gateway: Forbidden, Script: Invalid, Why: "the authorizer finds no scope in it",
		},
		differs("no token_use", Invalid, Accepted, unasked, with("token_use", nil)),
		same("expired", Invalid, with("exp", from(-time.Hour))),
		differs("expired half a minute ago", Accepted, Invalid, exactly, with("exp", from(-30*time.Second))),
		same("no expiry", Invalid, with("exp", nil)),
		same("an expiry that is a text", Invalid, with("exp", "4102444800")),
		same("an expiry that is no number of this world", Invalid, with("exp", -1)),
		same("not yet valid", Invalid, with("nbf", from(time.Hour))),
		differs("valid in half a minute", Accepted, Invalid, exactly, with("nbf", from(30*time.Second))),
		same("issued in the future", Invalid, with("iat", from(time.Hour))),
		differs("issued in half a minute", Accepted, Invalid, exactly, with("iat", from(30*time.Second))),
		differs("no time of issue", Invalid, Accepted, "the authorizer compares iat where there is one", with("iat", nil)),
		differs("no subject", Invalid, Accepted, unasked, with("sub", nil)),
		differs("an empty subject", Invalid, Accepted, unasked, with("sub", "")),
		differs("a subject that is a number", Invalid, Accepted, unasked, with("sub", 7)),
		same("no user name", Accepted, with("username", nil)),
		same("another audience", Invalid, with("aud", "https://other.example.com/")),
		same("the audience of a path above", Invalid, with("aud", "https://api.example.com")),
		same("this resource as audience", Accepted, with("aud", Resource)),
		same("its client as audience", Accepted, with("aud", Client)),
		same("an audience that is a number", Invalid, with("aud", 7)),
		differs("an audience that is a list", Invalid, Accepted, "the authorizer takes a text or a list; Cognito's is a text", with("aud", []string{Resource})),
		differs("a client of the list as audience of another client", Invalid, Accepted, "the authorizer does not look at client_id where there is an aud", with("aud", Client, "client_id", "9another23456789abcdefghij")),
		differs("this resource as audience of another client", Invalid, Accepted, "an audience URL admits every client of the pool", with("aud", Resource, "client_id", "9another23456789abcdefghij")),
		same("the version 0", Accepted, with("authz_version", 0)),
		differs("a version that a float64 may have rounded", Invalid, Accepted, unasked, with("authz_version", 1<<53)),
		differs("a version that is a text", Invalid, Accepted, unasked, with("authz_version", "5")),
		differs("a version below zero", Invalid, Accepted, unasked, with("authz_version", -1)),
		differs("a version and a half", Invalid, Accepted, unasked, with("authz_version", 4.5)),
		differs("a version above 2^53", Invalid, Accepted, unasked, with("authz_version", 1e300)),
		differs("a machine", Invalid, Accepted, unasked, machine()),
		same("a machine on a route for machines", Accepted, machine()).on(Route{Machines: true}),
		same("a user on a route for machines", Accepted, with()).on(Route{Machines: true}),
		after("a token of before a change of rights", with("authz_version", 3)),
		after("a token of before the first change of rights", with("authz_version", 0)),
		{Name: "a token that says no version, as while the table is down", Before: with(), Tokens: with("authz_version", nil), Bearer: Accepted, Gateway: Accepted, Script: Accepted},
		{Name: "a token of after the change of rights", Before: with(), Tokens: with("authz_version", 5), Bearer: Accepted, Gateway: Accepted, Script: Accepted},
		{Name: "an old token of another user", Before: with(), Tokens: with("sub", "somebody", "authz_version", 1), Bearer: Accepted, Gateway: Accepted, Script: Accepted},
	}
}

// after is an older token of a user; the checker has seen a newer one, as after a suspension.
func after(name string, tokens func(*Issuer) []string) Case {
	c := differs(name, Invalid, Accepted, "the authorizer remembers nothing", tokens)
	c.Before = with()
	return c
}

// identity makes an ID token.
func identity() func(*Issuer) []string {
	return with("token_use", "id", "aud", Client, "client_id", nil, "scope", nil, "username", nil)
}

// machine makes a token of client credentials.
func machine() func(*Issuer) []string {
	return with("sub", Client, "username", nil, "auth_time", nil, "roles", nil, "tenant", nil, "authz_version", nil)
}
