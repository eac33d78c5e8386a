package claims

import "strings"

// stringsOnly gives what of an ID token's claims a V1_0 event can say: strings
// (developer guide, "Pre token generation trigger version one"). The rest is
// dropped with [EventVersion].
//
// A list of strings is said as one string with blanks between, as OAuth says
// scopes (RFC 6749 §3.3, RFC 8693 §4.2), if no item could be taken for two.
// Numbers and booleans are not turned into strings: "false" is true to many.
func (w *writer) stringsOnly(all []candidate) []candidate {
	var sayable []candidate
	for _, c := range all {
		text, ok := asString(c.Value)
		if !ok {
			w.drop(ID, c.Name, EventVersion)
			continue
		}
		c.Value = text
		encoded, _ := appendString(nil, text) // was valid before
		c.Bytes = claimBytes(c.Name, encoded)
		sayable = append(sayable, c)
	}
	return sayable
}

// unreached drops what a V1_0 event cannot say of the access token: all of it
// but groups.
func (w *writer) unreached(all []candidate) []candidate {
	changes := &w.grant.Access
	for _, c := range all {
		w.drop(Access, c.Name, EventVersion)
	}
	for _, names := range [][]string{changes.ScopesToAdd, changes.Suppress, changes.ScopesToSuppress} {
		for _, name := range names {
			w.drop(Access, name, EventVersion)
		}
	}
	*changes = Changes{Budget: changes.Budget}
	return nil
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
			word, _ := item.(string) // "" is no word
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
