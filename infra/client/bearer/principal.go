package bearer

import (
	"context"
	"time"
)

// Principal is who calls, as the token says. Do not change it: it is shared by who asks for it
// in one request.
type Principal struct {
	// Subject is the user's sub, which never changes; a machine's is its client id.
	Subject string
	// Username is Cognito's, "" for a machine. It is no address and no key: use Subject.
	Username string
	// Client is the app client that the token was issued to.
	Client string
	// Machine says that no user is behind it (client credentials).
	Machine bool
	// Scopes, Tenant and Roles are what the token profile granted. Roles are those in Tenant
	// and the global ones; without a Tenant, the global ones only.
	Scopes []string
	Tenant string
	Roles  []string
	// Version is authz_version, 0 without one.
	Version int64
	// Level is that of the sign-in's acr, 0 if unknown. SignedIn is when the user signed in, which
	// a refresh does not change; zero if the token does not say, or says a time that is to come.
	Level    int
	SignedIn time.Time
	// Claims are all claims, with numbers as float64.
	Claims map[string]any
}

// key of the Principal in a request's context.
type key struct{}

// From returns who calls, in a handler behind Require. It reports false in any other.
func From(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(key{}).(*Principal)
	if !ok {
		return Principal{}, false
	}
	return *p, true
}
