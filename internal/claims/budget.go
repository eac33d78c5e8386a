package claims

import (
	"cmp"
	"slices"
)

// defaultBudget is how many bytes may be added to a token unless the profile says
// otherwise. Base64 makes 4 of 3: with Cognito's own 1 KB, a token stays below the
// 4 KB of a cookie. A header of 8 KB, CloudFront's limit, holds mostBudget.
const (
	defaultBudget = 2048
	leastBudget   = 64
	mostBudget    = 6144
)

// truncatedClaim tells those who read a token that it says less than the user was
// granted. Its place is kept free in every budget: whether it is needed must not
// decide what else has room, or a row would cost a claim that its absence leaves.
const (
	truncatedClaim = "claims_truncated"
	truncatedBytes = len(`"claims_truncated":"true",`) // as V1_0 says it
)

// fit puts the claims that the budget allows into the grant.
func (w *writer) fit(kind Token, all []candidate) {
	changes, t := &w.grant.ID, &w.profile.id
	if kind == Access {
		changes, t = &w.grant.Access, &w.profile.access
	}
	used := changes.fixed() + w.groupBytes
	for _, c := range all {
		used += c.Bytes
	}
	if limit := max(0, changes.Budget-truncatedBytes); used > limit {
		used = w.shorten(kind, all, t, used, limit)
		changes.Truncated = true
	}
	if changes.Truncated {
		used += truncatedBytes
	}
	changes.Added = used
	changes.Claims = kept(all)
}

// shorten drops claims until the token is within the limit, and gives what is
// then used. Compile has seen that what cannot be dropped is.
func (w *writer) shorten(kind Token, all []candidate, t *token, used, limit int) int {
	for _, i := range t.dropOrder(all) {
		if used <= limit {
			break
		}
		used -= all[i].Bytes
		w.drop(kind, all[i].Name, OverBudget)
		all[i].Name = "" // no claim has an empty name
	}
	return used
}

// kept gives the candidates that still have a name.
func kept(all []candidate) []NamedClaim {
	claims := slices.Grow([]NamedClaim(nil), len(all))
	for _, c := range all {
		if c.Name != "" {
			claims = append(claims, c.NamedClaim)
		}
	}
	return claims
}

// fixed is what the scopes add.
func (c *Changes) fixed() int {
	bytes := 0
	for _, scope := range c.ScopesToAdd {
		bytes += scopeBytes(scope)
	}
	return bytes
}

// scopeBytes is what a scope adds to a token: itself and a blank.
func scopeBytes(scope string) int { return len(scope) + 1 }

// dropOrder gives the places of the claims that may be dropped, the first one
// first. What the row grants goes before what the pool says, so that a row never
// takes away what a user without one has; within that, the profile's own order, and
// then the rest from the last to the first, which are the extra claims. Constants
// stay.
func (t *token) dropOrder(all []candidate) []int {
	var order []int
	for i := range all {
		if all[i].from != constant {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(t.dropClass(all[a]), t.dropClass(all[b])),
			cmp.Compare(t.dropRank(all[a]), t.dropRank(all[b])), cmp.Compare(b, a))
	})
	return order
}

// dropClass is 0 and 1 for what the row grants, listed and not, and 2 and 3 for
// what the pool says.
func (t *token) dropClass(c candidate) int {
	_, listed := t.rank(c.Name)
	switch {
	case c.from.store() && listed:
		return 0
	case c.from.store():
		return 1
	case listed:
		return 2
	}
	return 3
}

// dropRank is the place in the profile's order, 0 for what it does not list.
func (t *token) dropRank(c candidate) int {
	rank, _ := t.rank(c.Name)
	return rank
}

func (t *token) rank(name string) (int, bool) {
	var buffer [maxNameBytes]byte
	rank, listed := t.drop[string(appendLower(buffer[:0], name))]
	return rank, listed
}
