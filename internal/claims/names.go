package claims

// maxNameBytes is the longest claim name. AWS names no limit; a name in URL form
// fits, and a token travels in headers of 8 KB.
const maxNameBytes = 128

// reserved says whether a claim name belongs to Cognito, which never lets a
// trigger set it through claimsToAddOrOverride (developer guide, "Pre token
// generation Lambda trigger", the table of claims): everything with the prefix
// cognito: (groups and roles go through groupOverrideDetails) or dev:, the scope
// (scopesToAdd), the audience, and the claims below. ASCII case makes no
// difference, because some that read tokens (Go's encoding/json among them) make
// none. What Cognito would do with such a claim is not documented, so it never
// gets one. One name is the suite's own: claims_truncated says what it says.
func reserved(name string) bool {
	if hasPrefixFold(name, "cognito:") || hasPrefixFold(name, "dev:") {
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

// suppressible says whether a trigger may take the claim out of a token: what is
// not Cognito's own, and dev:*, which can be suppressed only (same table). Groups
// have a rule of their own.
func suppressible(name string) bool {
	return usableName(name) && (hasPrefixFold(name, "dev:") || !reserved(name))
}

// usableName says whether a name can be taken for no other: 1–128 bytes of
// printable ASCII without blank, quote and backslash. Beyond ASCII, letters exist
// that fold to ASCII ones: encoding/json reads "ſub" (U+017F) as sub.
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

// scalarInID says whether an ID token takes the claim as a string, number or
// boolean only (same page: no complex objects for these).
func scalarInID(name string) bool {
	var buffer [maxNameBytes]byte
	switch string(appendLower(buffer[:0], name)) {
	case "address", "email_verified", "phone_number_verified", "updated_at":
		return true
	}
	return false
}

// appendLower appends a name with its ASCII capitals made small.
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

// hasPrefixFold is strings.HasPrefix without regard to ASCII case.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && compareFold(s[:len(prefix)], prefix) == 0
}

// compareFold orders names without regard to ASCII case, and to nothing beyond:
// Unicode folding would take different names for one.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if d := int(lower(a[i])) - int(lower(b[i])); d != 0 {
			return d
		}
	}
	return len(a) - len(b)
}
