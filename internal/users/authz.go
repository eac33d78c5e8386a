package users

// Authz is what the team's own server grants a person. The zero value grants
// nothing, and so does an absent row.
type Authz struct {
	Roles []string
	// Tenants are those that the person may act for, and Tenant is the one that a
	// token names unless the person selects another of them.
	Tenants []string
	Tenant  string
	Status  Status // empty counts as Active
	// Extra are further claims: string, bool, nil, json.Number (numbers keep their
	// digits), []any and map[string]any.
	Extra map[string]any
	Rev   int64
}

// Access is what a token needs to know about a person and an app client.
type Access struct {
	Authz Authz
	// Known tells whether a PROFILE row exists, a tombstone included.
	Known bool
	// Deleted tells that a tombstone was found.
	Deleted bool
	// ClientProfile is the name of the token profile of the app client that was
	// asked for; "" where it has none.
	ClientProfile string
}

// Denied tells whether the person may have no token: deleted or suspended. Not
// being known is no reason.
func (a Access) Denied() bool { return a.Deleted || a.Authz.Status == Suspended }

// Rows is everything held about a person.
type Rows struct {
	Profile ProfileRow
	SignIn  SignInRow
	Authz   Authz
}
