package claims

import "github.com/cognito-triggers/cognito-triggers/internal/cognito"

// maxNameBytes is the longest claim name. AWS states no limit; a name in URL form
// fits, and a token travels in headers of 8 KB.
const maxNameBytes = 128

// reserved reports whether a claim name belongs to Cognito or to the suite. Cognito
// never lets a trigger set its own through claimsToAddOrOverride (developer guide,
// "Pre token generation Lambda trigger", the table of claims): every name with the
// prefix cognito: (groups and roles go through groupOverrideDetails) or dev:, the
// scope (scopesToAdd), and the names below. aud is among them because an access token
// takes one value only, the app client's id (footnote 4): setAudience adds it. ASCII
// case is ignored, because some readers of tokens ignore it (Go's encoding/json among
// them). What Cognito would do with such a claim is not documented, so it never gets
// one. claims_truncated is the suite's own.
func reserved(name string) bool {
	if hasPrefixFold(name, "cognito:") || hasPrefixFold(name, "dev:") || barePrefix(name) {
		return true
	}
	var buffer [maxNameBytes]byte
	switch string(appendLower(buffer[:0], name)) {
	case "acr", "amr", "at_hash", "aud", "auth_time", "azp", "client_id",
		"device_key", "event_id", "exp", "iat", "identities", "iss", "jti",
		"nbf", "nonce", "origin_jti", "scope", "sub", "token_use", "username",
		"version", truncatedClaim:
		return true
	}
	return false
}

// attributeNamed returns the attribute of a pool that an ID token says under this name;
// ASCII case does not count, as above. Of custom attributes only the prefix is known.
func attributeNamed(name string) (attribute string, ok bool) {
	if hasPrefixFold(name, "custom:") {
		return "custom:" + name[len("custom:"):], true
	}
	var buffer [maxNameBytes]byte
	key := appendLower(buffer[:0], name)
	if !cognito.IsStandard(string(key), 0) {
		return "", false
	}
	return string(key), true
}

func isAttribute(name string) bool {
	_, is := attributeNamed(name)
	return is
}

// barePrefix reports whether a claim name is a prefix without its colon. Amazon
// Verified Permissions fails every request that presents a token with such a claim
// (developer guide, "Authorization with Amazon Verified Permissions", the note under
// "Customizing tokens").
func barePrefix(name string) bool {
	for _, prefix := range [...]string{"cognito", "dev", "custom"} {
		if compareFold(name, prefix) == 0 {
			return true
		}
	}
	return false
}

// suppressible reports whether a trigger may suppress the claim: every name that is
// not Cognito's, and dev:*, which can only be suppressed (same table). Groups have a
// rule of their own.
func suppressible(name string) bool {
	return usableName(name) && (hasPrefixFold(name, "dev:") || !reserved(name))
}

// usableName reports whether a name cannot be taken for another: 1–128 bytes of
// printable ASCII without blank, quote and backslash. Some letters beyond ASCII fold
// to ASCII ones: encoding/json reads "ſub" (U+017F) as sub.
func usableName(name string) bool {
	if name == "" || len(name) > maxNameBytes {
		return false
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// scalarInID reports whether an ID token takes the claim only as a string, number or
// boolean (same page: no complex objects for these).
func scalarInID(name string) bool {
	var buffer [maxNameBytes]byte
	switch string(appendLower(buffer[:0], name)) {
	case "address", "email_verified", "phone_number_verified", "updated_at":
		return true
	}
	return false
}

// appendLower appends a name with ASCII capitals in lower case.
func appendLower(dst []byte, name string) []byte {
	for i := range len(name) {
		dst = append(dst, lower(name[i]))
	}
	return dst
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// hasPrefixFold is strings.HasPrefix that ignores ASCII case.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && compareFold(s[:len(prefix)], prefix) == 0
}

// compareFold orders names and ignores ASCII case only: Unicode folding would take
// different names for one.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if d := int(lower(a[i])) - int(lower(b[i])); d != 0 {
			return d
		}
	}
	return len(a) - len(b)
}
