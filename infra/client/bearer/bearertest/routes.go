package bearertest

import "time"

const (
	bodyAlone = "of a 403 AWS documents the body alone"
	scopeOnly = "an authorizer demands scopes and nothing else"
)

// routes are about what a route demands of a right token.
func routes() []Case {
	write, both := Route{Scopes: []string{"app/write"}}, Route{Scopes: []string{"app/read", "app/write"}}
	level, age := Route{MinACR: 3}, Route{MaxAge: 5 * time.Minute}
	resource := Route{Resource: Resource}
	editor, tenant := Route{Role: "editor"}, Route{Role: "editor", Tenant: Tenant}
	return []Case{
		same("both scopes", Accepted, with()).on(both),
		differs("one of two scopes", Narrow, Accepted, "the authorizer wants one of a route's scopes", with("scope", "app/read")).on(both),
		differs("none of the scopes", Narrow, Forbidden, bodyAlone, with("scope", "openid")).on(write),
		differs("no scope at all", Narrow, Forbidden, bodyAlone, with("scope", nil)).on(write),
		differs("a scope that begins like the route's", Narrow, Forbidden, bodyAlone, with("scope", "app/writer xapp/write")).on(write),
		differs("the scope in another case", Narrow, Forbidden, bodyAlone, with("scope", "APP/WRITE")).on(write),
		{
			Name: "scopes that are a list", Route: write, Tokens: with("scope", []string{"app/write"}), Bearer: Narrow, Gateway: Accepted, Script: Invalid,
			Why: "Cognito's is a text; the authorizer takes a list, too, and aws-jwt-verify refuses it before the route is asked",
		},
		differs("a lower level", StepUp, Accepted, scopeOnly, with("acr", "urn:cognito:loa:2")).on(level),
		differs("no level", StepUp, Accepted, scopeOnly, with()).on(level),
		differs("a level that nobody knows", StepUp, Accepted, scopeOnly, with("acr", "urn:cognito:loa:9")).on(level),
		differs("a level behind other words", StepUp, Accepted, scopeOnly, with("acr", "x urn:cognito:loa:4")).on(level),
		same("the level", Accepted, with("acr", "urn:cognito:loa:3")).on(level),
		same("a higher level", Accepted, with("acr", "urn:cognito:loa:4")).on(level),
		differs("signed in an hour ago", StepUp, Accepted, scopeOnly, with("auth_time", from(-time.Hour))).on(age),
		differs("signed in nobody knows when", StepUp, Accepted, scopeOnly, with("auth_time", nil)).on(age),
		differs("signed in at a text", StepUp, Accepted, scopeOnly, with("auth_time", "now")).on(age),
		same("signed in a minute ago", Accepted, with()).on(age),
		same("the resource", Accepted, with("aud", Resource)).on(resource),
		differs("no resource", Invalid, Accepted, scopeOnly, with()).on(resource),
		differs("the client in place of the resource", Invalid, Accepted, scopeOnly, with("aud", Client)).on(resource),
		same("the role", Accepted, with("tenant", nil)).on(editor),
		differs("the role of a tenant on a route without one", Forbidden, Accepted, scopeOnly, with()).on(editor),
		differs("another role", Forbidden, Accepted, scopeOnly, with("tenant", nil, "roles", []string{"editors", "reader"})).on(editor),
		differs("no roles", Forbidden, Accepted, scopeOnly, with("tenant", nil, "roles", nil)).on(editor),
		differs("roles that are a text", Forbidden, Accepted, scopeOnly, with("tenant", nil, "roles", "editor")).on(editor),
		same("the role in the tenant", Accepted, with()).on(tenant),
		differs("the role in another tenant", Forbidden, Accepted, scopeOnly, with("tenant", "globex")).on(tenant),
		differs("the role in no tenant", Forbidden, Accepted, scopeOnly, with("tenant", nil)).on(tenant),
		differs("tenants that are a list", Forbidden, Accepted, scopeOnly, with("tenant", []string{Tenant})).on(tenant),
	}
}
