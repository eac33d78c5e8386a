package claims

import (
	"cmp"
	"slices"
)

// defaultBudget is how many bytes may be added to a token unless the profile says
// otherwise. Base64 makes 4 bytes of 3: with Cognito's own 1 KB, a token stays below
// the 4 KB of a cookie. mostBudget fits into a header of 8 KB, CloudFront's limit.
const (
	defaultBudget = 2048
	leastBudget   = 64
	mostBudget    = 6144
)

// truncatedClaim tells the reader of a token that claims were dropped. Every budget
// reserves its bytes: otherwise the row could decide what else has room, and cost a
// claim that a user without a row has.
const (
	truncatedClaim = "claims_truncated"
	truncatedBytes = len(`"claims_truncated":"true",`) // as a V1_0 event has it
)

// fit puts the claims that the budget allows into the grant.
func (w *writer) fit(kind Token, all []candidate) {
	changes, t := &w.grant.ID, &w.profile.id
	if kind == Access {
		changes, t = &w.grant.Access, &w.profile.access
	}
	w.orphans(kind, all)
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

// shorten drops claims until the token is within the limit and returns the bytes then
// used. Compile has checked that what cannot be dropped fits.
func (w *writer) shorten(kind Token, all []candidate, t *token, used, limit int) int {
	for _, i := range t.dropOrder(all) {
		if used <= limit {
			break
		}
		if all[i].from == authzTenant && w.keepTenant {
			continue
		}
		used -= w.cut(kind, &all[i], OverBudget)
		used -= w.orphans(kind, all)
	}
	return used
}

// kept returns the candidates that still have a name.
func kept(all []candidate) []NamedClaim {
	claims := slices.Grow([]NamedClaim(nil), len(all))
	for _, c := range all {
		if c.Name != "" {
			claims = append(claims, c.NamedClaim)
		}
	}
	return claims
}

// fixed returns the bytes that the scopes and the audience add.
func (c *Changes) fixed() int {
	bytes := 0
	for _, scope := range c.ScopesToAdd {
		bytes += scopeBytes(scope)
	}
	if c.audience != "" {
		bytes += audienceBytes(len(c.audience))
	}
	return bytes
}

// scopeBytes returns what a scope adds to a token: itself and a blank.
func scopeBytes(scope string) int { return len(scope) + 1 }

// dropOrder returns the indexes of the claims that may be dropped, in the order of
// dropping. Claims of the row go before claims of the pool, so that a row never takes
// away what a user without a row has. Within each, the profile's order comes first;
// then the rest from last to first, so that extra claims go first. Constants stay.
func (t *token) dropOrder(all []candidate) []int {
	var order []int
	for i := range all {
		if all[i].from != constant {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		classA, rankA := t.dropKey(all[a])
		classB, rankB := t.dropKey(all[b])
		return cmp.Or(classA-classB, rankA-rankB, b-a)
	})
	return order
}

// dropKey returns the claim's class (0 listed and of the row, 1 of the row, 2 listed and
// of the pool, 3 of the pool) and its place in the profile's list.
func (t *token) dropKey(c candidate) (class, rank int) {
	var buffer [maxNameBytes]byte
	rank, listed := t.drop[string(appendLower(buffer[:0], c.Name))]
	if !c.from.store() {
		class = 2
	}
	if !listed {
		class++
	}
	return class, rank
}
