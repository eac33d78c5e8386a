package claims

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// writer writes one grant.
type writer struct {
	request request
	profile *profile
	extras  []string
	// extrasLeft is how many extras may still be added.
	extrasLeft int
	grant      Grant
	// roles are what rolesIn returns, for a profile that asks for them; ofTenant reports
	// whether some of them must not be said without the tenant.
	roles    []string
	ofTenant bool
	// keepTenant reports whether groups have such roles, so that no budget may cost the
	// claim of the tenant.
	keepTenant bool
	// groupBytes is what groups made of roles add to each token. The pool's own
	// groups add nothing.
	groupBytes int
	// scratch holds a value while it is checked.
	scratch []byte
}

// candidate is a claim that the token says if its budget allows.
type candidate struct {
	NamedClaim
	from source
}

// write fills the grant: first what each token would say, then what the event's
// version can say of it, then what fits into the budgets.
func (w *writer) write() {
	id := w.candidates(ID, &w.profile.id)
	access := w.candidates(Access, &w.profile.access)
	w.start(&w.grant.ID, &w.profile.id)
	w.start(&w.grant.Access, &w.profile.access)
	w.setAudience()
	if w.request.version == "1" {
		id, access = w.stringsOnly(id), w.unreached(access)
	}
	w.replaceGroups(id, access)
	w.fit(ID, id)
	w.fit(Access, access)
	w.hide()
}

// start sets what the policy alone decides.
func (w *writer) start(changes *Changes, t *token) {
	changes.Suppress = t.suppress
	changes.ScopesToAdd, changes.ScopesToSuppress = t.scopes.Add, t.scopes.Suppress
	changes.cognitoScopes = t.scopes.AllowCognito
	changes.Budget = t.budget
}

// candidates returns the claims of one token: the declared ones, then the row's extra
// ones.
func (w *writer) candidates(kind Token, t *token) []candidate {
	all := slices.Grow([]candidate(nil), len(t.claims)+len(w.extras))
	for _, declared := range t.claims {
		c := candidate{NamedClaim{declared.name, declared.value, declared.from.origin(), declared.bytes}, declared.from}
		if declared.from != constant {
			if c.Value = w.value(declared.from); c.Value == nil {
				continue // the source says nothing
			}
			if reason := w.measure(kind, &c); reason != "" {
				w.drop(kind, c.Name, reason)
				continue
			}
		}
		all = append(all, c)
	}
	if !t.extra {
		return all
	}
	return w.addExtras(all, kind, t)
}

// addExtras appends the row's extra claims that the token may say.
func (w *writer) addExtras(all []candidate, kind Token, t *token) []candidate {
	for i, name := range w.extras {
		c := candidate{NamedClaim{Name: name, Value: w.request.row.Extra[name], Origin: string(anyExtra)}, anyExtra}
		reason := w.objection(t, i)
		if reason == "" {
			reason = w.measure(kind, &c)
		}
		if reason == "" && w.extrasLeft == 0 {
			reason = TooMany
		}
		if reason != "" {
			w.drop(kind, name, reason)
			continue
		}
		w.extrasLeft--
		all = append(all, c)
	}
	return all
}

// objection returns why the i-th extra claim may not be said; "" is no objection. A
// declared name belongs to its declared source, even if that says nothing: otherwise
// an extra claim "roles" could speak for a user without roles.
func (w *writer) objection(t *token, i int) Reason {
	name := w.extras[i]
	var buffer [maxNameBytes]byte
	switch {
	case !usableName(name):
		return UnusableName
	case reserved(name), isAttribute(name):
		return ReservedName
	case i > 0 && compareFold(w.extras[i-1], name) == 0,
		i+1 < len(w.extras) && compareFold(w.extras[i+1], name) == 0:
		return AmbiguousName
	}
	if _, declared := t.names[string(appendLower(buffer[:0], name))]; declared {
		return DeclaredName
	}
	return ""
}

// measure returns why the token cannot say the claim, or else sets the claim's cost.
func (w *writer) measure(kind Token, c *candidate) Reason {
	encoded, bad := appendClaimValue(w.scratch[:0], kind, c.Name, c.Value)
	w.scratch = encoded
	if bad != "" {
		return UnusableValue
	}
	if w.profile.tagged(c.Name) && wild(c.Value) {
		return Wildcard
	}
	c.Bytes = claimBytes(c.Name, encoded)
	return ""
}

// claimBytes returns what a claim adds to a token: its quoted name, colon, value,
// comma.
func claimBytes(name string, value []byte) int { return len(name) + len(`"":,`) + len(value) }

func (w *writer) drop(kind Token, name string, reason Reason) {
	w.grant.Dropped = append(w.grant.Dropped, Drop{kind, name, reason})
}

// cut drops a candidate and returns the bytes that become free. It can be called again.
func (w *writer) cut(kind Token, c *candidate, reason Reason) (freed int) {
	if c.Name == "" {
		return 0
	}
	w.drop(kind, c.Name, reason)
	freed = c.Bytes
	c.Name, c.Bytes = "", 0 // no claim has an empty name
	return freed
}

// extraNames returns the names of the extra claims. Names that differ only in case
// are neighbours.
func extraNames(row *table.Authz) []string {
	names := sortedKeys(row.Extra)
	slices.SortStableFunc(names, compareFold)
	return names
}
