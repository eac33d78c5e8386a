package claims

import "strings"

// stringsOnly returns the claims of an ID token that a V1_0 event can say: strings
// (developer guide, "Pre token generation trigger version one"). It drops the rest
// with [EventVersion].
//
// A list of strings becomes one string with blanks between, as OAuth writes scopes
// (RFC 6749 §3.3, RFC 8693 §4.2), if no item could be taken for two. Numbers and
// booleans do not become strings: many readers take "false" for true.
func (w *writer) stringsOnly(all []candidate) []candidate {
	var sayable []candidate
	for _, c := range all {
		text, ok := asString(c.Value)
		if !ok {
			w.drop(ID, c.Name, EventVersion)
			continue
		}
		c.Value = text
		encoded, _ := appendString(nil, text) // was checked before
		c.Bytes = claimBytes(c.Name, encoded)
		sayable = append(sayable, c)
	}
	return sayable
}

// unreached drops what a V1_0 event cannot say of the access token: everything but
// groups.
func (w *writer) unreached(all []candidate) []candidate {
	changes := &w.grant.Access
	for _, c := range all {
		w.drop(Access, c.Name, EventVersion)
	}
	if changes.audience != "" {
		w.drop(Access, audienceClaim, EventVersion)
	}
	for _, names := range [][]string{changes.ScopesToAdd, changes.Suppress, changes.ScopesToSuppress} {
		for _, name := range names {
			w.drop(Access, name, EventVersion)
		}
	}
	*changes = Changes{Budget: changes.Budget}
	return nil
}

// asString returns a value as one string, if it is a string or a list of words.
func asString(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case []string:
		return joinWords(v)
	case []any:
		words := make([]string, 0, len(v))
		for _, item := range v {
			word, _ := item.(string) // "" is not a word
			words = append(words, word)
		}
		return joinWords(words)
	}
	return "", false
}

// joinWords joins words with blanks. A list that is empty or has an item that is not
// a single word cannot be joined.
func joinWords(words []string) (string, bool) {
	for _, word := range words {
		if fields := strings.Fields(word); len(fields) != 1 || fields[0] != word {
			return "", false
		}
	}
	return strings.Join(words, " "), len(words) > 0
}
