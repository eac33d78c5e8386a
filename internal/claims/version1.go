package claims

import "strings"

// stringsOnly gives what of a grant a V1_0 event can say: strings in the ID
// token, and nothing in the access token (developer guide, "Pre token generation
// trigger version one"). The rest is dropped with [EventVersion].
//
// A list of strings is said as one string with blanks between, as OAuth says
// scopes (RFC 6749 §3.3, RFC 8693 §4.2), if no item could be taken for two.
// Numbers and booleans are not turned into strings: "false" is true to many.
func (g Grant) stringsOnly() Grant {
	said := Grant{Dropped: g.Dropped}
	drop := func(kind Token, name string) {
		said.Dropped = append(said.Dropped, Drop{kind, name, EventVersion})
	}
	for _, claim := range g.IDClaims {
		if text, ok := asString(claim.Value); ok {
			said.IDClaims = append(said.IDClaims, NamedClaim{claim.Name, text})
		} else {
			drop(ID, claim.Name)
		}
	}
	for _, claim := range g.AccessClaims {
		drop(Access, claim.Name)
	}
	for _, scope := range g.ScopesToAdd {
		drop(Access, scope)
	}
	return said
}

// asString gives a value as one string, if it is one or a list of words.
func asString(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case []string:
		return joinWords(v)
	case []any:
		words := make([]string, 0, len(v))
		for _, item := range v {
			word, ok := item.(string)
			if !ok {
				return "", false
			}
			words = append(words, word)
		}
		return joinWords(words)
	}
	return "", false
}

// joinWords joins words by blanks; a list without words, or with an item that is
// no single word, cannot be joined.
func joinWords(words []string) (string, bool) {
	for _, word := range words {
		if fields := strings.Fields(word); len(fields) != 1 || fields[0] != word {
			return "", false
		}
	}
	return strings.Join(words, " "), len(words) > 0
}
