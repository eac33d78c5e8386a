package claims

import "strings"

// tagged reports whether a claim is declared as a principal tag, in any ASCII case.
func (p *profile) tagged(name string) bool {
	var buffer [maxNameBytes]byte
	_, tagged := p.tags[string(appendLower(buffer[:0], name))]
	return tagged
}

// wild reports whether any text in a value has an asterisk or a question mark. IAM
// policies compare resources and tags with principal tags; there these characters
// match more than themselves.
func wild(value any) bool {
	switch v := value.(type) {
	case string:
		return strings.ContainsAny(v, "*?")
	case []string:
		for _, item := range v {
			if wild(item) {
				return true
			}
		}
	case []any:
		for _, item := range v {
			if wild(item) {
				return true
			}
		}
	case map[string]any:
		for key, member := range v {
			if wild(key) || wild(member) {
				return true
			}
		}
	}
	return false
}
