package claims

import "slices"

// For gives what the tokens of a request say beyond Cognito's own claims. It
// cannot fail: what cannot be said is dropped. A refused request (see
// [Policy.Refused]) is granted nothing. The order is that of the policy, then the
// extra claims by name, so that equal requests have equal grants.
func (p *Policy) For(r Request) Grant {
	profile := p.profileOf(r)
	if _, refused := p.Refused(r); refused || profile == nil || !r.knownVersion() {
		return Grant{}
	}
	w := writer{row: r.row(), room: profile.room}
	if profile.id.extra || profile.access.extra {
		w.extras = extraNames(w.row)
	}
	w.grant.IDClaims = w.token(ID, &profile.id)
	w.grant.AccessClaims = w.token(Access, &profile.access)
	w.grant.ScopesToAdd = profile.scopes
	if r.Version == "1" {
		return w.grant.stringsOnly()
	}
	return w.grant
}

// knownVersion says whether the event is V1_0, V2_0 or V3_0.
func (r Request) knownVersion() bool {
	return r.Version == "1" || r.Version == "2" || r.Version == "3"
}

// row gives what may be granted from: an empty row where there is none, where it
// cannot be trusted to be whole, and for a machine.
func (r Request) row() *Authz {
	if r.Authz == nil || r.StoreFailed || r.Machine {
		return &Authz{}
	}
	return r.Authz
}

// extraNames gives the names of the extra claims, those apart by case only
// beside each other.
func extraNames(row *Authz) []string {
	names := sortedKeys(row.Extra)
	slices.SortStableFunc(names, compareFold)
	return names
}

// writer writes one grant.
type writer struct {
	row    *Authz
	extras []string
	room   int
	grant  Grant
	// scratch holds a value while it is checked.
	scratch []byte
}

// token gives the claims of one token: the declared ones, then the row's own.
func (w *writer) token(kind Token, t *token) []NamedClaim {
	var said []NamedClaim
	if n := len(t.claims) + len(w.extras); n > 0 {
		said = make([]NamedClaim, 0, n)
	}
	for _, declared := range t.claims {
		value := declared.value
		if declared.from != constant {
			value = w.row.value(declared.from)
		}
		if value == nil {
			continue // the row grants nothing here
		}
		if declared.from != constant && !w.sayable(kind, declared.name, value) {
			w.drop(kind, declared.name, UnusableValue)
			continue
		}
		said = append(said, NamedClaim{declared.name, value})
	}
	if !t.extra {
		return said
	}
	return w.addExtras(said, kind, t)
}

// value gives what the row says of a source; nil is nothing.
func (row *Authz) value(from source) any {
	switch {
	case from == authzRoles && len(row.Roles) > 0:
		return row.Roles
	case from == authzTenant && row.Tenant != "":
		return row.Tenant
	}
	return nil
}

// addExtras appends the row's own claims as far as they are fit to be said.
func (w *writer) addExtras(said []NamedClaim, kind Token, t *token) []NamedClaim {
	for i, name := range w.extras {
		reason := w.objection(kind, t, i)
		if reason == "" && w.room == 0 {
			reason = TooMany
		}
		if reason != "" {
			w.drop(kind, name, reason)
			continue
		}
		w.room--
		said = append(said, NamedClaim{name, w.row.Extra[name]})
	}
	return said
}

// objection is why the i-th extra claim may not be said; "" is none. A declared
// name belongs to its declared source, also when that is silent: else an extra
// claim "roles" would speak for a user without roles.
func (w *writer) objection(kind Token, t *token, i int) Reason {
	name := w.extras[i]
	var buffer [maxNameBytes]byte
	switch {
	case !usableName(name):
		return UnusableName
	case reserved(name):
		return ReservedName
	case i > 0 && compareFold(w.extras[i-1], name) == 0,
		i+1 < len(w.extras) && compareFold(w.extras[i+1], name) == 0:
		return AmbiguousName
	}
	if _, declared := t.names[string(appendLower(buffer[:0], name))]; declared {
		return DeclaredName
	}
	if !w.sayable(kind, name, w.row.Extra[name]) {
		return UnusableValue
	}
	return ""
}

// sayable says whether the token can say the value exactly.
func (w *writer) sayable(kind Token, name string, value any) bool {
	encoded, bad := appendValue(w.scratch[:0], value, 0)
	w.scratch = encoded
	return bad == "" && (kind != ID || !scalarInID(name) || !composite(encoded))
}

func (w *writer) drop(kind Token, name string, reason Reason) {
	w.grant.Dropped = append(w.grant.Dropped, Drop{kind, name, reason})
}
